"""Breakouts from a Donchian channel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

import numpy as np
import pandas as pd

from aurelius_kernel.strategies import windows
from aurelius_kernel.strategies.base import Parameter, SingleInstrumentStrategy
from aurelius_kernel.strategies.registry import register
from aurelius_kernel.typing import BoolArray, FloatArray

__all__ = ["Breakout"]


@register
class Breakout(SingleInstrumentStrategy):
    """Long when the close is above the highest high of the `lookback` bars before by `atr_mult` average true ranges; short below.

    Leaves at a close beyond the other side of the shorter channel of `exit_lookback` bars. The true range is that of the bar
    before, so that a wild breakout does not raise its own bar. Source: Richard Donchian's channel as the Turtles traded it
    (Faith, Way of the Turtle, 2007, and The Original Turtle Trading Rules, 2003): 20 in, 10 out, stop at 2 N.
    """

    type: ClassVar[str] = "breakout"
    summary: ClassVar[str] = "Follows a close beyond the Donchian channel, confirmed by the average true range."
    scale_invariant: ClassVar[bool] = True

    lookback: Annotated[int, Parameter(ge=2, le=1_000, description="Bars of the channel that is broken.")] = 20
    exit_lookback: Annotated[int, Parameter(ge=1, le=1_000, description="Bars of the channel that ends the position.")] = 10
    atr_window: Annotated[int, Parameter(ge=2, le=200, description="Bars of the average true range.")] = 14
    atr_mult: Annotated[
        float, Parameter(ge=0.0, le=10.0, description="The close must be this many average true ranges beyond the channel.")
    ] = 0.25
    atr_stop: Annotated[
        float, Parameter(ge=0.0, le=50.0, description="Stop this many average true ranges from the signal's close; 0 for none.")
    ] = 2.0

    @property
    def warm_up(self) -> int:
        """The longest of the channels and the true range's memory, the bar before included."""
        return max(self.lookback, self.exit_lookback, windows.WILDER_MEMORY * self.atr_window + 1)

    def decide_one(self, bars: pd.DataFrame) -> Mapping[str, BoolArray | FloatArray]:
        """Entries and exits on the bars whose close is beyond a channel; stops beside the entries."""
        high, low, close = (bars[column].to_numpy(np.float64) for column in ("high", "low", "close"))
        reach = windows.shifted(windows.wilder(windows.true_range(high, low, close), self.atr_window), 1)
        top, bottom = channel_before(high, low, self.lookback)
        exit_top, exit_bottom = channel_before(high, low, self.exit_lookback)
        up, down = close > top + self.atr_mult * reach, close < bottom - self.atr_mult * reach
        decisions: dict[str, BoolArray | FloatArray] = {
            "entries": up,
            "exits": close < exit_bottom,
            "short_entries": down,
            "short_exits": close > exit_top,
        }
        if self.atr_stop:
            stop = close - np.where(up, self.atr_stop, np.where(down, -self.atr_stop, np.nan)) * reach
            decisions["stop_price"] = np.where(stop > 0.0, stop, np.nan)
        return decisions


def channel_before(high: FloatArray, low: FloatArray, window: int) -> tuple[FloatArray, FloatArray]:
    """The Donchian channel of the `window` bars before each bar: their highest high and lowest low."""
    return windows.shifted(windows.maximum(high, window), 1), windows.shifted(windows.minimum(low, window), 1)
