"""Swing points, the leg between the last two, and the Fibonacci levels on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from aurelius_kernel.indicators.inputs import over_runs, series, whole_number
from aurelius_kernel.typing import BoolArray, FloatArray

__all__ = ["Leg", "Swings", "fibonacci_levels", "swing_leg", "swings"]

RATIOS = (0.236, 0.382, 0.5, 0.618, 0.786)


class Swings(NamedTuple):
    """The last confirmed swing high and swing low as known at each bar: their prices, and how many bars ago they were."""

    high: FloatArray
    low: FloatArray
    high_age: FloatArray
    low_age: FloatArray


class Leg(NamedTuple):
    """The prices where the last confirmed leg began and ended; it rose where `end` is above `start`."""

    start: FloatArray
    end: FloatArray


def swings(high: ArrayLike, low: ArrayLike, window: int = 5) -> Swings:
    """The last swing high and swing low that are known at each bar.

    A bar is a swing high when its high is above those of the `window` bars before it and not below those of the `window` bars after
    it (the first of several equal ones); a swing low mirrors this. It is **known only `window` bars later**, and is reported from
    that bar on: no value looks ahead, and ages are never below `window`. Returns four arrays of shape (bars,), NaN until a first
    swing is known (never before bar `2·window`); all start afresh after a bar that is not finite. Raises InvalidField for a bad
    window or arrays that are not numbers of one length.
    """
    window = whole_number("window", window)
    return Swings(*over_runs(lambda highs, lows: _swings(highs, lows, window), *series(high=high, low=low)))


def swing_leg(high: ArrayLike, low: ArrayLike, window: int = 5) -> Leg:
    """The leg between the last known swing low and the last known swing high, in the order in which they were made.

    Returns two arrays of shape (bars,), NaN until a swing of each kind is known and where both were made on one bar. Confirmation,
    gaps and errors are those of `swings`.
    """
    known = swings(high, low, window)
    rose, fell = known.high_age < known.low_age, known.high_age > known.low_age
    start = np.where(rose, known.low, np.where(fell, known.high, np.nan))
    end = np.where(rose, known.high, np.where(fell, known.low, np.nan))
    return Leg(start, end)


def fibonacci_levels(start: ArrayLike, end: ArrayLike, ratios: Sequence[float] = RATIOS) -> FloatArray:
    """The retracement levels of a leg, end − ratio·(end − start): an array of shape (ratios, bars).

    `start` and `end` are prices of shape (bars,), as `swing_leg` gives them; NaN in either gives NaN. A ratio of 0 is the end of
    the leg and 1 its start; ratios above 1 lie beyond the start, and below 0 they are extensions. Raises InvalidField for arrays
    that are not numbers of one length.
    """
    starts, ends = series(start=start, end=end)
    (shares,) = series(ratios=list(ratios))
    return ends - shares[:, None] * (ends - starts)


def _swings(high: FloatArray, low: FloatArray, window: int) -> FloatArray:
    tops, bottoms = _last(_peaks(high, window), window), _last(_peaks(-low, window), window)
    bars = np.arange(len(high), dtype=np.float64)
    return np.stack([_at(high, tops), _at(low, bottoms), bars - tops, bars - bottoms])


def _peaks(values: FloatArray, window: int) -> BoolArray:
    peak = np.zeros(len(values), dtype=np.bool_)
    if len(values) > 2 * window:
        spans = np.lib.stride_tricks.sliding_window_view(values, window)
        middle = values[window:-window]
        peak[window:-window] = (middle > spans[: len(middle)].max(axis=1)) & (middle >= spans[window + 1 :].max(axis=1))
    return peak


def _last(peak: BoolArray, window: int) -> FloatArray:
    """The position of the last peak known at each bar, NaN before the first is known."""
    known = np.full(len(peak), -1.0)
    made = np.flatnonzero(peak)
    known[made + window] = made
    latest = np.maximum.accumulate(known)
    return np.where(latest < 0.0, np.nan, latest)


def _at(values: FloatArray, positions: FloatArray) -> FloatArray:
    known = ~np.isnan(positions)
    out = np.full(len(values), np.nan)
    out[known] = values[positions[known].astype(np.int64)]
    return out
