"""What a result would have been under other costs, a later fill, and a larger account."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Any, TypeAlias

import numpy as np
from pydantic import Field

from aurelius_kernel import metrics
from aurelius_kernel.gates.second_engine import Simulated
from aurelius_kernel.model import BacktestSpec, Costs, FixedCash, Panel, Record, Signals
from aurelius_kernel.typing import BoolArray, FloatArray

__all__ = ["Account", "CostStress", "Outcome", "Rerun", "Stress", "break_even", "stress", "twice_the_costs"]

Account: TypeAlias = Callable[[BacktestSpec, Signals], Simulated]
"""Runs decisions under a spec on the bars of a case: how one asks what would have been under other costs."""

DELAYS = (1, 2, 5)
ACCOUNTS = (1.0, 10.0, 100.0, 1_000.0)
HIGHEST_BPS = 1_000.0
PRECISION_BPS = 0.01
IMPACT, SHARE = 0.1, 0.025
"""zipline's volume-share model: a square-law impact of a tenth, and at most a fortieth of a bar's volume in one fill."""
SCALED = (
    "commission_bps",
    "commission_per_share",
    "commission_minimum",
    "slippage_bps",
    "half_spread",
    "volume_impact",
    "borrow_rate",
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Rerun:
    """A run that can be had again under other terms."""

    spec: BacktestSpec
    panel: Panel
    signals: Signals
    account: Account


class Outcome(Record):
    """What one changed run came to: total return and Sharpe ratio, None where it has none."""

    change: str
    amount: float
    total_return: float | None
    sharpe_ratio: float | None

    @property
    def earns(self) -> bool:
        """Whether the account gained anything."""
        return self.total_return is not None and self.total_return > 0.0


class Stress(Record):
    """How much a result bears.

    `break_even_bps` is the cost of a fill, in basis points of its value and instead of all costs of the run, at which nothing is
    earned: 0 where even free trading earns nothing, None where a thousand are not enough. `delays` are fills so many bars late,
    `accounts` are capital so many times as large with the market's volume in the way; without volume there are none.
    """

    break_even_bps: float | None
    delays: Annotated[tuple[Outcome, ...], Field(strict=False)]
    accounts: Annotated[tuple[Outcome, ...], Field(strict=False)]

    @property
    def capacity(self) -> float | None:
        """The largest capital that was tried and still earned; None where none was tried or none earned."""
        earning = [one.amount for one in self.accounts if one.earns]
        return max(earning, default=None)


@dataclass(frozen=True, kw_only=True)
class CostStress:
    """A run at its own costs and at twice as much; `costs` are those that were doubled, the usual ones for a run without any."""

    own: Outcome
    twice: Outcome
    costs: Costs


def stress(run: Rerun) -> Stress:
    """Everything that a run bears, asked of its own decisions on its own bars."""
    return Stress(break_even_bps=break_even(run), delays=tuple(_delays(run)), accounts=tuple(_accounts(run)))


def twice_the_costs(run: Rerun) -> CostStress:
    """The run at its costs and at twice those; a run without costs is asked about twice the usual ones."""
    spec = run.spec
    paid = spec.costs if any(getattr(spec.costs, name) > 0.0 for name in SCALED) else Costs()
    dearer = spec.model_copy(update={"costs": doubled(paid)})
    return CostStress(own=_outcome(run, "costs", 1.0, spec), twice=_outcome(run, "costs", 2.0, dearer), costs=paid)


def doubled(costs: Costs) -> Costs:
    """The costs twice, as far as a record of costs goes."""
    highest = {
        "commission_bps": 1_000.0,
        "commission_per_share": 1_000.0,
        "slippage_bps": 1_000.0,
        "volume_impact": 100.0,
        "borrow_rate": 10.0,
    }
    return costs.model_copy(update={name: min(2.0 * getattr(costs, name), highest.get(name, 1_000_000.0)) for name in SCALED})


def break_even(run: Rerun) -> float | None:
    """The basis points of a fill's value at which the account earns nothing; 0 where it never earns, None above a thousand."""

    def gain(bps: float) -> float:
        costs = Costs(commission_bps=bps, slippage_bps=0.0, max_volume_share=run.spec.costs.max_volume_share)
        spec = run.spec.model_copy(update={"costs": costs})
        return float(run.account(spec, run.signals).equity[-1]) - spec.capital

    if gain(0.0) <= 0.0:
        return 0.0
    low, high = 0.0, 1.0
    while gain(high) > 0.0:
        if high >= HIGHEST_BPS:
            return None
        low, high = high, min(4.0 * high, HIGHEST_BPS)
    return _root(gain, low, high)


def _root(gain: Callable[[float], float], low: float, high: float) -> float:
    """Where the gain turns from more than nothing at `low` to no more at `high`, to a thousandth of it."""
    while high - low > max(PRECISION_BPS, 1e-3 * low):
        middle = (low + high) / 2
        low, high = (middle, high) if gain(middle) > 0.0 else (low, middle)
    return round(low, 2)


def _delays(run: Rerun) -> Iterator[Outcome]:
    for bars in DELAYS:
        if bars < len(run.panel.index):
            yield _outcome(run, "bars late", float(bars), run.spec, _later(run.signals, bars))


def _accounts(run: Rerun) -> Iterator[Outcome]:
    """The run with more and more capital, where the market's volume limits fills and moves prices."""
    if np.isnan(run.panel.volume[~np.isnan(run.panel.close)]).any():
        return
    spec = run.spec
    costs = spec.costs.model_copy(
        update={"volume_impact": max(spec.costs.volume_impact, IMPACT), "max_volume_share": spec.costs.max_volume_share or SHARE}
    )
    for factor in ACCOUNTS:
        capital = spec.capital * factor
        if capital <= 1e15:
            larger: dict[str, Any] = {"capital": capital, "costs": costs}
            if isinstance(spec.sizing, FixedCash):
                larger["sizing"] = FixedCash(min(spec.sizing.amount * factor, 1e15))
            yield _outcome(run, "capital", capital, spec.model_copy(update=larger))


def _outcome(run: Rerun, change: str, amount: float, spec: BacktestSpec, signals: Signals | None = None) -> Outcome:
    done = run.account(spec, run.signals if signals is None else signals)
    returns = metrics.summarise(done.equity, spec.capital, periods_per_year=run.panel.periods_per_year)
    return Outcome(change=change, amount=amount, total_return=returns["total_return"], sharpe_ratio=returns["sharpe_ratio"])


def _later(signals: Signals, bars: int) -> Signals:
    """The same decisions, known so many bars later."""
    later: dict[str, Any] = {name: _shifted(array, bars) for name, array in signals.arrays().items()}
    return replace(signals, **later)


def _shifted(array: BoolArray | FloatArray, bars: int) -> BoolArray | FloatArray:
    nothing = (
        np.zeros((bars, array.shape[1]), dtype=np.bool_) if array.dtype == np.bool_ else np.full((bars, array.shape[1]), math.nan)
    )
    return np.concatenate([nothing, array[:-bars]])
