"""Files that a command leaves in a folder of the user's choice."""

from __future__ import annotations

from pathlib import Path

from aurelius_kernel.durable import storage_errors, write_whole

__all__ = ["write_file"]


def write_file(path: Path, content: bytes) -> Path:
    """Write the file, whole or not at all, and make its folder where there is none; raises StorageUnavailable."""
    with storage_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
    return write_whole(path, content)
