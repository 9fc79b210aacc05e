"""Statistics of the last bars, each computed from its own window alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from aurelius_kernel.typing import FloatArray

__all__ = ["central_square", "mean_of_last", "quotient", "rolling"]

BLOCK = 2**16

Statistic: TypeAlias = Callable[..., FloatArray]


def rolling(statistic: Statistic, window: int, *columns: FloatArray) -> FloatArray:
    """`statistic` of the last `window` values at each bar, NaN on the first `window − 1` bars.

    The statistic takes a C-ordered array of shape (windows, window) for each column and gives one value a window, NaN where the
    window holds one. No running sum is kept: no error builds up over the bars, and nothing before a window can change its bits.
    """
    out = np.full(len(columns[0]), np.nan)
    if len(out) < window:
        return out
    views = [np.lib.stride_tricks.sliding_window_view(column, window) for column in columns]
    rows = max(1, BLOCK // window)
    for start in range(0, len(views[0]), rows):
        blocks = (np.ascontiguousarray(view[start : start + rows]) for view in views)
        found = statistic(*blocks)
        out[start + window - 1 : start + window - 1 + len(found)] = found
    return out


def quotient(numerator: FloatArray, denominator: FloatArray, otherwise: float) -> FloatArray:
    """The quotient of each pair, `otherwise` where the denominator is exactly 0."""
    found: FloatArray = np.full(denominator.shape, otherwise)
    np.divide(numerator, denominator, out=found, where=denominator != 0.0)
    return found


def mean_of_last(block: FloatArray) -> FloatArray:
    """The mean of each row, as its last value plus the mean distance from it: exact for a row of equal values."""
    last = block[:, -1]
    mean: FloatArray = last + np.mean(block - last[:, None], axis=1)
    return mean


def central_square(block: FloatArray) -> FloatArray:
    """The mean square of each row's distance from its mean, in two passes: exactly 0 for a row of equal values."""
    shifted = block - block[:, -1:]
    shifted -= np.mean(shifted, axis=1, keepdims=True)
    square: FloatArray = np.mean(shifted * shifted, axis=1)
    return square
