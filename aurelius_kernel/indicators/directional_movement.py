"""Wilder's directional movement."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from aurelius_kernel.indicators.inputs import over_runs, series, whole_number
from aurelius_kernel.indicators.smoothing import ta_lib
from aurelius_kernel.typing import FloatArray

__all__ = ["DirectionalMovement", "adx"]


class DirectionalMovement(NamedTuple):
    """The average directional index and the two directional indicators, 0 to 100."""

    adx: FloatArray
    plus_di: FloatArray
    minus_di: FloatArray


def adx(high: ArrayLike, low: ArrayLike, close: ArrayLike, window: int = 14) -> DirectionalMovement:
    """The average directional index and the directional indicators +DI and −DI, computed by TA-Lib.

    The smoothed movements and ranges begin as sums of the first `window − 1` bars (TA-Lib's seed; Wilder's own has `window`, and
    the two meet as the seed fades), and the index as the mean of the first `window` of its values. Returns three arrays of shape
    (bars,): +DI and −DI are NaN on the first `window` bars, the index on the first `2·window − 1`; all start afresh after a bar
    that is not finite. 0 while nothing moves. Raises InvalidField for a window below 2 or arrays that are not numbers of one
    length.
    Source: J. Welles Wilder, New Concepts in Technical Trading Systems (1978), section IV.
    """
    bars = series(high=high, low=low, close=close)
    window = whole_number("window", window, low=2)
    return DirectionalMovement(*over_runs(lambda highs, lows, closes: _movement(highs, lows, closes, window), *bars))


def _movement(high: FloatArray, low: FloatArray, close: FloatArray, window: int) -> FloatArray:
    if len(close) <= window:
        return np.full((3, len(close)), np.nan)
    return np.stack([getattr(ta_lib(name), name)(high, low, close, window) for name in ("ADX", "PLUS_DI", "MINUS_DI")])
