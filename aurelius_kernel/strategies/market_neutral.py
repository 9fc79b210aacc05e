"""Cross-sectional momentum without the market."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar, Self

import numpy as np
from pydantic import model_validator

from aurelius_kernel.model import Bars, Signals
from aurelius_kernel.strategies import windows
from aurelius_kernel.strategies.base import Parameter
from aurelius_kernel.strategies.cross_section import CrossSection, average, betas
from aurelius_kernel.strategies.rebalancing import Every, first_of_each
from aurelius_kernel.strategies.registry import register
from aurelius_kernel.strategies.together import Together, together
from aurelius_kernel.typing import BoolArray, FloatArray

__all__ = ["MarketNeutral"]

TIE = 1e-9
"""Returns this close to one another are equal."""


@register
class MarketNeutral(CrossSection):
    """Long the winners and short the losers of the last year, the legs sized so that their betas cancel.

    Instruments are ranked by the return from `lookback` to `skip` bars ago. The best and the worst `fraction`, at least one each,
    form two legs of equal weights. The long leg takes `gross`·β_short/(β_long + β_short) and the short leg the rest, β being the
    mean beta of a leg over `beta_window` returns against the equal-weighted universe, or against `benchmark`; with a leg whose
    beta is not positive the book is empty. Sources: Jegadeesh and Titman, Returns to buying winners and selling losers, Journal
    of Finance 48 (1993), with the skipped month of later work; the scaling of the legs as in Frazzini and Pedersen, Betting
    against beta (2014).
    """

    type: ClassVar[str] = "market_neutral"
    summary: ClassVar[str] = "Buys relative winners and sells relative losers, beta neutral."

    lookback: Annotated[int, Parameter(ge=2, le=2_520, description="Bars back to the start of the return that is ranked.")] = 252
    skip: Annotated[int, Parameter(ge=0, le=252, description="Bars back to its end; less than lookback.")] = 21
    fraction: Annotated[float, Parameter(gt=0.0, le=0.5, description="Share of the instruments in each leg.")] = 0.25
    beta_window: Annotated[int, Parameter(ge=10, le=2_520, description="Bars of the betas.")] = 252
    gross: Annotated[float, Parameter(gt=0.0, le=10.0, description="Share of equity in both legs together.")] = 1.0
    benchmark: Annotated[
        str | None, Parameter(description="Instrument whose returns are the market; the equal-weighted universe without one.")
    ] = None
    rebalance: Annotated[Every, Parameter(description="How often positions are brought to their targets.")] = "month"

    @model_validator(mode="after")
    def _skip_inside_the_lookback(self) -> Self:
        if self.skip >= self.lookback:
            raise ValueError(f"skip ({self.skip}) must be less than lookback ({self.lookback})")
        return self

    @property
    def warm_up(self) -> int:
        """The longer of the return that is ranked and the betas."""
        return max(self.lookback, self.beta_window)

    def references(self, instruments: Sequence[str]) -> tuple[str, ...]:  # noqa: ARG002  # the same for all of them
        """The benchmark, where one is named."""
        return () if self.benchmark is None else (self.benchmark,)

    def decide(self, bars: Bars) -> Signals:
        """Target weights on the first bar of each period."""
        universe = together(bars, self.traded(bars), least=self.min_instruments, warm_up=self.warm_up, family=self.type)
        chosen = first_of_each(self.rebalance, universe.index)
        beta = betas(windows.returns(universe.close), self._market(universe, bars), self.beta_window)[0][chosen]
        past = windows.shifted(windows.returns(universe.close, self.lookback - self.skip), self.skip)[chosen]
        taking_part = ~np.isnan(past) & ~np.isnan(beta) & ~np.isnan(universe.close[chosen])
        taking_part &= taking_part.sum(axis=1, keepdims=True) >= self.min_instruments
        winners, losers = self._legs(past, taking_part)
        return universe.book(chosen, self._weights(winners, losers, beta))

    def _market(self, universe: Together, bars: Bars) -> FloatArray:
        if self.benchmark is not None:
            return windows.returns(universe.closes_of(self.benchmark, bars[self.benchmark])[:, None])
        own = windows.returns(universe.close)
        return average(own, ~np.isnan(own))

    def _legs(self, past: FloatArray, taking_part: BoolArray) -> tuple[BoolArray, BoolArray]:
        """The best and the worst of each bar; of equal returns, the one named first ranks first, and all equal is no rank."""
        count = taking_part.sum(axis=1, keepdims=True)
        size = np.maximum(np.floor(self.fraction * count + TIE), 1.0)
        order = np.argsort(np.where(taking_part, -past, np.inf), axis=1, kind="stable")
        rank = np.argsort(order, axis=1, kind="stable")
        apart = np.ptp(np.where(taking_part, past, average(past, taking_part)), axis=1, keepdims=True) > TIE
        return taking_part & apart & (rank < size), taking_part & apart & (rank >= count - size) & (rank < count)

    def _weights(self, winners: BoolArray, losers: BoolArray, beta: FloatArray) -> FloatArray:
        beta_long, beta_short = average(beta, winners), average(beta, losers)
        sound = (beta_long > 0.0) & (beta_short > 0.0)
        both = np.where(sound, beta_long + beta_short, 1.0)
        long_leg = np.where(sound, beta_short / both, 0.0) / np.maximum(winners.sum(axis=1, keepdims=True), 1)
        short_leg = np.where(sound, beta_long / both, 0.0) / np.maximum(losers.sum(axis=1, keepdims=True), 1)
        return self.gross * (np.where(winners, long_leg, 0.0) - np.where(losers, short_leg, 0.0))
