"""Several backtests held together as one portfolio, each with a share of the money."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aurelius_kernel.errors import InvalidField, UnknownName
from aurelius_kernel.hashing import content_hash
from aurelius_kernel.metrics import summarise
from aurelius_kernel.model import BacktestResult
from aurelius_kernel.model.presentation import presenter
from aurelius_kernel.portfolio.comparison import Comparison, compare

__all__ = ["REBALANCING", "Combination", "combine"]

REBALANCING = {"never": None, "monthly": "M", "quarterly": "Q", "yearly": "Y"}
"""When weights are set anew, and the calendar period (in UTC) at whose first bar that is done."""


@dataclass(frozen=True, eq=False)
class Combination:
    """Accounts of several backtests as the parts of one portfolio, over the bars that all of them have.

    `weights` are the shares of the money at the beginning, summing to 1. Setting them anew costs nothing here: the accounts are
    whole runs, and what moving money between them would cost is not known.
    """

    parts: Comparison
    weights: Mapping[str, float]
    rebalance: str

    @cached_property
    def values(self) -> pd.DataFrame:
        """What each part is worth at each bar when 1 was put into the portfolio, a column a part."""
        return self._before * (1.0 + self.parts.returns.fillna(0.0))

    @property
    def wealth(self) -> pd.Series:
        """What 1 put into the portfolio has become at each bar."""
        return self.values.sum(axis=1).rename("portfolio")

    @cached_property
    def returns(self) -> pd.Series:
        """Simple bar returns of the portfolio, the first measured from 1."""
        wealth = np.concatenate([[1.0], self.wealth.to_numpy()])
        return pd.Series(wealth[1:] / wealth[:-1] - 1.0, index=self.parts.index, name="portfolio")

    @cached_property
    def shares(self) -> pd.DataFrame:
        """The share of each part in the portfolio's value at each bar; rows sum to 1."""
        return self.values.div(self.wealth, axis=0)

    @cached_property
    def metrics(self) -> dict[str, float | None]:
        """The metrics of the portfolio's account; those of trades and positions are those of its parts, and None here."""
        year = self.parts.periods_per_year
        return summarise(self.wealth.to_numpy(), 1.0, periods_per_year=year, index=self.parts.index)

    @cached_property
    def contributions(self) -> pd.DataFrame:
        """A row a part: `weight` at the beginning, `share` at the end, `gain` that it brought and `risk` that it bore.

        Gains are money per 1 put into the portfolio and sum to its total return. Risk is the part's share of the portfolio's
        variance, cov(w·r, R)/var(R) with the shares w held into each bar, and sums to 1 (Litterman 1996); NaN for a portfolio that
        never moved.
        """
        gained = self._before * self.parts.returns.fillna(0.0)
        earned = gained.div(self._before.sum(axis=1), axis=0)
        total = earned.sum(axis=1)
        against = total - total.mean()
        variance = float(np.square(against.to_numpy()).sum())
        borne = (earned - earned.mean()).T @ against / variance if variance > 0.0 else pd.Series(math.nan, index=earned.columns)
        return pd.DataFrame({
            "weight": pd.Series(self.weights),
            "share": self.shares.iloc[-1],
            "gain": gained.sum(),
            "risk": borne,
        })  # fmt: skip

    @cached_property
    def diversification(self) -> float | None:
        """The parts' volatilities, weighted, over that of the portfolio (Choueifaty 2008); None when it never moved."""
        own = float(self.returns.std())
        parts = float((self.parts.returns.std() * pd.Series(self.weights)).sum())
        return parts / own if own > 0.0 else None

    def document(self) -> dict[str, Any]:
        """What is held, by hash, in which shares."""
        held = self.parts.document()["results"]
        return {"kind": "combination", "format": 1, "results": held, "weights": dict(self.weights), "rebalance": self.rebalance}

    @cached_property
    def hash(self) -> str:
        """The content hash of the portfolio: which results it holds in which shares."""
        return content_hash(self.document())

    def plot(self) -> Any:
        """Wealth and drawdown of portfolio and parts, as a matplotlib figure that a notebook shows."""
        return presenter("combination").plot(self)

    def report(self, path: str | Path, **options: Any) -> Path:
        """Write the portfolio; the ending of the path names the format: .pdf, .html, .xlsx or .json."""
        return presenter("combination").report(self, path, **options)

    def _repr_mimebundle_(self, **_formats: Any) -> dict[str, str]:
        return presenter("combination").mimebundle(self)

    @cached_property
    def _before(self) -> pd.DataFrame:
        """What each part is worth going into each bar, after shares were set anew."""
        growth = 1.0 + np.nan_to_num(self.parts.returns.to_numpy())
        target = np.array([self.weights[name] for name in self.parts.results])
        anew = _first_bars(self.parts.index, self.rebalance)
        before, held = np.empty_like(growth), target
        for bar in range(len(growth)):
            before[bar] = held.sum() * target if anew[bar] else held
            held = before[bar] * growth[bar]
        return pd.DataFrame(before, index=self.parts.index, columns=list(self.parts.results))


def combine(
    results: Mapping[str, BacktestResult] | Sequence[BacktestResult] | Comparison,
    weights: Mapping[str, float] | None = None,
    rebalance: str = "never",
) -> Combination:
    """Hold finished backtests together as one portfolio.

    Parameters
    ----------
    results : as in `compare`, or a comparison
    weights : the share of each by its name, at least 0, summing to 1; equal shares when left out
    rebalance : when shares are set anew: `never`, or at the first bar of each period, `monthly`, `quarterly` or `yearly`

    Raises
    ------
    InvalidField
        Weights that are negative, not finite, do not sum to 1 or are not one for each result.
    UnknownName
        Another word for `rebalance`.
    """
    parts = results if isinstance(results, Comparison) else compare(results)
    if rebalance not in REBALANCING:
        raise UnknownName("rebalancing", rebalance, REBALANCING, field="rebalance")
    return Combination(parts, _weights(parts, weights), rebalance)


def _weights(parts: Comparison, weights: Mapping[str, float] | None) -> dict[str, float]:
    names = list(parts.results)
    if weights is None:
        return dict.fromkeys(names, 1.0 / len(names))
    if set(weights) != set(names):
        raise InvalidField.of("weights", f"must name {', '.join(names)}, not {', '.join(map(str, weights)) or 'nothing'}")
    for name, weight in weights.items():
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not (0.0 <= weight <= 1.0):
            raise InvalidField.of(f"weights.{name}", f"must be a number from 0 to 1, not {weight!r}")
    if not math.isclose(total := sum(weights.values()), 1.0, abs_tol=1e-9):
        raise InvalidField.of("weights", f"must sum to 1, and they sum to {total:.10g}")
    return {name: float(weights[name]) for name in names}


def _first_bars(index: pd.DatetimeIndex, rebalance: str) -> NDArray[np.bool_]:
    """Where the shares are set anew: at the first bar of each period but the one it begins in."""
    period = REBALANCING[rebalance]
    if period is None:
        return np.zeros(len(index), bool)
    periods = index.tz_convert(None).to_period(period)
    return np.concatenate([[False], periods[1:] != periods[:-1]])
