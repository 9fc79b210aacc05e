"""An orchestration as it stands: its stages so far, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from aurelius_kernel.artifacts import Store
from aurelius_kernel.errors import InvalidField
from aurelius_kernel.hashing import canonical_json, content_hash
from aurelius_kernel.model import RunIdentity
from aurelius_kernel.model.presentation import presenter
from aurelius_kernel.research.orchestrate.journal import Journal, open_journal
from aurelius_kernel.research.orchestrate.spec import STAGES, OrchestrationSpec, Outcome, Stage, StageRecord

__all__ = ["KIND", "Orchestration"]

KIND = "orchestration"


@dataclass(frozen=True, kw_only=True, eq=False)
class Orchestration:
    """The stages of an orchestration that have finished, in their order.

    `timed` holds for each stage when it began and ended; it is no part of what is hashed.
    """

    spec: OrchestrationSpec
    identity: RunIdentity
    stages: tuple[StageRecord, ...]
    timed: Mapping[str, Mapping[str, Any]]

    def __repr__(self) -> str:
        return f"Orchestration({self.status}, {len(self.stages)} of {len(STAGES)} stages, run {self.run[:12]})"

    @property
    def run(self) -> str:
        """The name by which the run is shown and taken up again: the hash of its identity."""
        return self.identity.key

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do: every stage is done, or one has ended the run."""
        return len(self.stages) == len(STAGES) or any(record.ends_the_run for record in self.stages)

    @property
    def passed(self) -> bool:
        """Whether the product gate passed it; what has no verdict of that gate has not."""
        product = self.stage(Stage.PRODUCT)
        return product is not None and product.outcome is Outcome.PASSED

    @property
    def status(self) -> str:
        """`passed`, `stopped at` a stage, or `unfinished`."""
        stopped = next((record for record in self.stages if record.ends_the_run), None)
        if stopped:
            return f"stopped at {stopped.stage}"
        return "passed" if self.passed else "unfinished"

    def stage(self, stage: str) -> StageRecord | None:
        """What a stage found; None for one that has not finished."""
        return next((record for record in self.stages if record.stage == stage), None)

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a stage: its state, seconds, what it found in words, and the hashes of its evidence."""
        rows = [self._row(stage) for stage in STAGES]
        return pd.DataFrame(rows).set_index("stage")

    def _row(self, stage: Stage) -> dict[str, Any]:
        record, timed = self.stage(stage), self.timed.get(stage, {})
        waiting = "running" if timed.get("started_at") and not timed.get("ended_at") else "pending"
        never = self.finished and record is None
        return {
            "stage": str(stage),
            "state": str(record.outcome) if record else "not reached" if never else waiting,
            "seconds": timed.get("seconds"),
            "message": record.message if record else "",
            "evidence": dict(record.evidence) if record else {},
        }

    def plot(self) -> Any:
        """The six stages in a row, each with its outcome and what it found."""
        return presenter(KIND).plot(self)

    def _repr_mimebundle_(self, **_formats: Any) -> dict[str, str]:
        return presenter(KIND).mimebundle(self)

    def document(self) -> dict[str, Any]:
        """The orchestration in JSON's own types, without times: the same work has the same document."""
        return {
            "kind": KIND,
            "format": 1,
            "spec": self.spec.document(),
            "identity": self.identity.document(),
            "status": self.status,
            "passed": self.passed,
            "stages": [record.document() for record in self.stages],
        }

    @cached_property
    def hash(self) -> str:
        """The content hash of the orchestration as it stands."""
        return content_hash(self.document())

    def keep(self, store: Store | None = None) -> str:
        """Store a finished orchestration under its hash, with the records of its stages as parents; returns the hash."""
        target = store or Store()
        journal = Journal(store=target, spec=self.spec, identity=self.identity)
        stages = [address for record in self.stages if (address := journal.address(record.stage))]
        address = target.put_document(self.document(), kind=KIND, parents={"stage": stages})
        target.runs.record(self.identity, address)
        return address

    @classmethod
    def standing(cls, journal: Journal) -> Orchestration:
        """The orchestration as its journal has it now."""
        return cls(spec=journal.spec, identity=journal.identity, stages=tuple(journal.finished()), timed=journal.timed())

    @classmethod
    def load(cls, reference: str, store: Store | None = None) -> Orchestration:
        """A run by its name or the beginning of it, finished or not; or a finished one by its hash.

        Raises NotFound, or InvalidField for an artifact that is something else.
        """
        source = store or Store()
        if len(reference) == 64 and source.exists(reference):
            return cls._stored(source, reference)
        return cls.standing(open_journal(reference, source))

    @classmethod
    def _stored(cls, store: Store, address: str) -> Orchestration:
        document = store.document(address)
        if document.get("kind") != KIND:
            raise InvalidField.of("artifact", f"{address[:12]} is of the kind {store.record(address).kind}, not {KIND}")
        spec = OrchestrationSpec.model_validate_json(canonical_json(document["spec"]))
        identity = RunIdentity.of(document["identity"])
        stages = tuple(StageRecord.model_validate_json(canonical_json(one)) for one in document["stages"])
        timed = Journal(store=store, spec=spec, identity=identity).timed()
        return cls(spec=spec, identity=identity, stages=stages, timed=timed)
