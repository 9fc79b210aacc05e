"""Several backtests side by side, each measured over the bars that all of them have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from aurelius_kernel.errors import ImpossibleRequest, InvalidField
from aurelius_kernel.hashing import content_hash
from aurelius_kernel.metrics import Metric, summarise
from aurelius_kernel.metrics.drawdown import below_peak
from aurelius_kernel.model import BacktestResult
from aurelius_kernel.model.presentation import presenter

__all__ = ["MOST", "Comparison", "compare"]

MOST = 20
"""How many runs are compared at once: more cannot be told apart in a figure."""
FEWEST_BARS = 3


@dataclass(frozen=True, eq=False)
class Comparison:
    """Backtests by name, over the bars that all of them have.

    `index` holds those bars. Every account counts from its own value at the last bar before the first of them, or from its starting
    capital where there is none, so that runs of different lengths and sizes begin as one.
    """

    results: Mapping[str, BacktestResult]
    index: pd.DatetimeIndex

    @cached_property
    def wealth(self) -> pd.DataFrame:
        """What 1 put into each account has become at each shared bar, a column a run."""
        return pd.DataFrame({name: self._wealth(result) for name, result in self.results.items()}, index=self.index)

    @cached_property
    def returns(self) -> pd.DataFrame:
        """Simple returns from one shared bar to the next, a column a run; NaN after a value of 0."""
        before = np.vstack([np.ones(len(self.results)), self.wealth.to_numpy()[:-1]])
        growth = np.divide(self.wealth.to_numpy(), before, out=np.full(before.shape, np.nan), where=before != 0.0)
        return pd.DataFrame(growth - 1.0, index=self.index, columns=self.wealth.columns)

    @cached_property
    def drawdowns(self) -> pd.DataFrame:
        """Each account below its running maximum of the shared bars, a column a run; at most 0."""
        falls = {name: below_peak(np.concatenate([[1.0], values]))[1:] for name, values in self.wealth.items()}
        return pd.DataFrame(falls, index=self.index)

    @cached_property
    def correlation(self) -> pd.DataFrame:
        """Pearson's correlation of the bar returns; NaN beside a run that never moved."""
        return self.returns.corr()

    @cached_property
    def table(self) -> pd.DataFrame:
        """Every metric over the shared bars, a row a metric and a column a run; trades count when they lie within those bars."""
        return pd.DataFrame({name: self._measured(name) for name in self.results}, index=[metric.value for metric in Metric])

    @property
    def periods_per_year(self) -> float:
        """The bars a year of the run that has the fewest: those are the bars that can be shared."""
        return min(result.periods_per_year for result in self.results.values())

    def document(self) -> dict[str, Any]:
        """What is compared, by hash: the numbers follow from it."""
        return {"kind": "comparison", "format": 1, "results": {name: result.hash for name, result in self.results.items()}}

    @cached_property
    def hash(self) -> str:
        """The content hash of the comparison: which results stand side by side under which names."""
        return content_hash(self.document())

    def plot(self) -> Any:
        """Wealth and drawdown of all runs, as a matplotlib figure that a notebook shows."""
        return presenter("comparison").plot(self)

    def report(self, path: str | Path, **options: Any) -> Path:
        """Write the comparison; the ending of the path names the format: .pdf, .html, .xlsx or .json."""
        return presenter("comparison").report(self, path, **options)

    def _repr_mimebundle_(self, **_formats: Any) -> dict[str, str]:
        return presenter("comparison").mimebundle(self)

    def _wealth(self, result: BacktestResult) -> np.ndarray:
        return result.equity.reindex(self.index).to_numpy() / _value_before(result, self.index[0])

    def _measured(self, name: str) -> dict[str, float | None]:
        result, wealth = self.results[name], self.wealth[name].to_numpy()
        return summarise(
            wealth,
            1.0,
            trades=_within(result, self.index),
            positions=result.positions.reindex(self.index).to_numpy(),
            periods_per_year=self.periods_per_year,
            index=self.index,
        )


def compare(results: Mapping[str, BacktestResult] | Sequence[BacktestResult]) -> Comparison:
    """Stand finished backtests side by side over the bars that all of them have.

    Parameters
    ----------
    results
        Results by the names to show them under, two to 20; without names they are called after their strategies.

    Raises
    ------
    InvalidField
        Fewer than two results or too many, or something that is no result.
    ImpossibleRequest
        Fewer than three bars that all of them have.
    """
    named = dict(results) if isinstance(results, Mapping) else _named(results)
    if not 2 <= len(named) <= MOST:
        raise InvalidField.of("results", f"must hold 2 to {MOST} backtests, and it holds {len(named)}")
    for name, result in named.items():
        if not isinstance(result, BacktestResult):
            raise InvalidField.of(f"results.{name}", f"must be the result of a backtest, not {type(result).__name__}")
    shared = reduce(lambda index, result: index.intersection(result.index), named.values(), next(iter(named.values())).index)
    if len(shared) < FEWEST_BARS:
        spans = "; ".join(f"{name}: {one.index[0]:%Y-%m-%d} to {one.index[-1]:%Y-%m-%d}" for name, one in named.items())
        raise ImpossibleRequest.of("results", f"must share at least {FEWEST_BARS} bars, and they share {len(shared)} ({spans})")
    return Comparison(named, pd.DatetimeIndex(shared))


def _named(results: Sequence[BacktestResult]) -> dict[str, BacktestResult]:
    """Results under the names of their strategies; a number tells those apart that have the same."""
    named: dict[str, BacktestResult] = {}
    for result in results:
        base = result.spec.strategy.type if isinstance(result, BacktestResult) else "result"
        same = sum(name == base or name.startswith(f"{base} ") for name in named)
        named[f"{base} {same + 1}" if same else base] = result
    return named


def _value_before(result: BacktestResult, first: pd.Timestamp) -> float:
    place = int(result.index.searchsorted(first))
    value = result.spec.capital if place == 0 else float(result.equity_values[place - 1])
    if value <= 0.0:
        raise ImpossibleRequest.of("results", f"must be worth something where they begin together, and {result.hash[:10]} is not")
    return value


def _within(result: BacktestResult, index: pd.DatetimeIndex) -> pd.DataFrame:
    """The round trips that began and ended within those bars, their sizes and profits per 1 of the account at the beginning."""
    trades, scale = result.trades, _value_before(result, index[0])
    inside = trades[(trades["entry_time"] >= index[0]) & (trades["exit_time"] <= index[-1])]
    return inside.assign(size=inside["size"] / scale, pnl=inside["pnl"] / scale)
