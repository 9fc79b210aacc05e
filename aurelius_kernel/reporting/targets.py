"""Where a report is written: the checks every format shares, before anything is made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from aurelius_kernel.durable import write_whole
from aurelius_kernel.errors import InvalidField

__all__ = ["write_report"]


def write_report(path: str | Path, ending: str, make: Callable[[], bytes]) -> Path:
    """Make a report and write it: the file is whole or not there.

    Raises InvalidField for another ending, a folder that does not exist, or a folder in the file's place.
    """
    target = Path(path).expanduser()
    if target.suffix.lower() != ending:
        raise InvalidField.of("path", f"must end in {ending}, not {target.name!r}")
    if not target.parent.is_dir():
        raise InvalidField.of("path", f"must be in a folder that exists; there is none at {str(target.parent)!r}")
    if target.is_dir():
        raise InvalidField.of("path", f"must be a file, and {str(target)!r} is a folder")
    return write_whole(target, make())
