"""Where the close lies between the highest high and the lowest low."""

from __future__ import annotations

from typing import NamedTuple

from numpy.typing import ArrayLike

from aurelius_kernel.indicators.inputs import series, whole_number
from aurelius_kernel.indicators.moving_average import sma
from aurelius_kernel.indicators.windows import quotient, rolling
from aurelius_kernel.typing import FloatArray

__all__ = ["Stochastic", "stochastic"]


class Stochastic(NamedTuple):
    """%K and %D, 0 to 100."""

    k: FloatArray
    d: FloatArray


def stochastic(high: ArrayLike, low: ArrayLike, close: ArrayLike, window: int = 14, smooth: int = 1, signal: int = 3) -> Stochastic:
    """The stochastic oscillator: %K = 100·(close − lowest low)/(highest high − lowest low) of `window` bars, and its average %D.

    %K is averaged over `smooth` bars (1 is the fast oscillator, 3 the slow one) and %D is the simple average of %K over `signal`.
    Returns two arrays of shape (bars,): %K is NaN on the first `window + smooth − 2` bars, %D on `signal − 1` more, and wherever
    a bar they reach back to is not finite. 50 while high and low of the whole window are one price. Raises InvalidField for bad
    windows or arrays that are not numbers of one length.
    Source: George C. Lane, Lane's Stochastics, Technical Analysis of Stocks & Commodities, May 1984.
    """
    highs, lows, closes = series(high=high, low=low, close=close)
    window, smooth = whole_number("window", window), whole_number("smooth", smooth)
    top = rolling(lambda block: block.max(axis=1), window, highs)
    bottom = rolling(lambda block: block.min(axis=1), window, lows)
    k = sma(quotient(100.0 * (closes - bottom), top - bottom, otherwise=50.0), smooth)
    return Stochastic(k, sma(k, whole_number("signal", signal)))
