"""The two recursions under most indicators, run by TA-Lib over a run of finite values."""

from __future__ import annotations

from typing import Any

import lazy_loader
import numpy as np

from aurelius_kernel.errors import RunFailed
from aurelius_kernel.typing import FloatArray

__all__ = ["exponential", "ta_lib", "wilder"]

talib = lazy_loader.load("talib")


def ta_lib(function: str) -> Any:
    """TA-Lib, loaded at first use; raises RunFailed when the process has changed the settings that decide its results."""
    if talib.get_compatibility() or talib.get_unstable_period(function):
        raise RunFailed(f"TA-Lib's compatibility or {function}'s unstable period was changed in this process; set both back to 0.")
    return talib


def exponential(values: FloatArray, window: int) -> FloatArray:
    """The exponential average with weight 2/(window + 1), seeded at bar `window − 1` by the mean of the first `window` values.

    It is taken of the distance from the first value, so that constant values average to themselves exactly.
    """
    if len(values) < window:
        return np.full(len(values), np.nan)
    if window == 1:
        return values.copy()
    average: FloatArray = values[0] + ta_lib("EMA").EMA(values - values[0], window)
    return average


def wilder(values: FloatArray, window: int) -> FloatArray:
    """Wilder's smoothing (weight 1/window) of values that are never negative, their first left out.

    The seed is the mean of values 1 … `window`, at bar `window`. TA-Lib's average true range of bars that reach from 0 to each
    value is exactly that.
    """
    if len(values) <= window:
        return np.full(len(values), np.nan)
    zero = np.zeros(len(values))
    reach = np.concatenate([[0.0], values[1:]])
    smoothed: FloatArray = ta_lib("ATR").ATR(reach, zero, zero, window)
    return smoothed
