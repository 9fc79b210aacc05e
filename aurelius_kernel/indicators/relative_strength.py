"""The relative strength index."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from aurelius_kernel.indicators.inputs import over_runs, series, whole_number
from aurelius_kernel.indicators.smoothing import wilder
from aurelius_kernel.indicators.windows import quotient
from aurelius_kernel.typing import FloatArray

__all__ = ["rsi"]


def rsi(close: ArrayLike, window: int = 14) -> FloatArray:
    """Wilder's relative strength index, 0 to 100: the share of average gain in average gain plus average loss.

    Both averages are seeded by the mean of the first `window` changes. Returns an array of shape (bars,), NaN on the first
    `window` bars; it starts afresh after a value that is not finite. 100 without a loss, 0 without a gain, and 50 while the price
    has not moved at all (TA-Lib says 0 there, which reads as oversold). Raises InvalidField as `sma` does.
    Source: J. Welles Wilder, New Concepts in Technical Trading Systems (1978), section VI.
    """
    (values,) = series(close=close)
    window = whole_number("window", window)
    return over_runs(lambda run: _rsi(run, window), values)


def _rsi(run: FloatArray, window: int) -> FloatArray:
    change = np.diff(run, prepend=run[:1])
    gain, loss = wilder(np.maximum(change, 0.0), window), wilder(np.maximum(-change, 0.0), window)
    return quotient(100.0 * gain, gain + loss, otherwise=50.0)
