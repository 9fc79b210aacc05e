"""Which of two numbers of a metric is the better one."""

from __future__ import annotations

import math
from collections.abc import Iterable

from aurelius_kernel.metrics.names import Metric

__all__ = ["best", "better_high"]

LESS_IS_BETTER = {
    Metric.VOLATILITY,
    Metric.ULCER_INDEX,
    Metric.MAX_DRAWDOWN_DURATION,
    Metric.MAX_DRAWDOWN_DURATION_DAYS,
    Metric.KURTOSIS,
    Metric.BETA,
    Metric.TURNOVER,
    Metric.MIN_TRL,
}
"""Drawdowns, value at risk and expected shortfall are below 0, so more is better there too."""
NEITHER = {Metric.SKEW, Metric.KURTOSIS, Metric.TOTAL_TRADES, Metric.AVG_HOLDING, Metric.EXPOSURE, Metric.TURNOVER}
"""Of these neither more nor less is better by itself."""


def better_high(metric: Metric) -> bool:
    """Whether more of the metric is better."""
    return metric not in LESS_IS_BETTER


def best(metric: Metric, values: Iterable[float | None]) -> float | None:
    """The best of several that differ, None and NaN left out; None where they are equal, or where neither way is better."""
    known = {float(value) for value in values if value is not None and math.isfinite(value)}
    if len(known) < 2 or metric in NEITHER:
        return None
    return max(known) if better_high(metric) else min(known)
