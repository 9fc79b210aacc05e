"""What an orchestration has done so far: its finished stages as artifacts, and the times of everything that happened to it.

A stage counts once its record is in the store under an identity of its own; whatever was cut off before that is done again. The
times are kept beside it, in a file that only grows: they are no part of what is hashed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from aurelius_kernel.artifacts import Store, orchestrations
from aurelius_kernel.clock import rfc3339, utc_now
from aurelius_kernel.errors import CorruptArtifact, NotFound
from aurelius_kernel.hashing import canonical_json, content_hash
from aurelius_kernel.model import RunIdentity
from aurelius_kernel.research.orchestrate.spec import STAGES, OrchestrationSpec, Stage, StageRecord

__all__ = ["Journal", "journals", "open_journal"]

SHORTEST_PREFIX = 8


@dataclass(frozen=True, kw_only=True)
class Journal:
    """The progress of one orchestration."""

    store: Store
    spec: OrchestrationSpec
    identity: RunIdentity

    @property
    def key(self) -> str:
        """The name of the run: the hash of its identity."""
        return self.identity.key

    def identity_of(self, stage: Stage) -> RunIdentity:
        """The identity of one stage of this run."""
        return self.identity.model_copy(update={"spec_hash": content_hash([self.identity.spec_hash, stage])})

    def address(self, stage: Stage) -> str | None:
        """The hash of a finished stage's record."""
        return self.store.runs.find(self.identity_of(stage))

    def find(self, stage: Stage) -> StageRecord | None:
        """What a stage found, if it has finished."""
        address = self.address(stage)
        return StageRecord.model_validate_json(self.store.get(address)) if address else None

    def finished(self) -> list[StageRecord]:
        """The stages that have finished, in their order."""
        return [record for stage in STAGES if (record := self.find(stage)) is not None]

    def keep(self, record: StageRecord) -> str:
        """Make a stage durable: its record with its evidence as parents; returns the hash."""
        spec = self.store.put_document(self.spec.document(), kind="orchestration_spec")
        parents = {"spec": spec, **record.evidence, **({"before": record.before} if record.before else {})}
        address = self.store.put_document(record.document(), kind=record.kind, parents=parents)
        self.store.runs.record(self.identity_of(record.stage), address)
        return address

    def note(self, event: str, stage: Stage | None = None, **more: Any) -> None:
        """Write down that something happened now."""
        line = {"at": rfc3339(utc_now()), "event": event, **({"stage": str(stage)} if stage else {}), **more}
        orchestrations.write(self.store, self.key, line)

    def begin(self) -> None:
        """Write down what was asked, so that the run can be taken up again by its name."""
        started = "resumed" if self.events() else "started"
        self.note(started, spec=self.spec.document(), identity=self.identity.document())

    def events(self) -> list[dict[str, Any]]:
        """Everything that was written down, oldest first; lines that a crash cut off are left out."""
        return orchestrations.events(self.store, self.key)

    def timed(self) -> dict[str, dict[str, Any]]:
        """For each stage that was begun: when, when it ended, how many seconds that took, and how often it was begun."""
        return orchestrations.timed(self.events())


def open_journal(reference: str, store: Store) -> Journal:
    """The journal of a run by its name or the beginning of it; raises NotFound."""
    found = [name for name in journals(store) if name.startswith(reference)] if len(reference) >= SHORTEST_PREFIX else []
    if len(found) != 1:
        what = "more than one orchestration begins" if found else "no orchestration is called or begins"
        raise NotFound(f"{what[0].upper()}{what[1:]} with {reference!r}.", fields={"run": "not found"})
    for event in orchestrations.events(store, found[0]):
        if "spec" in event:
            return Journal(store=store, spec=_spec(found[0], event), identity=RunIdentity.of(event["identity"]))
    raise NotFound(f"The orchestration {found[0][:12]} was cut off before it began.", fields={"run": "not found"})


def _spec(run: str, event: dict[str, Any]) -> OrchestrationSpec:
    try:
        return OrchestrationSpec.model_validate_json(canonical_json(event["spec"]))
    except ValidationError as error:
        what = f"The orchestration {run[:12]} cannot be read: {error.errors()[0]['msg']}."
        raise CorruptArtifact(what) from None


def journals(store: Store) -> list[str]:
    """The names of all runs."""
    return orchestrations.runs(store)
