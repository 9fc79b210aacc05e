"""The shape of the distribution of returns."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from aurelius_kernel.metrics.sample import is_flat, observed
from aurelius_kernel.typing import FloatArray

__all__ = ["kurtosis", "skew"]


def skew(returns: ArrayLike) -> float:
    """The skewness of returns, m₃/m₂^1.5 of central moments; NaN for fewer than two bars or when all are equal.

    NaN is ignored. pandas and R's "sample" method multiply it by √(N(N − 1))/(N − 2); scipy's default is the same as here.
    Raises InvalidField for what is not one-dimensional numbers.
    """
    return _standardised(observed(returns), 3)


def kurtosis(returns: ArrayLike) -> float:
    """The kurtosis of returns, m₄/m₂² of central moments: 3 for a normal distribution, as the deflated Sharpe ratio wants it.

    NaN for fewer than two bars or when all are equal; NaN is ignored. scipy's and pandas' `kurtosis` subtract 3, and pandas
    corrects for the size of the sample. Raises InvalidField for what is not one-dimensional numbers.
    """
    return _standardised(observed(returns), 4)


def _standardised(r: FloatArray, power: int) -> float:
    if is_flat(r):
        return math.nan
    deviation = r - r.mean()
    square = deviation * deviation
    moment = square * deviation if power == 3 else square * square
    variance = float(np.mean(square))
    return float(np.mean(moment)) / variance ** (power / 2) if variance > 0.0 else math.nan
