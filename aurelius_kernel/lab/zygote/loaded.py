"""The files that this process has loaded, and whether one of them has changed since."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from typing import TypeAlias

__all__ = ["Stamp", "changed", "loaded_files"]

Stamp: TypeAlias = tuple[int, int, int]
"""A file's number, time in nanoseconds and size: an installer may give the file of another version the same time and size."""
STALE: Stamp = (0, 0, 0)


def loaded_files(since: int) -> dict[str, Stamp]:
    """Every file that a module was loaded from, wherever it lies, with its stamp.

    A file that was written after `since`, nanoseconds since 1970, may have been loaded before that, and counts as changed.
    """
    stamps = {path: stamp for path in set(_paths()) if (stamp := _stamp(path)) is not None}
    return {path: stamp if stamp[1] < since else STALE for path, stamp in stamps.items()}


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
    return found.st_ino, found.st_mtime_ns, found.st_size
