"""Exposure that moves against volatility."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Self

import numpy as np
import pandas as pd
from pydantic import model_validator

from aurelius_kernel.strategies.base import Parameter, SingleInstrumentStrategy
from aurelius_kernel.strategies.rebalancing import Every, first_of_each, only_on
from aurelius_kernel.strategies.registry import register
from aurelius_kernel.strategies.volatility_forecast import Estimator, forecast, inverse_scaled
from aurelius_kernel.typing import BoolArray, FloatArray

__all__ = ["VolatilityTrading"]


@register
class VolatilityTrading(SingleInstrumentStrategy):
    """Long with weight `vol_target` / forecast volatility; nothing while the forecast is above `threshold` times its usual level.

    The usual level is the same estimator over `regime_window` bars. An instrument that has not moved has no forecast and no
    position; `parkinson` needs highs and lows, so on closes only it holds nothing. Source: Moreira and Muir, Volatility-managed
    portfolios, Journal of Finance 72 (2017), with volatility in place of their variance; the threshold turns the regime off
    altogether.
    """

    type: ClassVar[str] = "volatility_trading"
    summary: ClassVar[str] = "Holds less when forecast volatility is high, and nothing above a threshold."
    scale_invariant: ClassVar[bool] = True

    estimator: Annotated[Estimator, Parameter(description="How volatility is forecast.")] = "ewma"
    window: Annotated[int, Parameter(ge=4, le=1_000, description="Bars of the forecast.")] = 60
    regime_window: Annotated[int, Parameter(ge=10, le=2_520, description="Bars of the usual level; more than window.")] = 252
    threshold: Annotated[
        float, Parameter(gt=0.0, le=100.0, description="No position while the forecast is above this multiple of its usual level.")
    ] = 1.5
    vol_target: Annotated[float, Parameter(gt=0.0, le=2.0, description="Yearly volatility that a position is sized to.")] = 0.15
    max_position: Annotated[float, Parameter(gt=0.0, le=10.0, description="Largest share of equity in a position.")] = 1.0
    rebalance: Annotated[Every, Parameter(description="How often positions are brought to their targets.")] = "week"
    periods_per_year: Annotated[float, Parameter(ge=1.0, le=1_000_000.0, description="Bars a year.")] = 252.0

    @model_validator(mode="after")
    def _window_inside_the_regime(self) -> Self:
        if self.window >= self.regime_window:
            raise ValueError(f"window ({self.window}) must be less than regime_window ({self.regime_window})")
        return self

    @property
    def warm_up(self) -> int:
        """The returns of the usual level."""
        return self.regime_window

    def decide_one(self, bars: pd.DataFrame) -> Mapping[str, BoolArray | FloatArray]:
        """Target weights on the first bar of each period."""
        high, low, close = (bars[column].to_numpy(np.float64) for column in ("high", "low", "close"))
        volatility = forecast(self.estimator, high, low, close, self.window)
        usual = forecast(self.estimator, high, low, close, self.regime_window)
        size = inverse_scaled(self.vol_target, volatility * np.sqrt(self.periods_per_year), self.max_position)
        calm = volatility <= self.threshold * usual
        chosen = first_of_each(self.rebalance, pd.DatetimeIndex(bars.index))
        return {"weights": only_on(chosen, np.where(calm, size, 0.0))}
