"""What came of a request's body: in memory while it is small, in a file from then on."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from tempfile import SpooledTemporaryFile

__all__ = ["Body"]

_SMALL = 1024 * 1024


class Body:
    """Bytes that are added in parts; `size` says how many there are."""

    def __init__(self) -> None:
        self.size = 0
        self._file: SpooledTemporaryFile[bytes] | None = None

    def add(self, part: bytes) -> None:
        """Keep a part."""
        if self._file is None:
            self._file = SpooledTemporaryFile(_SMALL)  # noqa: SIM115  (`close` is for its owner)
        self._file.write(part)
        self.size += len(part)

    def read(self, most: int = -1) -> bytes:
        """The first bytes, `most` of them, or all."""
        if self._file is None:
            return b""
        self._file.seek(0)
        return self._file.read(most)

    def save(self, path: Path) -> None:
        """Copy all to a new file."""
        with path.open("xb") as file:
            if self._file is not None:
                self._file.seek(0)
                shutil.copyfileobj(self._file, file)

    def digest(self, before: bytes) -> str:
        """The SHA-256 of `before` and all of it."""
        found = hashlib.sha256(before)
        if self._file is not None:
            self._file.seek(0)
            while part := self._file.read(_SMALL):
                found.update(part)
        return found.hexdigest()

    def close(self) -> None:
        """Let go of all."""
        if self._file is not None:
            self._file.close()
            self._file = None
