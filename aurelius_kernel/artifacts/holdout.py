"""Looks at locked data: each is a file of its own, on the disk before any bar is shown."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from aurelius_kernel.artifacts.files import Files, read_json
from aurelius_kernel.clock import rfc3339, utc_now
from aurelius_kernel.hashing import canonical_json
from aurelius_kernel.model.record import Record

__all__ = ["HoldoutLooks", "Look"]


class Look(Record):
    """One look at the locked stretch of an instrument: who looked, when, why, and (by hash) for which strategy or result."""

    instrument: str
    frequency: str
    owner: str
    at: str
    reason: Annotated[str, Field(min_length=1, max_length=500)]
    evidence: Annotated[str, Field(max_length=200)] = ""


class HoldoutLooks:
    """Every look ever taken; several processes may look at once, and none is lost when one of them is killed."""

    def __init__(self, files: Files) -> None:
        self.files = files

    def record(self, key: str, look: Mapping[str, str]) -> Look:
        """Write a look down, flushed to the disk; raises InvalidField or StorageUnavailable, and then nobody may look."""
        found = Look.of(look, at=rfc3339(utc_now()))
        path = f"holdout/{key}/{time.time_ns():020d}-{secrets.token_hex(8)}.json"
        self.files.write(path, canonical_json(found.document()))
        return found

    def all(self, key: str) -> list[Look]:
        """The looks at one lock, oldest first."""
        folder = f"holdout/{key}"
        return [Look.of(read_json(self.files, f"{folder}/{name}")) for name in self.files.names(folder)]

    def count(self, key: str) -> int:
        """How many looks there were at one lock."""
        return len(self.files.names(f"holdout/{key}"))
