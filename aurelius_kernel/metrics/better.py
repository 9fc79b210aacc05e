"""Which of two numbers of a metric is the better one."""

from __future__ import annotations

from aurelius_kernel.metrics.names import Metric

__all__ = ["better_high"]

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


def better_high(metric: Metric) -> bool:
    """Whether more of the metric is better."""
    return metric not in LESS_IS_BETTER
