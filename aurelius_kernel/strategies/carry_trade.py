"""Carry: what a position earns if prices stay where they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

import numpy as np

from aurelius_kernel.model import Bars, Signals
from aurelius_kernel.strategies import windows
from aurelius_kernel.strategies.base import Parameter, Strategy
from aurelius_kernel.strategies.rebalancing import Every, first_of_each
from aurelius_kernel.strategies.registry import register
from aurelius_kernel.strategies.together import together
from aurelius_kernel.strategies.volatility_forecast import ewma, inverse_scaled
from aurelius_kernel.typing import FloatArray

__all__ = ["CarryTrade"]


@register
class CarryTrade(Strategy):
    """Long what pays to hold and short what costs to hold, each sized to `vol_target` by forecast volatility.

    Beside each instrument the catalogue holds its carry index under the instrument's name and `suffix`: a level that grows by
    what a position earned without any move in price (interest differential, dividends less the bill rate, roll), as
    `aurelius_kernel.data.carry_index` makes it from yearly rates. The carry of a bar is the index's yearly growth over
    `carry_window` bars. `rule="sign"` takes each instrument's own sign; `rule="rank"` spreads the sides evenly from the lowest
    carry (−1) to the highest (+1). Source: Koijen, Moskowitz, Pedersen and Vrugt, Carry, Journal of Financial Economics 127
    (2018): weights by rank across instruments, and timing by the sign of an instrument's own carry.
    """

    type: ClassVar[str] = "carry_trade"
    summary: ClassVar[str] = "Takes the side that carry pays for, sized to a volatility target."
    two_sided: ClassVar[bool] = True
    scale_invariant: ClassVar[bool] = True

    rule: Annotated[Literal["sign", "rank"], Parameter(description="By the sign of each carry, or by rank among them.")] = "sign"
    carry_window: Annotated[int, Parameter(ge=1, le=2_520, description="Bars over which the carry index's growth is taken.")] = 252
    suffix: Annotated[
        str, Parameter(min_length=1, max_length=16, description="What follows an instrument's name in the name of its carry index.")
    ] = ".CARRY"
    vol_target: Annotated[float, Parameter(gt=0.0, le=2.0, description="Yearly volatility that a position is sized to.")] = 0.15
    vol_window: Annotated[int, Parameter(ge=4, le=2_520, description="Bars of the exponentially weighted volatility forecast.")] = (
        120
    )
    max_position: Annotated[float, Parameter(gt=0.0, le=10.0, description="Largest share of equity in a position.")] = 1.0
    rebalance: Annotated[Every, Parameter(description="How often positions are brought to their targets.")] = "month"
    periods_per_year: Annotated[float, Parameter(ge=1.0, le=1_000_000.0, description="Bars a year.")] = 252.0

    @property
    def warm_up(self) -> int:
        """The longer of the two windows."""
        return max(self.carry_window, self.vol_window)

    def references(self, instruments: Sequence[str]) -> tuple[str, ...]:
        """The carry index of each instrument."""
        return tuple(f"{name}{self.suffix}" for name in instruments)

    def check_length(self, bars: Bars) -> None:
        """Nothing: a short history only keeps its own instrument out; the longest must be long enough."""

    def decide(self, bars: Bars) -> Signals:
        """Target weights on the first bar of each period."""
        names = self.traded(bars)
        held = together(bars, names, least=1, warm_up=self.warm_up, family=self.type)
        levels = np.column_stack([held.closes_of(name, bars[name]) for name in self.references(names)])
        carry = yearly_growth(levels, self.carry_window, self.periods_per_year)
        volatility = np.column_stack([ewma(column, self.vol_window) for column in held.close.T])
        size = inverse_scaled(self.vol_target, volatility * np.sqrt(self.periods_per_year), self.max_position)
        chosen = first_of_each(self.rebalance, held.index)
        side = np.sign(carry[chosen]) if self.rule == "sign" else spread_ranks(carry[chosen])
        return held.book(chosen, np.where(np.isnan(side), 0.0, side) * size[chosen] / len(names))


def yearly_growth(levels: FloatArray, bars: int, periods_per_year: float) -> FloatArray:
    """The continuously compounded yearly growth over the last `bars` bars; within rounding of 0 it is 0."""
    growth = np.log(levels / windows.shifted(levels, bars))
    return np.where(np.abs(growth) <= FLAT, 0.0, growth) * (periods_per_year / bars)


FLAT = 1e-9
"""A carry index that has grown by less than this fraction has not grown."""


def spread_ranks(values: FloatArray) -> FloatArray:
    """The ranks of each bar spread evenly over −1 … 1, equal values sharing theirs; NaN without a value, 0 for one alone."""
    known = ~np.isnan(values)
    below = (values[:, None, :] < values[:, :, None]).sum(axis=2)
    above = (values[:, None, :] > values[:, :, None]).sum(axis=2)
    others = np.maximum(known.sum(axis=1, keepdims=True) - 1, 1)
    return np.where(known, (below - above) / others, np.nan)
