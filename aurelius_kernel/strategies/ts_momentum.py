"""Time-series momentum: an instrument's own past return says which side to be on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

import numpy as np
import pandas as pd

from aurelius_kernel.strategies import windows
from aurelius_kernel.strategies.base import Parameter, SingleInstrumentStrategy
from aurelius_kernel.strategies.rebalancing import Every, first_of_each, only_on
from aurelius_kernel.strategies.registry import register
from aurelius_kernel.strategies.volatility_forecast import ewma, inverse_scaled
from aurelius_kernel.typing import BoolArray, FloatArray

__all__ = ["TimeSeriesMomentum"]


@register
class TimeSeriesMomentum(SingleInstrumentStrategy):
    """Weight sign(return over `lookback`) · `vol_target` / forecast volatility, brought up to date at the start of each period.

    The dead band is in forecast standard deviations of a return over the lookback: inside it the weight is 0. Source: Moskowitz,
    Ooi and Pedersen, Time series momentum, Journal of Financial Economics 104 (2012), with their 12 months and monthly
    rebalancing; theirs has no dead band and a target of 40 % an instrument.
    """

    type: ClassVar[str] = "ts_momentum"
    summary: ClassVar[str] = "Takes the side of the return over a lookback, sized to a volatility target."
    scale_invariant: ClassVar[bool] = True

    lookback: Annotated[int, Parameter(ge=2, le=2_520, description="Bars of the return whose sign is followed.")] = 252
    dead_band: Annotated[
        float, Parameter(ge=0.0, le=5.0, description="No position while the return is within this many forecast deviations of 0.")
    ] = 0.0
    vol_target: Annotated[float, Parameter(gt=0.0, le=2.0, description="Yearly volatility that a position is sized to.")] = 0.15
    vol_window: Annotated[int, Parameter(ge=4, le=2_520, description="Bars of the exponentially weighted volatility forecast.")] = (
        120
    )
    max_position: Annotated[float, Parameter(gt=0.0, le=10.0, description="Largest share of equity in a position.")] = 1.0
    rebalance: Annotated[Every, Parameter(description="How often positions are brought to their targets.")] = "month"
    periods_per_year: Annotated[float, Parameter(ge=1.0, le=1_000_000.0, description="Bars a year.")] = 252.0

    @property
    def warm_up(self) -> int:
        """The lookback, or the forecast's window when that is longer."""
        return max(self.lookback, self.vol_window)

    def decide_one(self, bars: pd.DataFrame) -> Mapping[str, BoolArray | FloatArray]:
        """Target weights on the first bar of each period."""
        close = bars["close"].to_numpy(np.float64)
        volatility = ewma(close, self.vol_window)
        moved = windows.returns(close, self.lookback)
        side = np.where(np.abs(moved) > self.dead_band * volatility * np.sqrt(self.lookback), np.sign(moved), 0.0)
        size = inverse_scaled(self.vol_target, volatility * np.sqrt(self.periods_per_year), self.max_position)
        chosen = first_of_each(self.rebalance, pd.DatetimeIndex(bars.index))
        return {"weights": only_on(chosen, side * size)}
