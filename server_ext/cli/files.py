"""Files that a command leaves in a folder of the user's choice."""

from __future__ import annotations

from pathlib import Path

from aurelius_kernel.data.durable import put_in_place, storage_errors, temporary_name

__all__ = ["write_file"]


def write_file(path: Path, content: bytes) -> Path:
    """Write the file, whole or not at all, and make its folder where there is none; raises StorageUnavailable."""
    with storage_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = temporary_name(path)
        try:
            unfinished.write_bytes(content)
            put_in_place(unfinished, path)
        finally:
            unfinished.unlink(missing_ok=True)
    return path
