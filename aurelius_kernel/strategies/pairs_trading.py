"""Pairs trading on the spread of two instruments."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

import numpy as np
from pydantic import model_validator

from aurelius_kernel.model import Bars, Signals
from aurelius_kernel.strategies import windows
from aurelius_kernel.strategies.base import Parameter, Strategy
from aurelius_kernel.strategies.events import begins, crossed_above
from aurelius_kernel.strategies.registry import register
from aurelius_kernel.strategies.together import together
from aurelius_kernel.typing import BoolArray, FloatArray

__all__ = ["PairsTrading"]


@register
class PairsTrading(Strategy):
    """Buys the spread ln(first) − β·ln(second) when it is low for its window, sells it when it is high, leaves near the middle.

    β, the middle and the score (residual over its standard deviation, ddof=2) come from one least-squares fit over the last
    `window` bars that both instruments have. At an entry 1/(1 + β) of `gross` goes into the first instrument and β/(1 + β) into
    the second, on the other side; the units are held until the exit. A pair with β ≤ 0 is not entered, and after a stop the score
    must come back inside `entry_z` first. Sources: Engle and Granger (1987) for the hedge; Gatev, Goetzmann and Rouwenhorst,
    Pairs trading, Review of Financial Studies 19 (2006), for entry at two deviations; Vidyamurthy, Pairs Trading (2004), for log
    prices.
    """

    type: ClassVar[str] = "pairs_trading"
    summary: ClassVar[str] = "Trades the hedged spread of two instruments back to its mean."
    min_instruments: ClassVar[int] = 2
    max_instruments: ClassVar[int | None] = 2
    two_sided: ClassVar[bool] = True
    scale_invariant: ClassVar[bool] = True

    window: Annotated[int, Parameter(ge=10, le=2_520, description="Bars of the rolling least-squares fit.")] = 120
    entry_z: Annotated[float, Parameter(gt=0.0, le=10.0, description="Score at which the spread is entered.")] = 2.0
    exit_z: Annotated[float, Parameter(ge=0.0, le=10.0, description="Score at which it is left; less than entry_z.")] = 0.5
    stop_z: Annotated[float, Parameter(gt=0.0, le=100.0, description="Score at which it is given up; more than entry_z.")] = 4.0
    gross: Annotated[float, Parameter(gt=0.0, le=10.0, description="Share of equity in both legs together.")] = 1.0

    @model_validator(mode="after")
    def _scores_in_order(self) -> Self:
        if not self.exit_z < self.entry_z < self.stop_z:
            scores = f"exit_z ({self.exit_z}), entry_z ({self.entry_z}) and stop_z ({self.stop_z})"
            raise ValueError(f"{scores} must rise in this order")
        return self

    @property
    def warm_up(self) -> int:
        """The window, and one bar to enter from."""
        return self.window

    def check_length(self, bars: Bars) -> None:
        """Nothing: what counts is the bars that the two have in common."""

    def decide(self, bars: Bars) -> Signals:
        """Target weights of both legs on the bars where the spread is entered or left."""
        pair = together(bars, self.traded(bars), least=2, warm_up=self.warm_up, family=self.type)
        logs = np.log(pair.close)
        hedge, score = spread_scores(logs[:, 0], logs[:, 1], self.window)
        acting, weights = self._weights(hedge, score)
        return pair.book(acting, weights[acting])

    def _weights(self, hedge: FloatArray, score: FloatArray) -> tuple[BoolArray, FloatArray]:
        """The bars on which the pair is entered or left, and what either leg then weighs."""
        back = begins(score >= -self.exit_z, score < -self.exit_z) | begins(score <= self.exit_z, score > self.exit_z)
        given_up = np.abs(score) >= self.stop_z
        entered = crossed_above(-score, self.entry_z).astype(np.float64) - crossed_above(score, self.entry_z)
        side = np.where((hedge > 0.0) & ~given_up, entered, 0.0)
        acting = (side != 0.0) | back | given_up
        first = side * self.gross / (1.0 + np.abs(hedge))
        return acting, np.column_stack([first, -first * hedge])


def spread_scores(first: FloatArray, second: FloatArray, window: int) -> tuple[FloatArray, FloatArray]:
    """The slope of `first` on `second` over each window, and the last residual over the residuals' standard deviation.

    The slope is 0 where `second` has not moved, the score 0 where the fit is exact, and NaN until the window is full.
    """
    mean_second, squares_second, mean_first, squares_first, products = windows.moments(second, window, first)
    hedge = windows.quotient(products, squares_second, blank=0.0)
    residual = (first - mean_first) - hedge * (second - mean_second)
    left = squares_first - hedge * products
    deviation = np.sqrt(np.where(left > windows.EXACT * squares_first, left, 0.0) / (window - 2))
    return hedge, np.where(np.isnan(mean_first), np.nan, windows.quotient(residual, deviation, blank=0.0))
