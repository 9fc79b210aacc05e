"""What a reflexion did: the child of a run, what was changed and why, and what that was worth out of sample."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from aurelius_kernel.artifacts import Store, load_result
from aurelius_kernel.errors import InvalidField
from aurelius_kernel.generation import Change
from aurelius_kernel.hashing import canonical_json, content_hash
from aurelius_kernel.model import BacktestResult
from aurelius_kernel.model.presentation import presenter

__all__ = ["KIND", "Reflexion", "reflexions"]

KIND = "reflexion"
FOLDER = "reflexions"
MOST = 2.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Reflexion:
    """A child of a run, and its measured improvement.

    `parent` and `child` are hashes of results, `validations` those of the walk-forward validations that measured them by role.
    `parent_sharpe` and `child_sharpe` are the stitched out-of-sample Sharpe ratios over the same windows, None where undefined.
    """

    parent: str
    child: str
    change: Change
    complaints: tuple[str, ...]
    feedback: str
    parent_sharpe: float | None
    child_sharpe: float | None
    validations: dict[str, str]
    trials: int

    def __repr__(self) -> str:
        gain = "unmeasured" if self.improvement is None else f"{self.improvement:+.2f}"
        return f"Reflexion({', '.join(self.change.changed)}: {gain}, child {self.child[:12]})"

    @property
    def improvement(self) -> float | None:
        """The child's out-of-sample Sharpe ratio less the parent's, between −2 and 2; None where one of them is undefined."""
        if self.parent_sharpe is None or self.child_sharpe is None:
            return None
        return max(-MOST, min(MOST, self.child_sharpe - self.parent_sharpe))

    @property
    def reason(self) -> str:
        """Why the run was changed, and how, in a sentence."""
        return self.change.reason

    def result(self, store: Store | None = None) -> BacktestResult:
        """The child's backtest."""
        return load_result(store or Store(), self.child)

    def plot(self) -> Any:
        """The child's equity and drawdown against buy and hold."""
        return presenter(KIND).plot(self)

    def _repr_mimebundle_(self, **_formats: Any) -> dict[str, str]:
        return presenter(KIND).mimebundle(self)

    def document(self) -> dict[str, Any]:
        """The reflexion in JSON's own types."""
        return {
            "kind": KIND,
            "format": 1,
            "parent": self.parent,
            "child": self.child,
            "change": self.change.document(),
            "complaints": list(self.complaints),
            "feedback": self.feedback,
            "parent_sharpe": self.parent_sharpe,
            "child_sharpe": self.child_sharpe,
            "improvement": self.improvement,
            "validations": self.validations,
            "trials": self.trials,
        }

    @cached_property
    def hash(self) -> str:
        """The content hash of the reflexion."""
        return content_hash(self.document())

    def keep(self, store: Store) -> str:
        """Store it with its parent, its child and what measured them as parents, and note it in the history; returns the hash."""
        parents = {"parent": self.parent, "child": self.child, "validation": list(self.validations.values())}
        address = store.put_document(self.document(), kind=KIND, parents=parents)
        if address not in _addresses(store, self.parent):
            store.files.append(f"{FOLDER}/{self.parent}.jsonl", canonical_json({"hash": address}))
        return address

    @classmethod
    def load(cls, reference: str, store: Store | None = None) -> Reflexion:
        """The stored reflexion under a hash, a prefix of one or a pinned name; raises InvalidField for something else."""
        source = store or Store()
        record = source.record(reference)
        if record.kind != KIND:
            raise InvalidField.of("artifact", f"{record.address[:12]} is of the kind {record.kind}, not {KIND}")
        told = source.document(record.address)
        return cls(
            parent=told["parent"],
            child=told["child"],
            change=Change.model_validate_json(canonical_json(told["change"])),
            complaints=tuple(told["complaints"]),
            feedback=told["feedback"],
            parent_sharpe=told["parent_sharpe"],
            child_sharpe=told["child_sharpe"],
            validations=dict(told["validations"]),
            trials=told["trials"],
        )


def reflexions(result: BacktestResult | str, store: Store | None = None) -> list[Reflexion]:
    """What was made of a result by reflexion, oldest first, and of what was made of it in turn."""
    source = store or Store()
    first = result.hash if isinstance(result, BacktestResult) else source.resolve(result)
    waiting, found = [first], dict[str, Reflexion]()
    while waiting:
        for address in _addresses(source, waiting.pop(0)):
            if address not in found and source.exists(address):
                found[address] = Reflexion.load(address, source)
                waiting.append(found[address].child)
    return list(found.values())


def _addresses(store: Store, parent: str) -> list[str]:
    """The reflexions of one result, oldest first; lines that a crash cut off are left out."""
    found = []
    for line in store.files.lines(f"{FOLDER}/{parent}.jsonl"):
        with suppress(ValueError, KeyError):
            found.append(str(json.loads(line)["hash"]))
    return found
