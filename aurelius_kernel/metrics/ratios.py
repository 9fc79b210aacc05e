"""Reward per unit of risk."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from aurelius_kernel.metrics.drawdown import max_drawdown
from aurelius_kernel.metrics.growth import cagr
from aurelius_kernel.metrics.sample import above, is_flat, observed, ratio

__all__ = ["calmar_ratio", "omega_ratio", "sharpe_ratio", "sortino_ratio"]


def sharpe_ratio(returns: ArrayLike, periods_per_year: float = 252, risk_free: float = 0.0) -> float:
    """The annualised Sharpe ratio, mean(r − risk_free)/std(r, ddof=1)·√A; NaN for fewer than two bars or when all are equal.

    `returns` are simple returns per bar, NaN ignored; `risk_free` is a rate per bar; `periods_per_year` A is the number of bars a
    year. Raises InvalidField for returns that are not one-dimensional numbers and for a year that is not above 0.
    Source: W. F. Sharpe, The Sharpe Ratio, Journal of Portfolio Management 21(1), 1994.
    """
    r, year = observed(returns), above("periods_per_year", periods_per_year, 0)
    if is_flat(r):
        return math.nan
    return ratio(float(r.mean()) - risk_free, float(r.std(ddof=1))) * math.sqrt(year)


def sortino_ratio(
    returns: ArrayLike,
    periods_per_year: float = 252,
    minimum_acceptable_return: float = 0.0,
    risk_free: float | None = None,
) -> float:
    """The annualised Sortino ratio, (mean(r) − f)/√mean(min(r − m, 0)²)·√A.

    m is the `minimum_acceptable_return` and f the `risk_free` rate, m itself unless given; both per bar. The mean square runs over
    all bars, as in empyrical and R PerformanceAnalytics, not only over the losing ones. NaN for fewer than two bars and without a
    bar below m. Other arguments and errors are those of `sharpe_ratio`.
    Source: F. A. Sortino and L. N. Price, Performance Measurement in a Downside Risk Framework, Journal of Investing 3(3), 1994.
    """
    r, year = observed(returns), above("periods_per_year", periods_per_year, 0)
    if len(r) < 2:
        return math.nan
    short = np.minimum(r - minimum_acceptable_return, 0.0)
    reward = float(r.mean()) - (minimum_acceptable_return if risk_free is None else risk_free)
    return ratio(reward, math.sqrt(float(np.mean(short * short)))) * math.sqrt(year)


def calmar_ratio(returns: ArrayLike, periods_per_year: float = 252) -> float:
    """The compound annual growth rate over the depth of the maximum drawdown; NaN without a drawdown.

    Arguments and errors are those of `cagr`. Source: T. W. Young, Calmar Ratio: A Smoother Tool, Futures, October 1991; over the
    whole sample here, not over its last 36 months.
    """
    return ratio(cagr(returns, periods_per_year), abs(max_drawdown(returns)))


def omega_ratio(returns: ArrayLike, threshold: float = 0.0) -> float:
    """The sum of what is above the threshold over the sum of what is below it.

    NaN for fewer than two bars and without a bar below. `threshold` is a return per bar. Arguments and errors are those of
    `total_return`.
    Source: C. Keating and W. F. Shadwick, A Universal Performance Measure, Journal of Performance Measurement 6(3), 2002.
    """
    excess = observed(returns) - threshold
    if len(excess) < 2:
        return math.nan
    return ratio(float(np.maximum(excess, 0.0).sum()), float(np.maximum(-excess, 0.0).sum()))
