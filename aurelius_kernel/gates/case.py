"""What a rule is given: a result, and everything that it takes to look behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import Field

from aurelius_kernel import metrics
from aurelius_kernel.gates.policy import Policy
from aurelius_kernel.gates.stress import Account, Rerun, Stress, stress
from aurelius_kernel.gates.violation import Violation
from aurelius_kernel.model import BacktestResult, Bars, Panel, Record, Signals
from aurelius_kernel.strategies import Strategy
from aurelius_kernel.typing import FloatArray

__all__ = ["Case", "Found", "TrialCount", "Universe"]


class Universe(Record):
    """What could have been traded: every member there ever was, those that were delisted since among them."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    members: Annotated[tuple[str, ...], Field(min_length=1, strict=False)]
    delisted: Annotated[tuple[str, ...], Field(strict=False)] = ()


class TrialCount(Record):
    """How many parameter sets were tried before this result was chosen, itself included.

    `effective` is how many independent ones they are worth, and `variance` that of the Sharpe ratios per bar among these; None
    where nobody measured it. `source` says who counted.
    """

    count: Annotated[float, Field(ge=1.0)]
    effective: Annotated[float, Field(ge=1.0)] | None = None
    variance: Annotated[float, Field(ge=0.0)] | None = None
    source: str = "the trial ledger"


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a rule found: its violations, and a sentence on what it looked at; `known` is False where it could not look."""

    looked: str
    violations: tuple[Violation, ...] = ()
    known: bool = True

    @classmethod
    def of(cls, looked: str, violations: Iterable[Violation]) -> Found:
        """What was looked at and what is wrong with it."""
        return cls(looked=looked, violations=tuple(violations))


@dataclass(frozen=True, kw_only=True, eq=False)
class Case:
    """A result before the rules, with the strategy, the bars and the decisions that it claims to come from.

    `signals` are what the strategy decides on `bars` now, not what the result says of itself. `probes` is how many futures are
    cut off in search of a look ahead; None takes the usual number.
    """

    result: BacktestResult
    strategy: Strategy
    bars: Bars
    panel: Panel
    signals: Signals
    account: Account
    policy: Policy = field(default_factory=Policy)
    trials: TrialCount | None = None
    universe: Universe | None = None
    probes: int | None = None

    @property
    def address(self) -> str:
        """The hash of the result, which evidence names."""
        return self.result.hash

    @cached_property
    def same_bars(self) -> bool:
        """Whether the result's arrays are on the bars of the case."""
        bars, width = self.panel.shape
        arrays = (self.result.equity_values, self.result.cash_values, self.result.benchmark_values, self.result.borrow_fee_values)
        lengths = {len(array) for array in arrays}
        return (
            lengths == {bars} and self.result.position_values.shape == (bars, width) and self.result.index.equals(self.panel.index)
        )

    @cached_property
    def recomputed(self) -> dict[str, float | None]:
        """Every metric of the result, made again from its trades and its equity."""
        return self._summary(self.result.equity_values, self.result)

    @cached_property
    def benchmark_recomputed(self) -> dict[str, float | None]:
        """Every metric of buying and holding, made again from its values."""
        return self._summary(self.result.benchmark_values, None)

    @cached_property
    def position_worth(self) -> FloatArray:
        """What each position is worth at each close, or at its last one; shape (bars, instruments)."""
        closes = pd.DataFrame(self.panel.close).ffill().to_numpy(np.float64)
        units = self.result.position_values
        return np.where(units == 0.0, 0.0, units * closes)

    @property
    def rerun(self) -> Rerun:
        """The run as it can be had again under other terms."""
        return Rerun(spec=self.result.spec, panel=self.panel, signals=self.signals, account=self.account)

    @cached_property
    def stress(self) -> Stress:
        """What the run bears."""
        return stress(self.rerun)

    def worst(self, name: str, *, low: bool = False) -> float | None:
        """A metric as reported or recomputed, whichever is worse: the higher, or with `low` the lower; None if neither is known."""
        known = [value for value in (self.result.metrics.get(name), self.recomputed.get(name)) if value is not None]
        return (min(known) if low else max(known)) if known else None

    def _summary(self, equity: FloatArray, run: BacktestResult | None) -> dict[str, float | None]:
        more: dict[str, Any] = (
            {} if run is None else {"trades": run.trades, "positions": run.position_values, "benchmark": run.benchmark_values}
        )
        year = self.panel.periods_per_year
        return metrics.summarise(equity, self.result.spec.capital, periods_per_year=year, index=self.result.index, **more)
