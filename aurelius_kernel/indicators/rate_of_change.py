"""How far the price has moved since some bars ago."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from aurelius_kernel.indicators.inputs import over_runs, series, whole_number
from aurelius_kernel.indicators.windows import quotient
from aurelius_kernel.typing import FloatArray

__all__ = ["momentum", "roc"]


def momentum(close: ArrayLike, window: int = 10) -> FloatArray:
    """The change in price over `window` bars, close − close `window` bars ago, in price units.

    Returns an array of shape (bars,), NaN on the first `window` bars and until `window + 1` finite values have followed one that is
    not. Raises InvalidField as `sma` does.
    """
    (values,) = series(close=close)
    window = whole_number("window", window)
    return over_runs(lambda run: _since(run, window, lambda now, then: now - then), values)


def roc(close: ArrayLike, window: int = 10) -> FloatArray:
    """The rate of change over `window` bars, close/close `window` bars ago − 1, as a fraction (TA-Lib's ROCP, not its percent ROC).

    NaN where the price then was 0. Shape, NaN and errors are otherwise those of `momentum`.
    """
    (values,) = series(close=close)
    window = whole_number("window", window)
    return over_runs(lambda run: _since(run, window, _growth), values)


def _since(run: FloatArray, window: int, compare: Callable[[FloatArray, FloatArray], FloatArray]) -> FloatArray:
    out = np.full(len(run), np.nan)
    out[window:] = compare(run[window:], run[:-window])
    return out


def _growth(now: FloatArray, then: FloatArray) -> FloatArray:
    return quotient(now, then, otherwise=np.nan) - 1.0
