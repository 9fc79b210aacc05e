"""Annualised volatility from closes, ranges and whole bars, as fractions.

Logarithms are of price ratios; a price that is not above 0 counts as not finite. `periods_per_year` is the number of bars a year.
"""

from __future__ import annotations

import math
from itertools import accumulate

import numpy as np
from numpy.typing import ArrayLike

from aurelius_kernel.indicators.inputs import number, over_runs, positive, series, whole_number
from aurelius_kernel.indicators.windows import central_square, rolling
from aurelius_kernel.typing import FloatArray

__all__ = ["ewma_volatility", "garman_klass_volatility", "parkinson_volatility", "realised_volatility"]


def realised_volatility(close: ArrayLike, window: int = 20, periods_per_year: float = 252) -> FloatArray:
    """The sample standard deviation (ddof=1) of the last `window` log returns from close to close, times √A.

    Returns an array of shape (bars,), NaN on the first `window` bars and wherever a close it reaches back to is not finite. Raises
    InvalidField as `sma` does, for a window of 1, or for a year that is not above 0.
    Source: John C. Hull, Options, Futures, and Other Derivatives, ch. 15.
    """
    (logs,) = _logs(close=close)
    window, year = whole_number("window", window, low=2), positive("periods_per_year", periods_per_year)
    return np.sqrt(rolling(central_square, window, _changes(logs)) * (window / (window - 1) * year))


def ewma_volatility(close: ArrayLike, decay: float = 0.94, window: int = 20, periods_per_year: float = 252) -> FloatArray:
    """The RiskMetrics volatility, v = decay·v before + (1 − decay)·r² of log returns r, as √(v·A): the forecast for the next bar.

    It is seeded at bar `window` by the mean of the first `window` squared returns. Returns an array of shape (bars,), NaN on the
    first `window` bars; it starts afresh after a close that is not finite. Raises InvalidField as `sma` does, for a decay outside
    0 … 1, or for a year that is not above 0.
    Source: J.P. Morgan and Reuters, RiskMetrics Technical Document (1996), section 5.2.
    """
    (logs,) = _logs(close=close)
    weight, window = number("decay", decay, 0.0, 1.0, "between 0 and 1"), whole_number("window", window)
    variance = over_runs(lambda run: _decayed(run, weight, window), logs)
    return np.sqrt(variance * positive("periods_per_year", periods_per_year))


def parkinson_volatility(high: ArrayLike, low: ArrayLike, window: int = 20, periods_per_year: float = 252) -> FloatArray:
    """The volatility from ranges, √(mean(ln(high/low)²)/(4·ln 2)·A) over the last `window` bars.

    Returns an array of shape (bars,), NaN on the first `window − 1` bars and wherever the window holds a bar that is not finite.
    Raises InvalidField for a bad window, a year that is not above 0, or arrays that are not numbers of one length.
    Source: Michael Parkinson, The Extreme Value Method for Estimating the Variance of the Rate of Return, Journal of Business
    53(1), 1980.
    """
    highs, lows = _logs(high=high, low=low)
    window, year = whole_number("window", window), positive("periods_per_year", periods_per_year)
    return np.sqrt(rolling(_mean, window, (highs - lows) ** 2) * (year / (4.0 * math.log(2.0))))


def garman_klass_volatility(
    open: ArrayLike, high: ArrayLike, low: ArrayLike, close: ArrayLike, window: int = 20, periods_per_year: float = 252
) -> FloatArray:
    """The volatility from whole bars, √(mean(½·ln(high/low)² − (2·ln 2 − 1)·ln(close/open)²)·A) over the last `window` bars.

    Returns an array of shape (bars,), NaN on the first `window − 1` bars and wherever the window holds a bar that is not finite; a
    mean below 0, which only bars with open or close outside their range can give, is 0. Errors are those of `parkinson_volatility`.
    Source: Mark B. Garman and Michael J. Klass, On the Estimation of Security Price Volatilities from Historical Data, Journal of
    Business 53(1), 1980.
    """
    opens, highs, lows, closes = _logs(open=open, high=high, low=low, close=close)
    window, year = whole_number("window", window), positive("periods_per_year", periods_per_year)
    square = 0.5 * (highs - lows) ** 2 - (2.0 * math.log(2.0) - 1.0) * (closes - opens) ** 2
    return np.sqrt(np.maximum(rolling(_mean, window, square), 0.0) * year)


def _logs(**named: ArrayLike) -> list[FloatArray]:
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = {name: np.log(column) for name, column in zip(named, series(**named), strict=True)}
    return series(**logs)


def _changes(logs: FloatArray) -> FloatArray:
    return np.concatenate([[np.nan], np.diff(logs)])[: len(logs)]


def _mean(block: FloatArray) -> FloatArray:
    mean: FloatArray = np.mean(block, axis=1)
    return mean


def _decayed(run: FloatArray, decay: float, window: int) -> FloatArray:
    out = np.full(len(run), np.nan)
    if len(run) > window:
        squares = np.diff(run) ** 2
        seed = float(np.mean(squares[:window]))
        out[window:] = list(accumulate(squares[window:].tolist(), lambda v, q: decay * v + (1.0 - decay) * q, initial=seed))
    return out
