"""Moving average convergence/divergence."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from aurelius_kernel.errors import ImpossibleRequest
from aurelius_kernel.indicators.inputs import over_runs, series, whole_number
from aurelius_kernel.indicators.smoothing import exponential
from aurelius_kernel.typing import FloatArray

__all__ = ["Macd", "macd"]


class Macd(NamedTuple):
    """The line, its signal line, and the histogram (line − signal), in price units."""

    line: FloatArray
    signal: FloatArray
    histogram: FloatArray


def macd(close: ArrayLike, fast: int = 12, slow: int = 26, signal: int = 9) -> Macd:
    """The fast exponential average minus the slow one, its own exponential average, and the difference of the two.

    Returns three arrays of shape (bars,): the line is NaN on the first `slow − 1` bars, signal and histogram on `signal − 1` more;
    all start afresh after a value that is not finite. Every average is seeded where it begins, as in `ema`; TA-Lib seeds the
    fast one later, so that both begin on one bar, and the two meet as the seeds fade. Raises InvalidField as `sma` does, and
    ImpossibleRequest when fast is not less than slow.
    Source: Gerald Appel, Technical Analysis: Power Tools for Active Investors (2005).
    """
    (values,) = series(close=close)
    fast, slow, signal = whole_number("fast", fast), whole_number("slow", slow), whole_number("signal", signal)
    if fast >= slow:
        raise ImpossibleRequest.of("fast", f"({fast}) must be less than slow ({slow})")
    return Macd(*over_runs(lambda run: _lines(run, fast, slow, signal), values))


def _lines(run: FloatArray, fast: int, slow: int, signal: int) -> FloatArray:
    line = exponential(run, fast) - exponential(run, slow)
    average = np.full(len(run), np.nan)
    average[slow - 1 :] = exponential(line[slow - 1 :], signal)
    return np.stack([line, average, line - average])
