"""The content-addressed store: bytes under their sha256, and beside them what they were made from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from aurelius_kernel.artifacts.environment import environment
from aurelius_kernel.artifacts.files import content_path, open_files, read_json
from aurelius_kernel.artifacts.holdout import HoldoutLooks
from aurelius_kernel.artifacts.pins import Pins
from aurelius_kernel.artifacts.record import ArtifactRecord, Parent
from aurelius_kernel.artifacts.runs import Runs
from aurelius_kernel.artifacts.trials import TrialLedger
from aurelius_kernel.clock import rfc3339, utc_now
from aurelius_kernel.errors import CorruptArtifact, ImpossibleRequest, InvalidField, NotFound
from aurelius_kernel.hashing import canonical_json, sha256_hex
from aurelius_kernel.home import store_location

__all__ = ["Parents", "Store"]

HASH = re.compile(r"[0-9a-f]{64}")
PREFIX = re.compile(r"[0-9a-f]{8,64}")

Parents = Mapping[str, str | Sequence[str]]
"""Hashes by the role they played: `{"spec": hash, "evidence": [hash, hash]}`."""


class Store:
    """Artifacts at a folder or an fsspec URL; without a location, at `AURELIUS_STORE` or in the `store` folder of the home.

    A record is written before its content, so that whatever has content can name its parents: a writer that is killed
    leaves the store readable and complete.
    """

    def __init__(self, location: str | Path | None = None) -> None:
        self.files = open_files(location or store_location())

    def __repr__(self) -> str:
        return f"Store({self.files!r})"

    @cached_property
    def pins(self) -> Pins:
        """Names that people and programs gave to artifacts."""
        return Pins(self.files)

    @cached_property
    def runs(self) -> Runs:
        """Which result each run identity gave."""
        return Runs(self.files)

    @cached_property
    def trials(self) -> TrialLedger:
        """Every parameter set that was ever evaluated."""
        return TrialLedger(self.files)

    @cached_property
    def looks(self) -> HoldoutLooks:
        """Every look at locked data."""
        return HoldoutLooks(self.files)

    def put(self, content: bytes, *, kind: str, parents: Parents | None = None, media_type: str = "application/json") -> str:
        """Store bytes under their hash and return it; storing them again changes nothing.

        Raises NotFound when a parent is not in the store, InvalidField for a malformed kind, role or media type and
        StorageUnavailable when the disk is full or read-only; nothing is stored then.
        """
        record = ArtifactRecord.of(
            address=sha256_hex(content),
            kind=kind,
            media_type=media_type,
            size=len(content),
            parents=self._parents(parents or {}),
            created_at=rfc3339(utc_now()),
            environment=environment(),
        )
        if not self._holds(record, content):
            self.files.write(record_path(record), canonical_json(record.document()))
            self.files.write(content_path(record.address), content)
        return record.address

    def put_document(self, document: Any, *, kind: str, parents: Parents | None = None) -> str:
        """Store the canonical JSON of a document under its content hash."""
        return self.put(canonical_json(document), kind=kind, parents=parents)

    def get(self, reference: str) -> bytes:
        """The bytes of an artifact, checked against its hash; raises NotFound or CorruptArtifact."""
        address = self.resolve(reference)
        content = self.files.read(content_path(address))
        if (actual := sha256_hex(content)) != address:
            raise CorruptArtifact(f"Artifact {address[:12]} no longer matches its hash: its bytes now hash to {actual[:12]}.")
        return content

    def document(self, reference: str) -> Any:
        """The content of a JSON artifact; raises InvalidField when it is something else."""
        record = self.record(reference)
        if not record.media_type.endswith("json"):
            raise InvalidField.of("artifact", f"{record.address[:12]} is {record.media_type}, not JSON")
        return json.loads(self.get(record.address))

    def exists(self, address: str) -> bool:
        """Whether an artifact of that full hash is there."""
        return bool(HASH.fullmatch(address)) and self.files.exists(content_path(address))

    def resolve(self, reference: str) -> str:
        """The full hash that a hash, a unique prefix of at least eight characters, or a pinned name stands for."""
        if PREFIX.fullmatch(reference):
            return self._only_match(reference)
        pinned = self.pins.find(reference)
        if pinned is None or not self.exists(pinned):
            raise NotFound(
                f"No artifact is called {reference!r}: give a hash, its first eight characters or more, or a pinned name.",
                fields={"artifact": "not found"},
            )
        return pinned

    def record(self, reference: str) -> ArtifactRecord:
        """How the artifact was first made."""
        return self.records(reference)[0]

    def records(self, reference: str) -> list[ArtifactRecord]:
        """Every way in which the same bytes were made, oldest first; raises CorruptArtifact when none is told."""
        address = self.resolve(reference)
        found = [self._read_record(path) for path in self.record_paths(address)]
        if not found:
            raise CorruptArtifact(f"Artifact {address[:12]} has no record of what it was made from.")
        return sorted(found, key=lambda record: (record.created_at, record.derivation))

    def hashes(self) -> Iterator[str]:
        """The hash of every artifact, rising."""
        for folder in self.files.names("objects"):
            yield from (name for name in self.files.names(f"objects/{folder}") if HASH.fullmatch(name))

    def record_paths(self, address: str) -> list[str]:
        """Where the records of one artifact are kept."""
        folder = f"records/{address[:2]}"
        return [f"{folder}/{name}" for name in self.files.names(folder) if name.startswith(address)]

    def _parents(self, parents: Parents) -> list[dict[str, str]]:
        named = [(role, [given] if isinstance(given, str) else given) for role, given in parents.items()]
        listed = [Parent.of(role=role, address=address) for role, addresses in named for address in addresses]
        for parent in listed:
            if not self.exists(parent.address):
                raise NotFound(f"The parent {parent.address[:12]} ({parent.role}) is not in the store.")
        return sorted((parent.document() for parent in listed), key=lambda parent: (parent["role"], parent["address"]))

    def _only_match(self, prefix: str) -> str:
        matches = [name for name in self.files.names(f"objects/{prefix[:2]}") if name.startswith(prefix)]
        if not matches:
            raise NotFound(f"No artifact has a hash that starts with {prefix[:16]}.", fields={"artifact": "not found"})
        if len(matches) > 1:
            raise ImpossibleRequest.of("artifact", f"{prefix} could be {len(matches)} artifacts; give more characters of the hash")
        return matches[0]

    def _holds(self, record: ArtifactRecord, content: bytes) -> bool:
        """Whether exactly this is there already; if so it counts as written now, so that no cleaning takes it away."""
        try:
            self.files.freshen(content_path(record.address))
            same = self.files.read(content_path(record.address)) == content
        except FileNotFoundError:
            return False
        return same and self.files.exists(record_path(record))

    def _read_record(self, path: str) -> ArtifactRecord:
        return ArtifactRecord.of(read_json(self.files, path))


def record_path(record: ArtifactRecord) -> str:
    """Where in the store a record is."""
    return f"records/{record.address[:2]}/{record.address}.{record.derivation}.json"
