"""Keys: how they are made, kept and judged."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path

from aurelius_kernel.errors import InvalidField

__all__ = ["check_strength", "secret_from_file"]

_SAMPLES = ("change", "secret", "example", "default", "password", "insecure", "your-", "your_", "sample", "12345678")


def secret_from_file(path: Path) -> str:
    """The key in `path`, made there once: 32 random bytes in hexadecimal, readable by its owner only.

    Raises InvalidField when the file, or its folder, is open to others or belongs to somebody else.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        with contextlib.suppress(FileExistsError):
            _create(path)
    _check_private(path.parent, 0o700)
    _check_private(path, 0o600)
    return path.read_text(encoding="ascii").strip()


def check_strength(name: str, value: str) -> None:
    """Raise InvalidField for a key that is missing, short, repetitive or copied from an example."""
    if not value:
        raise InvalidField.of(name, "is required: 32 random bytes or more, such as `openssl rand -hex 32` prints")
    if len(value.encode()) < 32:
        raise InvalidField.of(name, "must be at least 32 bytes, such as `openssl rand -hex 32` prints")
    if len(set(value)) < 10 or any(sample in value.casefold() for sample in _SAMPLES):
        raise InvalidField.of(name, "looks like an example; use random bytes, such as `openssl rand -hex 32` prints")


def _create(path: Path) -> None:
    """Write the key under a name of its own, flush it, then link it into place: a reader never sees half a key."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        os.write(handle, secrets.token_hex(32).encode("ascii"))
        os.fsync(handle)
        os.link(draft, path)
    finally:
        os.close(handle)
        draft.unlink()


def _check_private(path: Path, mode: int) -> None:
    status = path.stat()
    if status.st_uid != os.getuid() or stat.S_IMODE(status.st_mode) & 0o077:
        raise InvalidField.of(str(path), f"must belong to you with mode {mode:o}; others could read the server's keys")
