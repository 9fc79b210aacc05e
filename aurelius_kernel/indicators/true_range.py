"""How far a bar reaches: the true range and its Wilder average."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from aurelius_kernel.indicators.inputs import over_runs, series, whole_number
from aurelius_kernel.indicators.smoothing import wilder
from aurelius_kernel.typing import FloatArray

__all__ = ["atr", "true_range"]


def true_range(high: ArrayLike, low: ArrayLike, close: ArrayLike) -> FloatArray:
    """The true range: the longest of high − low, |high − close before| and |low − close before|.

    Returns an array of shape (bars,), NaN on the first bar, which has no close before it, and on every bar that is not finite or
    comes after one. Raises InvalidField for arrays that are not one-dimensional numbers of one length.
    Source: J. Welles Wilder, New Concepts in Technical Trading Systems (1978), section III.
    """
    return over_runs(_true_range, *series(high=high, low=low, close=close))


def atr(high: ArrayLike, low: ArrayLike, close: ArrayLike, window: int = 14) -> FloatArray:
    """Wilder's average true range: the mean of the first `window` true ranges, then (before·(window − 1) + true range)/window.

    Returns an array of shape (bars,), NaN on the first `window` bars (the first bar has no true range); it starts afresh after a
    bar that is not finite. Raises InvalidField for a bad window or arrays that are not numbers of one length.
    Source: Wilder (1978), section III. TA-Lib's ATR is the same.
    """
    window = whole_number("window", window)
    return over_runs(lambda *bars: wilder(_true_range(*bars), window), *series(high=high, low=low, close=close))


def _true_range(high: FloatArray, low: FloatArray, close: FloatArray) -> FloatArray:
    out = np.full(len(close), np.nan)
    before = close[:-1]
    out[1:] = np.maximum(np.maximum(high[1:] - low[1:], np.abs(high[1:] - before)), np.abs(low[1:] - before))
    return out
