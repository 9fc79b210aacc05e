"""How much an account grew, and how unsteadily."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from aurelius_kernel.metrics.sample import above, is_flat, observed
from aurelius_kernel.typing import FloatArray

__all__ = ["annual_growth", "cagr", "total_return", "volatility", "wealth"]


def total_return(returns: ArrayLike) -> float:
    """The compounded return, ∏(1 + r) − 1, as a fraction; NaN without a bar.

    `returns` are simple returns per bar, NaN ignored. Raises InvalidField for what is not one-dimensional numbers.
    """
    r = observed(returns)
    return float(wealth(r)[-1] - 1.0) if len(r) else math.nan


def cagr(returns: ArrayLike, periods_per_year: float = 252) -> float:
    """The compound annual growth rate, ∏(1 + r)^(A/N) − 1, as a fraction; NaN without a bar or when more than all was lost.

    `returns` are simple returns per bar, NaN ignored; `periods_per_year` A is the number of bars a year. Raises InvalidField for
    returns that are not one-dimensional numbers and for a year that is not above 0.
    """
    r, year = observed(returns), above("periods_per_year", periods_per_year, 0)
    return annual_growth(float(wealth(r)[-1]), len(r) / year) if len(r) else math.nan


def volatility(returns: ArrayLike, periods_per_year: float = 252) -> float:
    """The annualised standard deviation of returns, std(r, ddof=1)·√A, as a fraction; NaN for fewer than two bars.

    Arguments and errors are those of `cagr`. Exactly 0 when all returns are equal.
    """
    r, year = observed(returns), above("periods_per_year", periods_per_year, 0)
    if len(r) < 2:
        return math.nan
    return 0.0 if is_flat(r) else float(r.std(ddof=1)) * math.sqrt(year)


def wealth(r: FloatArray) -> FloatArray:
    """What 1 has become after each bar, the 1 itself first: one value more than there are returns."""
    return np.cumprod(np.concatenate([[1.0], 1.0 + r]))


def annual_growth(growth: float, years: float) -> float:
    """The yearly rate that makes 1 into `growth` in so many years; NaN for a negative growth and where a float cannot hold it."""
    try:
        return growth ** (1.0 / years) - 1.0 if growth >= 0.0 else math.nan
    except OverflowError:
        return math.nan
