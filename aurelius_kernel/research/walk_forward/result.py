"""What a walk-forward validation found: its windows, the stitched out-of-sample account, the verdict, and the evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from aurelius_kernel.artifacts import Store
from aurelius_kernel.errors import UnknownName
from aurelius_kernel.hashing import content_hash
from aurelius_kernel.model import Provenance, RunIdentity
from aurelius_kernel.model.presentation import presenter
from aurelius_kernel.research.sweep.where import Columns
from aurelius_kernel.research.trials import trials
from aurelius_kernel.research.walk_forward.evidence import Overfitting, sharpe_evidence
from aurelius_kernel.research.walk_forward.parameter_stability import landscape, parameter_stability
from aurelius_kernel.research.walk_forward.spec import WalkForwardSpec
from aurelius_kernel.research.walk_forward.stored import KIND, fits_table, index_of, keep, read, stamps, table_hash
from aurelius_kernel.typing import FloatArray
from aurelius_kernel.validation.stability import overall_degradation, stability, validated

__all__ = ["WalkForwardResult"]

DAYS = ("train_start", "train_end", "test_start", "test_end")
MEASURED = ("train_bars", "test_bars", "train_sharpe", "test_sharpe", "degradation", "test_return", "trades", "longest_holding")


@dataclass(frozen=True, kw_only=True, eq=False)
class WalkForwardResult:
    """A finished walk-forward validation.

    `columns` holds the parameter sets, a value a set; `objective` and `sharpe` what each showed on each training window, of shape
    (windows, sets), NaN where undefined; `failed` by window and set, why there is none. `steps` is a record a window, `chosen`
    among them. The other arrays run over `index`, the bars of all tests one after the other. `flags` tell what a reader must
    know: `embargo_short` where a fit held longer than the embargo, `stood_aside` where no set traded in a training window, and
    those of the test runs.
    """

    spec: WalkForwardSpec
    identity: RunIdentity
    embargo_days: int
    columns: Columns
    objective: FloatArray
    sharpe: FloatArray
    failed: Mapping[tuple[int, int], str]
    steps: Sequence[Mapping[str, Any]]
    index: pd.DatetimeIndex
    equity_values: FloatArray
    benchmark_values: FloatArray
    trades: pd.DataFrame
    metrics: Mapping[str, float | None]
    benchmark_metrics: Mapping[str, float | None]
    overfitting: Overfitting
    flags: tuple[str, ...]
    periods_per_year: float
    data: Mapping[str, Any]
    provenance: Mapping[str, Provenance]

    def __len__(self) -> int:
        return len(self.steps)

    def __repr__(self) -> str:
        verdict = "passed" if self.passed else "not passed"
        return f"WalkForwardResult({self.spec.base.strategy.type}, {len(self)} windows, {verdict}, {self.hash[:12]})"

    @cached_property
    def windows(self) -> pd.DataFrame:
        """One row a window: its days and bars, Sharpe ratios in training and test, degradation in percent, and what was chosen."""
        return pd.DataFrame([self._row(step) for step in self.steps]).rename_axis("window")

    @property
    def equity(self) -> pd.Series:
        """The stitched account's value at each judged bar's close: each test begins with what the last one left."""
        return pd.Series(self.equity_values, index=self.index, name="equity")

    @property
    def returns(self) -> pd.Series:
        """Simple bar returns of the stitched account; NaN after a value of 0."""
        before = np.concatenate([[self.spec.base.capital], self.equity_values[:-1]])
        growth = np.divide(self.equity_values, before, out=np.full(len(before), np.nan), where=before != 0.0)
        return pd.Series(growth - 1.0, index=self.index, name="returns")

    @property
    def benchmark(self) -> pd.Series:
        """Buy and hold of the same instruments over the judged bars, without costs."""
        return pd.Series(self.benchmark_values, index=self.index, name="buy and hold")

    @property
    def degradation(self) -> float | None:
        """Percent of the mean train Sharpe ratio that the mean test Sharpe ratio lacks; None for a mean train ratio of 0."""
        return overall_degradation(*([step[name] for step in self.steps] for name in ("train_sharpe", "test_sharpe")))

    @property
    def stability(self) -> float:
        """100 less 1.2 for each percent of degradation, between 0 and 100."""
        return stability(self.degradation)

    @property
    def passed(self) -> bool:
        """Whether the stability is at least 75 and the stitched Sharpe ratio above 0."""
        return validated(self.stability, self.metrics["sharpe_ratio"])

    @property
    def parameters(self) -> list[str]:
        """The names of what was fitted."""
        return list(self.columns)

    @cached_property
    def parameter_stability(self) -> pd.DataFrame:
        """One row a parameter: how often the windows agreed on it, and how far the choice moved between them."""
        return parameter_stability(self.columns, [step["chosen"] for step in self.steps])

    def landscape(self, parameter: str) -> pd.DataFrame:
        """The mean objective of each value of a parameter (down) in each training window (across)."""
        if parameter not in self.columns:
            raise UnknownName("fitted parameter", parameter, self.columns, field="parameter")
        return landscape(self.columns[parameter], self.objective)

    @property
    def trials(self) -> int:
        """How many parameter sets were evaluated, each window's counted."""
        return self.overfitting.trials

    def tried(self, *, owner: str | None = None) -> int:
        """How many different parameter sets of this family the ledger now knows on this data set, these among them."""
        counted = trials(self.spec.base.strategy.type, self.data["dataset"], owner=owner)
        return max(counted, self.overfitting.combinations)

    def deflated_sharpe(self, tried: float | None = None) -> float | None:
        """The deflated Sharpe ratio of the stitched curve against every set ever tried on the data; None where undefined.

        `tried` is what the ledger counts unless given. Sets beyond those of this validation are as much alike as these: each
        counts for `effective_trials/clustered` of a trial.
        """
        found, r = self.overfitting, self.returns.to_numpy(np.float64)
        if found.psr is None:
            return None
        known = self.tried() if tried is None else tried
        effective = max(found.effective_trials * known / found.combinations, found.effective_trials, 1.0)
        return sharpe_evidence(r[~np.isnan(r)], effective, found.trial_variance)[1]

    def plot(self, what: str = "windows", **options: Any) -> Any:
        """A figure: `windows`, `degradation`, `overfitting` (logits), `fan` (bootstrap) or `parameters` (their stability)."""
        return presenter(KIND).plot(self, what=what, **options)

    def report(self, path: str | Path, **options: Any) -> Path:
        """Write the validation; the ending names the format: .pdf, .html, .xlsx, .json, or .csv for its windows alone.

        Options: `verdicts`, those of gates, and `scorecard`, of its readiness, to stand beside it; `paper`, "a4" or "letter".
        """
        return presenter(KIND).report(self, path, **options)

    def _repr_mimebundle_(self, **_formats: Any) -> dict[str, str]:
        return presenter(KIND).mimebundle(self)

    def document(self) -> dict[str, Any]:
        """The manifest that names the validation: all but the table of every set in every window, which it names by hash."""
        return {
            "kind": KIND,
            "format": 1,
            "spec": self.spec.document(),
            "identity": self.identity.document(),
            "embargo_days": self.embargo_days,
            "windows": [dict(step) for step in self.steps],
            "degradation": self.degradation,
            "stability": self.stability,
            "passed": self.passed,
            "trials": self.trials,
            "metrics": dict(self.metrics),
            "benchmark_metrics": dict(self.benchmark_metrics),
            "overfitting": self.overfitting.document(),
            "flags": list(self.flags),
            "periods_per_year": self.periods_per_year,
            "provenance": {name: source.essence() for name, source in self.provenance.items()},
            "time": stamps(self.index),
            "equity": self.equity_values,
            "benchmark": self.benchmark_values,
            "fits_hash": table_hash(self.columns, self.objective, self.sharpe, self.failed),
        }

    @cached_property
    def hash(self) -> str:
        """The content hash of the validation: the sha256 of its manifest."""
        return content_hash(self.document())

    def keep(self, store: Store | None = None) -> str:
        """Store the validation under its hash, with what it was made from; returns the hash."""
        data = {**self.data, "provenance": {name: source.document() for name, source in self.provenance.items()}}
        fits = fits_table(self.columns, self.objective, self.sharpe, self.failed)
        return keep(store or Store(), self.document(), fits, self.trades, data)

    @classmethod
    def load(cls, reference: str, store: Store | None = None) -> WalkForwardResult:
        """The stored validation under a hash, a prefix of one or a pinned name; raises NotFound, CorruptArtifact, InvalidField."""
        told, fits, trades, data = read(store or Store(), reference)
        return cls(
            spec=WalkForwardSpec.of({**told["spec"], "base": told["base"]}),
            identity=RunIdentity.of(told["identity"]),
            embargo_days=told["embargo_days"],
            columns=fits.columns,
            objective=fits.objective,
            sharpe=fits.sharpe,
            failed=fits.failed,
            steps=told["windows"],
            index=index_of(told["time"]),
            equity_values=np.array(told["equity"], dtype=np.float64),
            benchmark_values=np.array(told["benchmark"], dtype=np.float64),
            trades=trades,
            metrics=told["metrics"],
            benchmark_metrics=told["benchmark_metrics"],
            overfitting=Overfitting.of(told["overfitting"]),
            flags=tuple(told["flags"]),
            periods_per_year=told["periods_per_year"],
            data={name: value for name, value in data.items() if name != "provenance"},
            provenance={name: Provenance.of(source) for name, source in data["provenance"].items()},
        )

    def _row(self, step: Mapping[str, Any]) -> dict[str, Any]:
        own = step["parameters"] or dict.fromkeys(self.columns)
        return {**{name: pd.Timestamp(step[name]) for name in DAYS}, **{name: step[name] for name in MEASURED}, **own}
