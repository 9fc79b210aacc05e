"""Fibonacci retracements confirmed by relative strength."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Self

import numpy as np
import pandas as pd
from pydantic import model_validator

from aurelius_kernel.strategies import windows
from aurelius_kernel.strategies.base import Parameter, SingleInstrumentStrategy
from aurelius_kernel.strategies.events import crossed_above
from aurelius_kernel.strategies.registry import register
from aurelius_kernel.typing import BoolArray, FloatArray

__all__ = ["FibRsi"]


@register
class FibRsi(SingleInstrumentStrategy):
    """Buys a pullback into the retracement zone of the last upswing when RSI turns up, and mirrors it after a downswing.

    The swing runs between the highest high and the lowest low of the last `swing_window` bars, up when the high is the later one.
    A close that has given back between `zone_from` and `zone_to` of it is in the zone; RSI rising through `rsi_level` (falling
    through 100 − `rsi_level`) confirms. The stop is where `stop_ratio` of the swing is given back, the target where price stands
    `target_ratio` of the swing from its start; the opposite signal leaves too. RSI is Wilder's over the last 7 windows. Sources:
    Wilder (1978) for RSI; Murphy, Technical Analysis of the Financial Markets (1999), for the zone. Batchelor and Ramyar, Magic
    numbers in the Dow (2006), found no sign that prices turn at these ratios: measure before you believe.
    """

    type: ClassVar[str] = "fib_rsi"
    summary: ClassVar[str] = "Enters a Fibonacci retracement of the last swing when RSI confirms, with a stop and a target."
    scale_invariant: ClassVar[bool] = True

    swing_window: Annotated[int, Parameter(ge=5, le=1_000, description="Bars in which the last swing is looked for.")] = 60
    zone_from: Annotated[float, Parameter(gt=0.0, lt=1.0, description="Share of the swing given back where the zone begins.")] = (
        0.382
    )
    zone_to: Annotated[float, Parameter(gt=0.0, lt=1.0, description="Share given back where the zone ends.")] = 0.618
    stop_ratio: Annotated[float, Parameter(gt=0.0, le=2.0, description="Share given back where the trade is stopped.")] = 1.0
    target_ratio: Annotated[float, Parameter(ge=0.5, le=5.0, description="Target as a multiple of the swing from its start.")] = (
        1.272
    )
    rsi_window: Annotated[int, Parameter(ge=2, le=200, description="Bars of the relative strength index.")] = 14
    rsi_level: Annotated[float, Parameter(gt=0.0, lt=100.0, description="RSI must rise through this level to confirm.")] = 45.0

    @model_validator(mode="after")
    def _levels_in_order(self) -> Self:
        if not self.zone_from < self.zone_to < self.stop_ratio:
            levels = f"zone_from ({self.zone_from}), zone_to ({self.zone_to}) and stop_ratio ({self.stop_ratio})"
            raise ValueError(f"{levels} must rise in this order")
        return self

    @property
    def warm_up(self) -> int:
        """The swing, or the changes RSI remembers and one bar to cross from."""
        return max(self.swing_window - 1, windows.WILDER_MEMORY * self.rsi_window + 1)

    def decide_one(self, bars: pd.DataFrame) -> Mapping[str, BoolArray | FloatArray]:
        """Entries on the bars where RSI confirms inside the zone, each with its stop and target."""
        high, low, close = (bars[column].to_numpy(np.float64) for column in ("high", "low", "close"))
        top, top_bar = windows.highest(high, self.swing_window)
        bottom, bottom_bar = windows.lowest(low, self.swing_window)
        strength = windows.rsi(close, self.rsi_window)
        up, swing = top_bar > bottom_bar, top - bottom
        long = up & self._in_zone(top - close, swing) & crossed_above(strength, self.rsi_level)
        short = (top_bar < bottom_bar) & self._in_zone(close - bottom, swing) & crossed_above(100.0 - strength, self.rsi_level)
        return {
            "entries": long,
            "exits": short,
            "short_entries": short,
            "short_exits": long,
            "stop_price": _levels(long, top - self.stop_ratio * swing, short, bottom + self.stop_ratio * swing),
            "target_price": _levels(long, bottom + self.target_ratio * swing, short, top - self.target_ratio * swing),
        }

    def _in_zone(self, given_back: FloatArray, swing: FloatArray) -> BoolArray:
        return (given_back >= self.zone_from * swing) & (given_back <= self.zone_to * swing) & (swing > 0.0)


def _levels(long: BoolArray, of_long: FloatArray, short: BoolArray, of_short: FloatArray) -> FloatArray:
    """The level of each entry; NaN elsewhere and where a price can never be."""
    level = np.where(long, of_long, np.where(short, of_short, np.nan))
    return np.where(level > 0.0, level, np.nan)
