"""What a generation found: ranked candidates, and every one that was tried for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from aurelius_kernel.artifacts import Store
from aurelius_kernel.errors import ImpossibleRequest, InvalidField
from aurelius_kernel.hashing import canonical_json, content_hash
from aurelius_kernel.model import BacktestResult, RunIdentity
from aurelius_kernel.model.presentation import presenter
from aurelius_kernel.research.backtest import run
from aurelius_kernel.research.generate.spec import Candidate, GenerationSpec

__all__ = ["Generation"]

KIND = "generation_result"


@dataclass(frozen=True, kw_only=True, eq=False)
class Generation:
    """A finished generation; `g[0]` is the best candidate.

    `tried` has a row for every candidate that was measured: family, parameters, metrics, confidence, `failed`. `notes` tell what of
    the goal was not taken, and which families could not be tried. `sweeps` are the hashes of the sweeps that measured.
    """

    spec: GenerationSpec
    identity: RunIdentity
    candidates: tuple[Candidate, ...]
    tried: tuple[Mapping[str, Any], ...]
    sweeps: tuple[str, ...]
    notes: tuple[str, ...]
    trials_ever: int = 0
    bars: Mapping[str, pd.DataFrame] | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.candidates)

    def __getitem__(self, rank: int) -> Candidate:
        return self.candidates[rank]

    def __iter__(self) -> Iterator[Candidate]:
        return iter(self.candidates)

    def __repr__(self) -> str:
        return f"Generation({self.spec.goal.text!r:.60}, {len(self)} of {self.trials} candidates, {self.hash[:12]})"

    @property
    def trials(self) -> int:
        """How many candidates were tried, failed ones too: what every confidence is measured against."""
        return len(self.tried)

    @property
    def best(self) -> Candidate:
        """The first candidate that keeps every limit; raises ImpossibleRequest when none does, saying what the first one lacks."""
        for candidate in self.candidates:
            if candidate.keeps_limits:
                return candidate
        why = self.candidates[0].broken[0] if self.candidates else "none of them has a Sharpe ratio"
        raise ImpossibleRequest.of("goal", f"is met by none of {self.trials} candidates: {why}")

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a ranked candidate: family, confidence, the main metrics, whether it keeps the limits, and its parameters."""
        shown = ("sharpe_ratio", "cagr", "max_drawdown", "total_trades")
        rows = [
            {
                "family": candidate.family,
                "confidence": candidate.confidence,
                **{name: candidate.metrics.get(name) for name in shown},
                "keeps_limits": candidate.keeps_limits,
                "parameters": candidate.spec.strategy.parameters,
            }
            for candidate in self.candidates
        ]
        return pd.DataFrame(rows, index=pd.RangeIndex(1, len(rows) + 1, name="rank"))

    @cached_property
    def all(self) -> pd.DataFrame:
        """One row a candidate that was tried, best confidence first."""
        flat = [{**{k: v for k, v in row.items() if k != "metrics"}, **row["metrics"]} for row in self.tried]
        return pd.DataFrame(flat).sort_values("confidence", ascending=False, na_position="last", ignore_index=True)

    def result(self, rank: int = 1, *, unseen: bool = False, keep: bool = True) -> BacktestResult:
        """The full backtest of a ranked candidate, 1 for the best: on the part it was measured on, or on all of it.

        `unseen=True` goes to the end of the data. That is a look at what was kept apart: after it, the part is no longer unseen.
        """
        if not 1 <= rank <= len(self):
            raise InvalidField.of("rank", f"must be between 1 and {len(self)}, not {rank}")
        spec = self.candidates[rank - 1].spec
        spec = spec.model_copy(update={"end": self.spec.stretch.end}) if unseen else spec
        return run(spec, seed=self.identity.seed, bars=self.bars, keep=keep)

    def plot(self) -> Any:
        """Every candidate by its Sharpe ratio and its confidence, the ranked ones named."""
        return presenter(KIND).plot(self)

    def _repr_mimebundle_(self, **_formats: Any) -> dict[str, str]:
        return presenter(KIND).mimebundle(self)

    def document(self) -> dict[str, Any]:
        """The generation in JSON's own types; its canonical bytes are what is hashed and stored."""
        return {
            "kind": KIND,
            "format": 1,
            "spec": self.spec.document(),
            "identity": self.identity.document(),
            "trials": self.trials,
            "failed": sum(row["failed"] is not None for row in self.tried),
            "candidates": [candidate.document() for candidate in self.candidates],
            "tried": [dict(row) for row in self.tried],
            "sweeps": list(self.sweeps),
            "notes": list(self.notes),
        }

    @cached_property
    def hash(self) -> str:
        """The content hash of the generation."""
        return content_hash(self.document())

    def keep(self, store: Store | None = None) -> str:
        """Store it under its hash, with the goal and the sweeps as parents; returns the hash."""
        target = store or Store()
        spec = target.put_document(self.spec.document(), kind="generation_spec")
        address = target.put_document(self.document(), kind=KIND, parents={"spec": spec, "sweep": list(self.sweeps)})
        target.runs.record(self.identity, address)
        return address

    @classmethod
    def load(cls, reference: str, store: Store | None = None) -> Generation:
        """The stored generation under a hash, a prefix of one or a pinned name; raises what `Store.document` raises."""
        source = store or Store()
        record = source.record(reference)
        if record.kind != KIND:
            raise InvalidField.of("artifact", f"{record.address[:12]} is of the kind {record.kind}, not {KIND}")
        return cls.from_document(source.document(record.address))

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Generation:
        """The generation back from its JSON document."""
        return cls(
            spec=GenerationSpec.model_validate_json(canonical_json(document["spec"])),
            identity=RunIdentity.of(document["identity"]),
            candidates=tuple(Candidate.model_validate_json(canonical_json(one)) for one in document["candidates"]),
            tried=tuple(document["tried"]),
            sweeps=tuple(document["sweeps"]),
            notes=tuple(document["notes"]),
        )
