"""What the cross-sectional families share: a market to measure against, betas, and books that sum to a given exposure."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from aurelius_kernel.model import Bars
from aurelius_kernel.strategies import windows
from aurelius_kernel.strategies.base import Strategy
from aurelius_kernel.typing import BoolArray, FloatArray

__all__ = ["CrossSection", "average", "betas", "scaled_to"]


class CrossSection(Strategy):
    """A rule over at least four instruments of one calendar, long some and short others.

    An instrument takes part from the bar on which its windows are full, and not while one holds a stamp without its bar; at least
    `min_instruments` must take part, else the book is empty. What counts as a bar is a stamp that `min_instruments` have.
    """

    min_instruments: ClassVar[int] = 4
    two_sided: ClassVar[bool] = True
    scale_invariant: ClassVar[bool] = True

    def check_length(self, bars: Bars) -> None:
        """Nothing: a short history only keeps its own instrument out; the bars in common are counted when they are aligned."""


def average(values: FloatArray, of: BoolArray) -> FloatArray:
    """The mean over the chosen instruments of each bar, as a column; NaN where none is chosen."""
    count = of.sum(axis=1, keepdims=True)
    total = np.where(of, values, 0.0).sum(axis=1, keepdims=True)
    return windows.quotient(total, count)


def betas(own: FloatArray, market: FloatArray, window: int) -> tuple[FloatArray, FloatArray]:
    """The slope of each instrument's returns on the market's over `window` bars, and the residuals' standard deviation (ddof=2).

    The slope is NaN where the market has not moved; the deviation is 0 where the fit is exact.
    """
    _, squares, _, own_squares, products = windows.moments(market, window, own)
    slope = windows.quotient(products, squares)
    left = own_squares - slope * products
    return slope, np.sqrt(np.where(left > windows.EXACT * own_squares, left, 0.0) / (window - 2))


def scaled_to(gross: float, weights: FloatArray) -> FloatArray:
    """The weights of each bar times what makes their absolute sum `gross`; 0 where there are none."""
    size = np.abs(weights).sum(axis=1, keepdims=True)
    return windows.quotient(gross * weights, size, blank=0.0)
