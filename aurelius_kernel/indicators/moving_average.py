"""Moving averages."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from aurelius_kernel.indicators.inputs import over_runs, series, whole_number
from aurelius_kernel.indicators.smoothing import exponential
from aurelius_kernel.indicators.windows import rolling
from aurelius_kernel.typing import FloatArray

__all__ = ["ema", "moments", "sma", "wma"]


def sma(close: ArrayLike, window: int) -> FloatArray:
    """The simple moving average: the mean of the last `window` values.

    Parameters
    ----------
    close : array of shape (bars,)
    window : bars, at least 1

    Returns
    -------
    Array of shape (bars,), NaN on the first `window − 1` bars and on every bar whose window holds a value that is not finite.

    Raises
    ------
    InvalidField
        `close` is not one-dimensional numbers, or `window` is not a whole number from 1 to 100,000.

    Notes
    -----
    With the `moments` m[t] = m[t−1] + t·(x[t] − x[t−1]), m[0] = 0, and s = t − window + 1, the mean of x[s … t] is
    `x[t] − ((m[t] − m[s]) − s·(x[t] − x[s]))/window`, by summation by parts; t counts from the last value that was not finite.
    A compiled loop with the same operations in the same order gets the same bits. The cost does not depend on `window`, equal
    values average to themselves exactly (two averages of a flat price are equal), and after n bars the error is at most
    5·n·2⁻⁵³·(max − min) + 2⁻⁵²·|x|.
    """
    (values,) = series(close=close)
    window = whole_number("window", window)
    return over_runs(lambda run: _mean(run, window), values)


def ema(close: ArrayLike, window: int) -> FloatArray:
    """The exponential moving average with weight 2/(window + 1), seeded by the simple average of the first `window` values.

    Returns an array of shape (bars,), NaN on the first `window − 1` bars; after a value that is not finite it starts afresh, seed
    and warm-up included. Raises InvalidField as `sma` does. TA-Lib's EMA is the same to rounding.
    """
    (values,) = series(close=close)
    window = whole_number("window", window)
    return over_runs(lambda run: exponential(run, window), values)


def wma(close: ArrayLike, window: int) -> FloatArray:
    """The linearly weighted moving average: weights 1 for the oldest of the last `window` values to `window` for the newest.

    Shape, NaN and errors are those of `sma`. TA-Lib's WMA is the same to rounding.
    """
    (values,) = series(close=close)
    window = whole_number("window", window)
    weights = np.arange(1, window + 1) / (window * (window + 1) / 2)
    return rolling(lambda block: block[:, -1] + np.sum((block - block[:, -1:]) * weights, axis=1), window, values)


def moments(values: FloatArray) -> FloatArray:
    """The running sum of t·(x[t] − x[t−1]), 0 at the first value: what simple averages of any window are made from."""
    bar = np.arange(len(values), dtype=np.float64)
    return np.cumsum(bar * np.diff(values, prepend=values[:1]))


def _mean(run: FloatArray, window: int) -> FloatArray:
    out = np.full(len(run), np.nan)
    if len(run) < window:
        return out
    moment, bar = moments(run), np.arange(len(run), dtype=np.float64)
    last, first = slice(window - 1, None), slice(0, len(run) - window + 1)
    out[last] = run[last] - ((moment[last] - moment[first]) - bar[first] * (run[last] - run[first])) / window
    return out
