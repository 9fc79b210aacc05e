"""What a sweep found: a row a combination, and the questions that one asks of all of them together."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from aurelius_kernel import validation
from aurelius_kernel.artifacts import Store
from aurelius_kernel.artifacts.sweeps import KeptSweep, keep_sweep, load_sweep
from aurelius_kernel.engine.sweeping import ALL
from aurelius_kernel.errors import ImpossibleRequest, InvalidField, UnknownName
from aurelius_kernel.hashing import content_hash
from aurelius_kernel.metrics import Metric
from aurelius_kernel.model import BacktestResult, BacktestSpec, Provenance, RunIdentity
from aurelius_kernel.model.presentation import presenter
from aurelius_kernel.research.backtest import run
from aurelius_kernel.research.sweep.agreement import check_agreement
from aurelius_kernel.research.sweep.heat import axes_of, heat
from aurelius_kernel.research.sweep.luck import deflated, sampled_returns
from aurelius_kernel.research.sweep.plan import Plan
from aurelius_kernel.research.sweep.plateau import plateau_of
from aurelius_kernel.research.sweep.ranking import named_metric, ranked
from aurelius_kernel.research.sweep.spec import SweepSpec
from aurelius_kernel.research.sweep.stored import column_of, content_of, spec_of
from aurelius_kernel.research.sweep.text import in_runs, reasons_of
from aurelius_kernel.research.sweep.tiles import INSTRUMENT
from aurelius_kernel.research.sweep.where import Columns
from aurelius_kernel.strategies import Strategy
from aurelius_kernel.typing import FloatArray

if TYPE_CHECKING:
    from aurelius_kernel.validation.overfitting import EffectiveTrials

__all__ = ["Best", "SweepResult"]

KIND = "sweep_result"
NAMED = 10
"""So many of the best rows are named in the manifest."""


class Best(NamedTuple):
    """The best combination: its row in the table, what the table says of it, and the strategy itself."""

    row: int
    found: pd.Series
    strategy: Strategy


@lru_cache(maxsize=64)
def _named(names: tuple[str, ...]) -> pd.Index:
    """The names of columns; looking one up is quick where they are those of the last sweep."""
    return pd.Index(names)


@dataclass(frozen=True, kw_only=True, eq=False)
class SweepResult:
    """A finished sweep.

    `columns` holds the swept parameters, `values` the metrics of `spec.metrics`, shape (rows, metrics), NaN where undefined;
    `failed` says by row why a combination has none. Where each instrument has an account of its own, the column `instrument`
    says whose a row is. `plan` is what the sweep was, with what it took in `seconds`; None for one that was loaded.
    """

    spec: SweepSpec
    identity: RunIdentity
    columns: Columns
    values: FloatArray
    failed: Mapping[int, str]
    data: Mapping[str, Any]
    provenance: Mapping[str, Provenance]
    flags: tuple[str, ...]
    family: type[Strategy]
    plan: Plan | None = None
    bars: Mapping[str, pd.DataFrame] | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.values)

    def __repr__(self) -> str:
        return f"SweepResult({self.spec.base.strategy.type}, {len(self):,} combinations, {self.hash[:12]})"

    @property
    def parameters(self) -> list[str]:
        """The names of the swept parameters."""
        return [name for name in self.columns if name != INSTRUMENT]

    @property
    def metrics(self) -> list[Metric]:
        """The metrics of the table."""
        return [metric for metric in ALL if metric in self.spec.metrics]

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a combination: its parameters, every metric, and in `failed` why it has none."""
        parameters = [in_runs(column) if name == INSTRUMENT else column for name, column in self.columns.items()]
        columns = [*parameters, *self.values.T, reasons_of(self.failed, len(self))]
        table = pd.DataFrame(dict(enumerate(columns)))
        table.columns = _named((*self.columns, *self.spec.metrics, "failed"))
        return table

    @property
    def trials(self) -> int:
        """How many combinations were evaluated, failed ones too: what the best of them has to be measured against."""
        return len(self)

    def top(self, count: int = 10, metric: str | None = None) -> pd.DataFrame:
        """The best rows of the table, best first; rows without a number are not among them."""
        return self.table.iloc[ranked(*self.measured(metric))[:count]]

    def best(self, metric: str | None = None) -> Best:
        """The best combination by the first objective, or by `metric`; of equal ones the first in the table.

        Raises ImpossibleRequest when no combination has a number.
        """
        chosen, values = self.measured(metric)
        order = ranked(chosen, values)
        if not len(order):
            why = next(iter(self.failed.values()), "it is undefined in all of them").rstrip(".")
            raise ImpossibleRequest.of("metric", f"{chosen}: none of {len(self):,} combinations has one: {why}")
        row = int(order[0])
        return Best(row, self.table.iloc[row], self.strategy(row))

    def strategy(self, row: int) -> Strategy:
        """The strategy of one row; raises InvalidField for a combination that the family refuses."""
        at = self._place(row)
        own = {name: column[at].item() for name, column in self.columns.items() if name in self.family.model_fields}
        return self.family.of({**self.spec.base.strategy.parameters, **own})

    def backtest_spec(self, row: int) -> BacktestSpec:
        """The backtest of one row alone."""
        at = self._place(row)
        exits = {name: float(self.columns[name][at]) for name in self.parameters if name not in self.family.model_fields}
        changes: dict[str, Any] = {name: None if math.isnan(value) else value for name, value in exits.items()}
        if INSTRUMENT in self.columns:
            changes["instruments"] = (str(self.columns[INSTRUMENT][at]),)
        return self.spec.base.model_copy(update={**changes, "strategy": self.strategy(row).spec()})

    def result(self, row: int, *, keep: bool = True, bars: Mapping[str, pd.DataFrame] | None = None) -> BacktestResult:
        """The full backtest of one row, by the vectorbt engine.

        `bars` are needed again for a sweep that was loaded and was made on bars of the caller's own. Raises RunFailed when the
        backtest disagrees with the row, which must not happen.
        """
        spec, own = self.backtest_spec(row), self.bars if bars is None else bars
        found = run(spec, self.strategy(row), seed=self.identity.seed, bars=own, keep=keep)
        check_agreement(dict(zip(self.spec.metrics, self.values[row].tolist(), strict=True)), found)
        return found

    def heatmap(
        self, x: str | None = None, y: str | None = None, metric: str | None = None, *, combine: str = "mean"
    ) -> pd.DataFrame:
        """A metric over two parameters: `y` down, `x` across, the first two swept unless named.

        Where other parameters or several instruments share a cell, `combine` says which number stands there: their `mean`, the
        `best` or the `worst`. A cell without a number is NaN.
        """
        chosen, values = self.measured(metric)
        return heat(self.columns, values, chosen, axes_of(self.parameters, x, y), combine)

    def plateau(self, metric: str | None = None) -> pd.DataFrame:
        """How the neighbours of each combination do, beside its own `value` of the metric.

        `neighbours` is how many have a number, `mean` and `worst` what they are, `plateau` the mean of the combination and its
        neighbours together. Neighbours are at most one step away on every axis of the grid, diagonals included. A combination that
        is good because it was lucky has a plateau far below its value. Raises ImpossibleRequest for a sweep that is not of a grid.
        """
        if self.spec.search != "grid":
            raise ImpossibleRequest.of("plateau", "needs a grid: combinations that are drawn have no neighbours")
        axes = {name: self.spec.space[name] for name in self.parameters}
        return plateau_of(self.columns, axes, *self.measured(metric))

    def effective_trials(self, sample: int = 100, *, correlation: float = 0.9) -> EffectiveTrials:
        """How many different bets the combinations are: clusters of correlated returns among `sample` of them, best to worst.

        These are run one by one, so this takes a while, and no more than that many can be found. Raises ImpossibleRequest for
        accounts that are not on the same bars, and when no combination has a number.
        """
        self._same_bars("effective_trials")
        self.best()
        returns = sampled_returns(
            ranked(*self.measured()), sample, lambda row: self.result(row, keep=False).returns.to_numpy(np.float64)
        )
        return validation.overfitting.effective_trials(returns, correlation=correlation)

    def deflated_sharpe(self, row: int | None = None, trials: float | None = None) -> float:
        """The probability that a row's Sharpe ratio, the best one's unless named, is more than luck among all that were tried.

        `trials` may be another number than that of the table, such as `effective_trials().trials` or what `ak.trials` has counted.
        NaN where it is undefined. Source: Bailey and López de Prado (2014).
        """
        self._same_bars("deflated_sharpe")
        at = self._place(self.best(Metric.SHARPE_RATIO).row if row is None else row)
        sharpes, skew, kurtosis = (self.measured(name)[1] for name in (Metric.SHARPE_RATIO, Metric.SKEW, Metric.KURTOSIS))
        bars, year = self.data["bars"], self.data["periods_per_year"]
        return deflated(sharpes, at, trials or self.trials, bars, year, float(skew[at]), float(kurtosis[at]))

    def plot(self, x: str | None = None, y: str | None = None, metric: str | None = None) -> Any:
        """A heat map of a metric over two parameters; a line where only one is swept."""
        return presenter(KIND).plot(self, x=x, y=y, metric=metric)

    def parallel(self, metric: str | None = None) -> Any:
        """Every combination as a line through its parameters to its metric, the best ones on top."""
        return presenter(KIND).plot(self, metric=metric, parallel=True)

    def _repr_mimebundle_(self, **_formats: Any) -> dict[str, str]:
        return presenter(KIND).mimebundle(self)

    def measured(self, metric: str | None = None) -> tuple[Metric, FloatArray]:
        """A metric, the first objective unless named, and its value in each row; raises UnknownName for one that is not there."""
        chosen = named_metric(metric or self.spec.objectives[0], self.metrics)
        return chosen, self.values[:, self.metrics.index(chosen)]

    def document(self) -> dict[str, Any]:
        """The manifest that names the sweep: what was asked, of which data, the best row, and the hash of the table."""
        order = ranked(*self.measured())
        best = {"row": int(order[0]), **self.table.iloc[order[0]].drop("failed").to_dict()} if len(order) else None
        return {
            "kind": KIND,
            "format": 1,
            "spec": self.spec.document(),
            "identity": self.identity.document(),
            "trials": self.trials,
            "failed": len(self.failed),
            "best": best,
            "top": order[:NAMED].tolist(),
            "table_hash": content_of(self.columns, self.values, self.failed),
            "flags": list(self.flags),
            "provenance": {name: source.essence() for name, source in self.provenance.items()},
        }

    @cached_property
    def hash(self) -> str:
        """The content hash of the sweep: the sha256 of its manifest."""
        return content_hash(self.document())

    def keep(self, store: Store | None = None) -> str:
        """Store table and manifest under their hashes, with what they were made from; returns the hash of the sweep."""
        data = {**self.data, "provenance": {name: source.document() for name, source in self.provenance.items()}}
        return keep_sweep(store or Store(), KeptSweep(self.document(), self.table, data))

    @classmethod
    def load(cls, reference: str, store: Store | None = None) -> SweepResult:
        """The stored sweep under a hash, a prefix of one or a pinned name; raises NotFound, CorruptArtifact or InvalidField."""
        manifest, table, data = load_sweep(store or Store(), reference)
        spec = spec_of(manifest["spec"])
        if spec.base.strategy.type not in Strategy.families:
            raise UnknownName("strategy type", spec.base.strategy.type, Strategy.families, field="strategy_type")
        return cls(
            spec=spec,
            identity=RunIdentity.of(manifest["identity"]),
            columns={name: column_of(table[name]) for name in table if name == INSTRUMENT or name in spec.space},
            values=table[list(spec.metrics)].to_numpy(np.float64),
            failed={row: reason for row, reason in enumerate(table["failed"].to_list()) if isinstance(reason, str)},
            data={name: value for name, value in data.items() if name != "provenance"},
            provenance={name: Provenance.of(source) for name, source in data["provenance"].items()},
            flags=tuple(manifest["flags"]),
            family=Strategy.families[spec.base.strategy.type],
        )

    def _same_bars(self, asked: str) -> None:
        if INSTRUMENT in self.columns:
            raise ImpossibleRequest.of(asked, "needs accounts on the same bars, not one for each instrument")

    def _place(self, row: int) -> int:
        if not 0 <= row < len(self):
            raise InvalidField.of("row", f"must be between 0 and {len(self) - 1:,}, not {row}")
        return int(row)
