"""What the worst bars look like."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike

from aurelius_kernel.errors import UnknownName
from aurelius_kernel.metrics.filtered_returns import filtered_returns
from aurelius_kernel.metrics.moments import kurtosis, skew
from aurelius_kernel.metrics.sample import between, is_flat, observed, ratio
from aurelius_kernel.typing import FloatArray

__all__ = ["Method", "expected_shortfall", "tail_ratio", "value_at_risk"]

Method: TypeAlias = Literal["historical", "gaussian", "cornish_fisher", "filtered"]

NORMAL = NormalDist()
METHODS: tuple[Method, ...] = get_args(Method)
SAMPLED = ("historical", "filtered")


def value_at_risk(returns: ArrayLike, confidence: float = 0.95, method: Method = "historical") -> float:
    """The return per bar that is undercut with probability 1 − confidence: a fraction, below 0 for a loss; NaN without a bar.

    Parameters
    ----------
    returns : simple returns per bar, NaN ignored
    confidence : between 0 and 1
    method
        `historical`: the sample's quantile, linear between order statistics (numpy's and empyrical's default, Hyndman and Fan's
        type 7). `gaussian`: mean + z·std(ddof=1). `cornish_fisher`: the same with
        z + (z² − 1)·S/6 + (z³ − 3z)·K/24 − (2z³ − 5z)·S²/36 for z, skewness S and excess kurtosis K. `filtered`: the
        historical one of the returns as they would be at the volatility forecast for the next bar, see `filtered_returns`.

    Raises
    ------
    InvalidField
        Returns that are not one-dimensional numbers, or a confidence outside 0 … 1.
    UnknownName
        A method that does not exist.

    Notes
    -----
    Source: L. Favre and J.-A. Galeano, Mean-Modified Value-at-Risk Optimization with Hedge Funds, Journal of Alternative
    Investments 5(2), 2002. R PerformanceAnalytics divides the variance by N instead of N − 1, and shows the loss as positive only
    when asked to invert.
    """
    r, tail = observed(returns), 1.0 - between("confidence", confidence, 0, 1)
    _check(method)
    if not len(r):
        return math.nan
    if method in SAMPLED:
        return float(np.quantile(_sample(r, method), tail))
    z = NORMAL.inv_cdf(tail)
    if method == "cornish_fisher":
        s, k = _shape(r)
        z += (z**2 - 1) * s / 6 + (z**3 - 3 * z) * k / 24 - (2 * z**3 - 5 * z) * s**2 / 36
    return _at(r, z)


def expected_shortfall(returns: ArrayLike, confidence: float = 0.95, method: Method = "historical") -> float:
    """The mean return of the bars at or below the value at risk, also called CVaR: a fraction; NaN without a bar.

    `historical` is the mean of the returns not above the historical value at risk, and `filtered` that of the filtered ones;
    `gaussian` is mean − std·φ(z)/(1 − confidence); `cornish_fisher` multiplies that φ term by
    1 + z·S/6 + (z² − 1)·K/24 − (2z² − 1)·S²/36, the mean of the Cornish-Fisher quantile below its value at risk. Arguments and
    errors are those of `value_at_risk`.
    Source: D. Maillard, A User's Guide to the Cornish Fisher Expansion (2012). empyrical averages the
    ⌊(N − 1)·(1 − confidence)⌋ + 1 smallest returns: the same bars but for ties.
    """
    r, tail = observed(returns), 1.0 - between("confidence", confidence, 0, 1)
    _check(method)
    if not len(r):
        return math.nan
    if method in SAMPLED:
        sample = _sample(r, method)
        return float(sample[sample <= np.quantile(sample, tail)].mean())
    z = NORMAL.inv_cdf(tail)
    mean_z = -NORMAL.pdf(z) / tail
    if method == "cornish_fisher":
        s, k = _shape(r)
        mean_z *= 1 + z * s / 6 + (z**2 - 1) * k / 24 - (2 * z**2 - 1) * s**2 / 36
    return _at(r, mean_z)


def tail_ratio(returns: ArrayLike) -> float:
    """The size of the 95 % quantile over the size of the 5 % quantile; NaN without a bar or when the latter is 0.

    Arguments and errors are those of `total_return`. Source: empyrical's `tail_ratio`.
    """
    r = observed(returns)
    if not len(r):
        return math.nan
    low, high = np.quantile(r, [0.05, 0.95])
    return ratio(abs(high), abs(low))


def _check(method: str) -> None:
    if method not in METHODS:
        raise UnknownName("method", method, METHODS)


def _sample(r: FloatArray, method: str) -> FloatArray:
    return filtered_returns(r) if method == "filtered" else r


def _shape(r: FloatArray) -> tuple[float, float]:
    return (0.0, 0.0) if is_flat(r) else (skew(r), kurtosis(r) - 3.0)


def _at(r: FloatArray, z: float) -> float:
    if len(r) < 2:
        return math.nan
    return float(r.mean()) + z * (0.0 if is_flat(r) else float(r.std(ddof=1)))
