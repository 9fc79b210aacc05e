"""Trend following by two moving averages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
import pandas as pd
from pydantic import model_validator

from aurelius_kernel.strategies import windows
from aurelius_kernel.strategies.base import Parameter, SingleInstrumentStrategy
from aurelius_kernel.strategies.events import crossed_above
from aurelius_kernel.strategies.registry import register
from aurelius_kernel.typing import BoolArray, FloatArray

__all__ = ["TrendFollowing"]


TIE = 1e-9
"""Two averages closer than this fraction are equal: prices in cents often tie exactly, and rounding must not pick the side."""


@register
class TrendFollowing(SingleInstrumentStrategy):
    """Long from the bar where the fast average comes to be above the slow one until it falls below; short the other way round.

    The first entry needs a cross: an average that is above from the start says nothing about when the trend began. A tie counts
    as not above and not below. The exponential average remembers 4 windows. Source: Brock, Lakonishok and LeBaron, Simple
    technical trading rules and the stochastic properties of stock returns, Journal of Finance 47 (1992), the variable-length
    moving average.
    """

    type: ClassVar[str] = "trend_following"
    summary: ClassVar[str] = "Holds while a fast moving average is above a slow one, with an optional ATR trailing stop."
    scale_invariant: ClassVar[bool] = True

    fast: Annotated[int, Parameter(ge=2, le=500, description="Bars of the fast average; fewer than slow.")] = 20
    slow: Annotated[int, Parameter(ge=3, le=1_000, description="Bars of the slow average.")] = 100
    average: Annotated[Literal["sma", "ema"], Parameter(description="Simple or exponential averages.")] = "sma"
    atr_window: Annotated[int, Parameter(ge=2, le=200, description="Bars of the average true range behind the trailing stop.")] = 14
    atr_stop: Annotated[
        float,
        Parameter(ge=0.0, le=50.0, description="Trailing stop at this many average true ranges from the best price; 0 for none."),
    ] = 0.0

    @model_validator(mode="after")
    def _fast_below_slow(self) -> Self:
        if self.fast >= self.slow:
            raise ValueError(f"fast ({self.fast}) must be less than slow ({self.slow})")
        return self

    @property
    def warm_up(self) -> int:
        """The bars the slow average remembers, the last being the one to cross on; or the true range's, when those are more."""
        slow = self.slow if self.average == "sma" else windows.EXPONENTIAL_MEMORY * self.slow
        return max(slow, windows.WILDER_MEMORY * self.atr_window if self.atr_stop else 0)

    def decide_one(self, bars: pd.DataFrame) -> Mapping[str, BoolArray | FloatArray]:
        """Entries and exits on the bars where the averages cross."""
        close = bars["close"].to_numpy(np.float64)
        average = {"sma": windows.mean, "ema": windows.exponential}[self.average]
        above, below = crosses(average(close, self.fast), average(close, self.slow))
        decisions: dict[str, BoolArray | FloatArray] = {
            "entries": above,
            "exits": below,
            "short_entries": below,
            "short_exits": above,
        }
        if self.atr_stop:
            high, low = (bars[column].to_numpy(np.float64) for column in ("high", "low"))
            decisions["trail_distance"] = self.atr_stop * windows.wilder(windows.true_range(high, low, close), self.atr_window)
        return decisions


def crosses(fast: FloatArray, slow: FloatArray) -> tuple[BoolArray, BoolArray]:
    """Where `fast` comes to be above and below `slow` from one bar to the next; a NaN is neither."""
    return crossed_above(fast - slow, TIE * slow), crossed_above(slow - fast, TIE * slow)
