"""Files that are either there and whole, or not there: written under a temporary name, flushed to the disk, then renamed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aurelius_kernel.errors import StorageUnavailable

__all__ = ["TEMPORARY", "flush", "put_in_place", "storage_errors", "temporary_name", "write_whole"]

TEMPORARY = ".tmp"


def temporary_name(path: Path) -> Path:
    """The name under which `path` is written before it is put in place: in the same folder, hidden, this process's own."""
    return path.with_name(f".{path.name}.{os.getpid()}{TEMPORARY}")


def write_whole(path: Path, content: bytes) -> Path:
    """Write `content` to `path`, whole or not at all, and give the path back; raises StorageUnavailable."""
    written = temporary_name(path)
    with storage_errors(path.parent):
        try:
            written.write_bytes(content)
            put_in_place(written, path)
        finally:
            written.unlink(missing_ok=True)
    return path


def put_in_place(written: Path, path: Path) -> None:
    """Flush `written` to the disk and rename it to `path`; after a crash at any moment, `path` is the old file or the new one."""
    flush(written)
    written.replace(path)
    flush(path.parent)
    flush(path.parent.parent)  # which may have got the folder just now


@contextmanager
def storage_errors(folder: Path) -> Iterator[None]:
    """Turn a refusal of the disk (full, read-only, no permission) into StorageUnavailable; a missing file passes as such."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise StorageUnavailable(f"{folder} cannot be used: {reason}.") from error


def flush(path: Path) -> None:
    """Wait until the content of a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
