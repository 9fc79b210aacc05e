"""Statistical arbitrage: what has run ahead of the market falls back, what has lagged catches up."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

import numpy as np
from pydantic import model_validator

from aurelius_kernel.model import Bars, Signals
from aurelius_kernel.strategies import windows
from aurelius_kernel.strategies.base import Parameter
from aurelius_kernel.strategies.cross_section import CrossSection, average, betas, scaled_to
from aurelius_kernel.strategies.rebalancing import Every, first_of_each
from aurelius_kernel.strategies.registry import register
from aurelius_kernel.strategies.together import together
from aurelius_kernel.typing import FloatArray

__all__ = ["StatArb"]


@register
class StatArb(CrossSection):
    """Weights opposite to each instrument's residual return over `lookback`, in units of its own deviation, summing to 0.

    The residual is the return less β times the equal-weighted universe's, β by least squares over `beta_window` bars; its score
    is divided by the residual's standard deviation over √lookback bars. Weights are in proportion to the mean score less one's
    own, scaled so that longs and shorts take half of `gross` each. Sources: Lo and MacKinlay, When are contrarian profits due to
    stock market overreaction?, Review of Financial Studies 3 (1990), for the weights; Avellaneda and Lee, Statistical arbitrage
    in the US equities market, Quantitative Finance 10 (2010), for reversal of residuals and their 60 days.
    """

    type: ClassVar[str] = "stat_arb"
    summary: ClassVar[str] = "Buys what lags the universe and sells what leads it, dollar neutral."

    lookback: Annotated[int, Parameter(ge=1, le=252, description="Bars of the residual return that is expected to reverse.")] = 5
    beta_window: Annotated[int, Parameter(ge=10, le=2_520, description="Bars of the regression on the universe.")] = 60
    gross: Annotated[float, Parameter(gt=0.0, le=10.0, description="Share of equity in all positions together.")] = 1.0
    rebalance: Annotated[Every, Parameter(description="How often positions are brought to their targets.")] = "week"

    @model_validator(mode="after")
    def _lookback_inside_the_regression(self) -> Self:
        if self.lookback > self.beta_window:
            raise ValueError(f"lookback ({self.lookback}) must be at most beta_window ({self.beta_window})")
        return self

    @property
    def warm_up(self) -> int:
        """The returns of the regression."""
        return self.beta_window

    def decide(self, bars: Bars) -> Signals:
        """Target weights on the first bar of each period."""
        universe = together(bars, self.traded(bars), least=self.min_instruments, warm_up=self.warm_up, family=self.type)
        chosen = first_of_each(self.rebalance, universe.index)
        score = self._scores(universe.close)[chosen]
        taking_part = ~np.isnan(score)
        taking_part &= taking_part.sum(axis=1, keepdims=True) >= self.min_instruments
        weights = np.where(taking_part, average(score, taking_part) - score, 0.0)
        return universe.book(chosen, scaled_to(self.gross, weights))

    def _scores(self, close: FloatArray) -> FloatArray:
        """How far each instrument has run ahead of the universe, in its own deviations; NaN where it takes no part."""
        own = windows.returns(close)
        market = average(own, ~np.isnan(own))
        beta, deviation = betas(own, market, self.beta_window)
        ahead = windows.total(own, self.lookback) - beta * windows.total(market, self.lookback)
        return windows.quotient(ahead, deviation * np.sqrt(self.lookback))
