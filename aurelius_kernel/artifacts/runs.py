"""Which result each run gave: a run that was asked before is answered from the store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from aurelius_kernel.artifacts.files import Files, content_path, read_json
from aurelius_kernel.clock import rfc3339, utc_now
from aurelius_kernel.errors import RunFailed
from aurelius_kernel.hashing import canonical_json
from aurelius_kernel.model.spec import RunIdentity

__all__ = ["Run", "Runs"]


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run that finished: its identity, the hash of its result, and when it was first recorded."""

    identity: RunIdentity
    result: str
    recorded_at: datetime


class Runs:
    """A map from run identities to result hashes, a file each."""

    def __init__(self, files: Files) -> None:
        self.files = files

    def record(self, identity: RunIdentity, result: str) -> None:
        """Remember the result of a run; raises RunFailed when the same identity gave another result before."""
        before = self.find(identity)
        if before and before != result:
            raise RunFailed(f"The run {identity.key[:12]} gave {before[:12]} before and {result[:12]} now: not deterministic.")
        if not before:
            document = {"identity": identity.document(), "result": result, "recorded_at": rfc3339(utc_now())}
            self.files.write(_path(identity.key), canonical_json(document))

    def find(self, identity: RunIdentity) -> str | None:
        """The result hash of the run, or None when it was never run, or its result was cleaned away."""
        path = _path(identity.key)
        if not self.files.exists(path):
            return None
        run = self._read(path)
        return run.result if self.files.exists(content_path(run.result)) else None

    def all(self) -> Iterator[Run]:
        """Every run that is remembered."""
        for folder in self.files.names("runs"):
            for name in self.files.names(f"runs/{folder}"):
                yield self._read(f"runs/{folder}/{name}")

    def forget(self, identity: RunIdentity) -> None:
        """Remember the run no longer; its result stays until the store is cleaned."""
        self.files.delete(_path(identity.key))

    def _read(self, path: str) -> Run:
        document = read_json(self.files, path)
        return Run(
            identity=RunIdentity.of(document["identity"]),
            result=document["result"],
            recorded_at=datetime.fromisoformat(document["recorded_at"]),
        )


def _path(key: str) -> str:
    return f"runs/{key[:2]}/{key}.json"
