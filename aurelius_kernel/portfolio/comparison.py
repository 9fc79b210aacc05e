"""Several backtests side by side, each measured over the bars that all of them have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from aurelius_kernel.errors import ImpossibleRequest, InvalidField
from aurelius_kernel.hashing import content_hash
from aurelius_kernel.metrics import Metric, summarise
from aurelius_kernel.model import BacktestResult
from aurelius_kernel.model.presentation import presenter
from aurelius_kernel.portfolio.shared_bars import SharedBars, shared_index

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

    @property
    def wealth(self) -> pd.DataFrame:
        """What 1 put into each account has become at each shared bar, a column a run."""
        return self._shared.wealth

    @property
    def returns(self) -> pd.DataFrame:
        """Simple returns from one shared bar to the next, a column a run; NaN after a value of 0."""
        return self._shared.returns

    @property
    def drawdowns(self) -> pd.DataFrame:
        """Each account below its running maximum of the shared bars, a column a run; at most 0."""
        return self._shared.drawdowns

    def begun_with(self, name: str) -> float:
        """What an account was worth just before the first shared bar."""
        return self._shared.begun_with(name)

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

    @cached_property
    def _shared(self) -> SharedBars:
        equity = {name: result.equity for name, result in self.results.items()}
        return SharedBars(equity, {name: result.spec.capital for name, result in self.results.items()}, self.index)

    def _measured(self, name: str) -> dict[str, float | None]:
        result, wealth = self.results[name], self.wealth[name].to_numpy()
        return summarise(
            wealth,
            1.0,
            trades=_within(result, self.index, self.begun_with(name)),
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
        Fewer than three bars that all of them have, or an account that is worth nothing when they begin.
    """
    named = dict(results) if isinstance(results, Mapping) else _named(results)
    if not 2 <= len(named) <= MOST:
        raise InvalidField.of("results", f"must hold 2 to {MOST} backtests, and it holds {len(named)}")
    for name, result in named.items():
        if not isinstance(result, BacktestResult):
            raise InvalidField.of(f"results.{name}", f"must be the result of a backtest, not {type(result).__name__}")
    shared = shared_index(result.index for result in named.values())
    if len(shared) < FEWEST_BARS:
        spans = "; ".join(f"{name}: {one.index[0]:%Y-%m-%d} to {one.index[-1]:%Y-%m-%d}" for name, one in named.items())
        raise ImpossibleRequest.of("results", f"must share at least {FEWEST_BARS} bars, and they share {len(shared)} ({spans})")
    compared = Comparison(named, shared)
    for name, result in named.items():
        if compared.begun_with(name) <= 0.0:
            problem = f"must be worth something where they begin together, and {result.hash[:10]} is not"
            raise ImpossibleRequest.of("results", problem)
    return compared


def _named(results: Sequence[BacktestResult]) -> dict[str, BacktestResult]:
    """Results under the names of their strategies; a number tells those apart that have the same."""
    named: dict[str, BacktestResult] = {}
    for result in results:
        base = result.spec.strategy.type if isinstance(result, BacktestResult) else "result"
        same = sum(name == base or name.startswith(f"{base} ") for name in named)
        named[f"{base} {same + 1}" if same else base] = result
    return named


def _within(result: BacktestResult, index: pd.DatetimeIndex, scale: float) -> pd.DataFrame:
    """The round trips that began and ended within those bars, their sizes and profits per 1 of the account at the beginning."""
    trades = result.trades
    inside = trades[(trades["entry_time"] >= index[0]) & (trades["exit_time"] <= index[-1])]
    return inside.assign(size=inside["size"] / scale, pnl=inside["pnl"] / scale)
