"""How much of one instrument offsets another: rolling regression and the Kalman filter."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from aurelius_kernel.indicators.inputs import number, over_runs, positive, series, whole_number
from aurelius_kernel.indicators.windows import mean_of_last, quotient, rolling
from aurelius_kernel.typing import FloatArray

__all__ = ["HedgeRatio", "KalmanHedgeRatio", "kalman_hedge_ratio", "rolling_beta", "rolling_hedge_ratio"]

DIFFUSE = 1e6


class HedgeRatio(NamedTuple):
    """Slope and intercept of y on x, as known at each bar."""

    slope: FloatArray
    intercept: FloatArray


class KalmanHedgeRatio(NamedTuple):
    """Slope and intercept after each bar, and the bar's forecast error with its variance, both from the bars before it."""

    slope: FloatArray
    intercept: FloatArray
    error: FloatArray
    variance: FloatArray


def rolling_beta(returns: ArrayLike, benchmark: ArrayLike, window: int = 60) -> FloatArray:
    """The slope of returns on the benchmark's returns over the last `window` bars, cov(r, b)/var(b).

    Returns an array of shape (bars,), NaN on the first `window − 1` bars, wherever the window holds a bar that is not finite, and
    where the benchmark is the same on all its bars. Raises InvalidField for a window below 2 or arrays that are not numbers of one
    length.
    """
    y, x = series(returns=returns, benchmark=benchmark)
    return rolling(_slope, whole_number("window", window, low=2), y, x)


def rolling_hedge_ratio(y: ArrayLike, x: ArrayLike, window: int = 60) -> HedgeRatio:
    """Slope and intercept of the least-squares line y = intercept + slope·x through the last `window` bars.

    The spread at a bar is y − slope·x − intercept. Shapes, NaN and errors are those of `rolling_beta`.
    """
    ys, xs = series(y=y, x=x)
    slope = rolling(_slope, whole_number("window", window, low=2), ys, xs)
    intercept = rolling(mean_of_last, window, ys) - slope * rolling(mean_of_last, window, xs)
    return HedgeRatio(slope, intercept)


def kalman_hedge_ratio(y: ArrayLike, x: ArrayLike, delta: float = 1e-4, observation_variance: float = 1e-3) -> KalmanHedgeRatio:
    """Slope and intercept of y = intercept + slope·x as a random walk, filtered from bar to bar.

    Slope and intercept each take a step of variance delta/(1 − delta) a bar, and y is observed with `observation_variance`; with a
    delta near 0 the filter is least squares over all bars so far. It starts from 0 with variance 10⁶. Returns four arrays of shape
    (bars,): slope and intercept are NaN on the first bar, error and its variance on the first two; all start afresh after a bar
    that is not finite. Raises InvalidField for a delta outside 0 … 1, a variance that is not above 0, or arrays that are not
    numbers of one length.
    Source: Ernest P. Chan, Algorithmic Trading (2013), ch. 3.
    """
    ys, xs = series(y=y, x=x)
    share, noise = number("delta", delta, 0.0, 1.0, "between 0 and 1"), positive("observation_variance", observation_variance)
    step = share / (1.0 - share)
    return KalmanHedgeRatio(*over_runs(lambda ys, xs: _filtered(ys, xs, step, noise), ys, xs))


def _slope(y: FloatArray, x: FloatArray) -> FloatArray:
    dx, dy = x - x[:, -1:], y - y[:, -1:]
    dx -= np.mean(dx, axis=1, keepdims=True)
    dy -= np.mean(dy, axis=1, keepdims=True)
    spread = np.sum(dx * dx, axis=1)
    return quotient(np.sum(dx * dy, axis=1), spread, otherwise=math.nan)


def _filtered(y: FloatArray, x: FloatArray, step: float, noise: float) -> FloatArray:
    slope = intercept = cross = 0.0
    slope_variance = intercept_variance = DIFFUSE
    rows = []
    for now, price in zip(y.tolist(), x.tolist(), strict=True):
        slope_variance += step
        intercept_variance += step
        error = now - intercept - slope * price
        slope_pull, intercept_pull = slope_variance * price + cross, cross * price + intercept_variance
        variance = slope_pull * price + intercept_pull + noise
        slope += slope_pull / variance * error
        intercept += intercept_pull / variance * error
        slope_variance -= slope_pull * slope_pull / variance
        cross -= slope_pull * intercept_pull / variance
        intercept_variance -= intercept_pull * intercept_pull / variance
        rows.append((slope, intercept, error, variance))
    out = np.array(rows, dtype=np.float64).reshape(len(y), 4).T
    out[:2, :1], out[2:, :2] = math.nan, math.nan
    return out
