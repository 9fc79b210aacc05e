"""The commodity channel index."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from aurelius_kernel.indicators.inputs import series, whole_number
from aurelius_kernel.indicators.windows import quotient, rolling
from aurelius_kernel.typing import FloatArray

__all__ = ["cci"]


def cci(high: ArrayLike, low: ArrayLike, close: ArrayLike, window: int = 20) -> FloatArray:
    """The commodity channel index: (p − mean(p))/(0.015·mean absolute deviation) of p = (high + low + close)/3 over `window` bars.

    Returns an array of shape (bars,), NaN on the first `window − 1` bars and wherever the window holds a bar that is not finite; 0
    when p is the same on all its bars. Raises InvalidField for a bad window or arrays that are not numbers of one length.
    Source: Donald R. Lambert, Commodity Channel Index, Commodities, October 1980. TA-Lib's CCI is the same to rounding.
    """
    highs, lows, closes = series(high=high, low=low, close=close)
    return rolling(_cci, whole_number("window", window), (highs + lows + closes) / 3.0)


def _cci(block: FloatArray) -> FloatArray:
    distance = block - block[:, -1:]
    distance -= np.mean(distance, axis=1, keepdims=True)
    spread = np.mean(np.abs(distance), axis=1)
    return quotient(distance[:, -1], 0.015 * spread, otherwise=0.0)
