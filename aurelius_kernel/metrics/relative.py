"""An account against a benchmark."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from aurelius_kernel.metrics.ratios import sharpe_ratio
from aurelius_kernel.metrics.sample import above, is_flat, paired, ratio

__all__ = ["alpha", "beta", "information_ratio"]


def beta(returns: ArrayLike, benchmark: ArrayLike) -> float:
    """The slope of returns on the benchmark's returns, cov(r, b)/var(b); NaN for fewer than two bars or a flat benchmark.

    Both are simple returns per bar; a bar where either is NaN is ignored. Raises InvalidField for what is not one-dimensional
    numbers of one length.
    """
    r, b = paired(returns, benchmark)
    if is_flat(b):
        return math.nan
    deviation = b - b.mean()
    return ratio(float(np.mean((r - r.mean()) * deviation)), float(np.mean(deviation * deviation)))


def alpha(returns: ArrayLike, benchmark: ArrayLike, periods_per_year: float = 252, risk_free: float = 0.0) -> float:
    """Jensen's alpha a year, (mean(r − f) − β·mean(b − f))·A, as a fraction; NaN where beta is.

    `risk_free` f is a rate per bar. Other arguments and errors are those of `beta` and `cagr`. empyrical compounds the mean
    instead of multiplying it: its alpha is (1 + a/A)^A − 1 of this one.
    Source: M. C. Jensen, The Performance of Mutual Funds in the Period 1945–1964, Journal of Finance 23(2), 1968.
    """
    r, b = paired(returns, benchmark)
    year = above("periods_per_year", periods_per_year, 0)
    slope = beta(r, b)
    return math.nan if math.isnan(slope) else (float(r.mean()) - risk_free - slope * (float(b.mean()) - risk_free)) * year


def information_ratio(returns: ArrayLike, benchmark: ArrayLike, periods_per_year: float = 252) -> float:
    """The annualised mean of r − b over its standard deviation, mean(r − b)/std(r − b, ddof=1)·√A.

    NaN for fewer than two bars or when r − b is the same on every bar. Arguments and errors are those of `beta` and `cagr`.
    empyrical's `excess_sharpe` is the same before annualisation.
    Source: T. H. Goodwin, The Information Ratio, Financial Analysts Journal 54(4), 1998.
    """
    r, b = paired(returns, benchmark)
    return sharpe_ratio(r - b, periods_per_year)
