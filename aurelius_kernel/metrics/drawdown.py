"""How far, and for how long, an account was below its best."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from aurelius_kernel.metrics.growth import wealth
from aurelius_kernel.metrics.sample import observed
from aurelius_kernel.typing import FloatArray

__all__ = ["below_peak", "longest_under_water", "max_drawdown", "max_drawdown_duration", "ulcer_index"]


def max_drawdown(returns: ArrayLike) -> float:
    """The deepest fall below the best value so far, starting capital included: at most 0, as a fraction; NaN without a bar.

    `returns` are simple returns per bar, NaN ignored. Raises InvalidField for what is not one-dimensional numbers.
    """
    r = observed(returns)
    return float(below_peak(wealth(r)).min()) if len(r) else math.nan


def max_drawdown_duration(returns: ArrayLike) -> float:
    """The longest time under water in bars: from the last bar at a peak to the first that reaches it again, or to the end.

    0 without a fall, NaN without a bar. The starting capital is a peak. Arguments and errors are those of `max_drawdown`.
    """
    r = observed(returns)
    if not len(r):
        return math.nan
    start, end = longest_under_water(wealth(r))
    return float(end - start)


def ulcer_index(returns: ArrayLike) -> float:
    """The root mean square of the drawdown over the bars, as a fraction; NaN without a bar.

    Arguments and errors are those of `max_drawdown`.
    Source: Peter G. Martin, The Investor's Guide to Fidelity Funds (1989); R PerformanceAnalytics `UlcerIndex` over all bars.
    """
    r = observed(returns)
    return math.sqrt(float(np.mean(below_peak(wealth(r))[1:] ** 2))) if len(r) else math.nan


def below_peak(values: FloatArray) -> FloatArray:
    """Each value over the largest so far, minus 1; the first value is the starting capital."""
    return values / np.maximum.accumulate(values) - 1.0


def longest_under_water(values: FloatArray) -> tuple[int, int]:
    """Where the longest stretch below a peak begins (the last bar at the peak) and ends; two equal positions when there is none."""
    at_peak = np.flatnonzero(values == np.maximum.accumulate(values))
    stops = np.append(at_peak[1:], len(values) - 1)
    lengths = stops - at_peak
    lengths[:-1][lengths[:-1] == 1] = 0
    longest = int(lengths.argmax())
    return int(at_peak[longest]), int(at_peak[longest] + lengths[longest])
