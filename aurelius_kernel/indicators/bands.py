"""Channels around the price, and where the price lies in them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from aurelius_kernel.indicators.inputs import positive, series, whole_number
from aurelius_kernel.indicators.moving_average import ema, sma
from aurelius_kernel.indicators.true_range import atr
from aurelius_kernel.indicators.windows import central_square, quotient, rolling
from aurelius_kernel.typing import FloatArray

__all__ = ["Bands", "bollinger", "donchian", "keltner", "zscore"]


class Bands(NamedTuple):
    """The middle of a channel and its edges, in price units."""

    middle: FloatArray
    upper: FloatArray
    lower: FloatArray


def bollinger(close: ArrayLike, window: int = 20, num_std: float = 2) -> Bands:
    """Bollinger bands: the simple average of `window` values, and `num_std` population standard deviations around it.

    Returns three arrays of shape (bars,), NaN on the first `window − 1` bars and wherever the window holds a value that is not
    finite. The deviation divides by `window`, as Bollinger and TA-Lib do. Raises InvalidField as `sma` does, or for a `num_std`
    that is not above 0.
    Source: John Bollinger, Bollinger on Bollinger Bands (2001).
    """
    (values,) = series(close=close)
    middle = sma(values, window)
    reach = positive("num_std", num_std) * np.sqrt(rolling(central_square, window, values))
    return Bands(middle, middle + reach, middle - reach)


def zscore(close: ArrayLike, window: int = 20) -> FloatArray:
    """How many population standard deviations the last value lies from the mean of the last `window` values.

    Returns an array of shape (bars,), NaN on the first `window − 1` bars and wherever the window holds a value that is not finite;
    0 when all its values are equal. Raises InvalidField as `sma` does, or for a window of 1.
    """
    (values,) = series(close=close)
    return rolling(_zscore, whole_number("window", window, low=2), values)


def donchian(high: ArrayLike, low: ArrayLike, window: int = 20) -> Bands:
    """The Donchian channel: the highest high and the lowest low of the last `window` bars, this one included, and their middle.

    A breakout is a close beyond the channel of the bar before. Returns three arrays of shape (bars,), NaN on the first
    `window − 1` bars and wherever the window holds a bar that is not finite. Raises InvalidField for a bad window or arrays that
    are not numbers of one length.
    Source: Richard D. Donchian, Donchian's 5- and 20-Day Moving Averages, Commodities, December 1974.
    """
    highs, lows = series(high=high, low=low)
    window = whole_number("window", window)
    upper = rolling(lambda block: block.max(axis=1), window, highs)
    lower = rolling(lambda block: block.min(axis=1), window, lows)
    return Bands((upper + lower) / 2.0, upper, lower)


def keltner(
    high: ArrayLike, low: ArrayLike, close: ArrayLike, window: int = 20, atr_window: int = 10, multiplier: float = 2
) -> Bands:
    """The Keltner channel: the exponential average of the close, and `multiplier` average true ranges around it.

    Returns three arrays of shape (bars,): the middle is NaN on the first `window − 1` bars, the edges also on the first
    `atr_window`; all start afresh after a bar that is not finite. Raises InvalidField for bad windows, a multiplier that is not
    above 0, or arrays that are not numbers of one length.
    Source: Linda Raschke's form of C. W. Keltner's channel (How to Make Money in Commodities, 1960), with Wilder's true range.
    """
    highs, lows, closes = series(high=high, low=low, close=close)
    middle = ema(closes, window)
    reach = positive("multiplier", multiplier) * atr(highs, lows, closes, whole_number("atr_window", atr_window))
    return Bands(middle, middle + reach, middle - reach)


def _zscore(block: FloatArray) -> FloatArray:
    distance = block - block[:, -1:]
    spread = np.sqrt(central_square(distance))
    return quotient(-np.mean(distance, axis=1), spread, otherwise=0.0)
