"""Names for artifacts: what is pinned is kept when the store is cleaned."""

from __future__ import annotations

import re
from datetime import datetime

from aurelius_kernel.artifacts.files import Files, read_json
from aurelius_kernel.clock import rfc3339, utc_now
from aurelius_kernel.errors import InvalidField
from aurelius_kernel.hashing import canonical_json

__all__ = ["Pins"]

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
LIKE_A_HASH = re.compile(r"[0-9a-f]{8,64}")


class Pins:
    """A map from names to hashes, a file each."""

    def __init__(self, files: Files) -> None:
        self.files = files

    def set(self, name: str, address: str) -> None:
        """Give the name to an artifact; a name given before moves to it."""
        if not NAME.fullmatch(name) or LIKE_A_HASH.fullmatch(name):
            raise InvalidField.of("name", f"({name!r}) must be letters, digits, dots, dashes and underscores, unlike a hash")
        self.files.write(_path(name), canonical_json({"hash": address, "pinned_at": rfc3339(utc_now())}))

    def find(self, name: str) -> str | None:
        """The hash that the name stands for, or None."""
        if not NAME.fullmatch(name) or not self.files.exists(_path(name)):
            return None
        return str(read_json(self.files, _path(name))["hash"])

    def since(self, name: str) -> datetime | None:
        """When the name was given to what it stands for now; None where it is not given."""
        if self.find(name) is None:
            return None
        return datetime.fromisoformat(read_json(self.files, _path(name))["pinned_at"])

    def remove(self, name: str) -> None:
        """Take the name away; nothing happens when it is not given."""
        if NAME.fullmatch(name):
            self.files.delete(_path(name))

    def all(self) -> dict[str, str]:
        """Every name with its hash, by name."""
        names = [file.removesuffix(".json") for file in self.files.names("pins")]
        return {name: address for name in names if (address := self.find(name))}


def _path(name: str) -> str:
    return f"pins/{name}.json"
