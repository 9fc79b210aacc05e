"""How much of a Sharpe ratio is luck: closed forms of Bailey and López de Prado.

Sharpe ratios here are per observation, not annualised; kurtosis is the raw fourth moment, 3 for a normal distribution. A NaN
among the moments gives NaN.
"""

from __future__ import annotations

import math
from statistics import NormalDist

from aurelius_kernel.errors import InvalidField
from aurelius_kernel.metrics.sample import above, between

__all__ = [
    "deflated_sharpe_ratio",
    "expected_maximum_sharpe",
    "minimum_backtest_length",
    "minimum_track_record_length",
    "probabilistic_sharpe_ratio",
]

EULER_GAMMA = 0.5772156649015329
NORMAL = NormalDist()


def probabilistic_sharpe_ratio(sharpe: float, n: float, skew: float = 0.0, kurtosis: float = 3.0, benchmark: float = 0.0) -> float:
    """The probability that the true Sharpe ratio is above `benchmark`, given one of `sharpe` over `n` observations.

    Φ((SR − SR*)·√(n − 1)/√(1 − γ₃·SR + (γ₄ − 1)/4·SR²)). NaN for fewer than two observations and for moments so extreme that the
    variance in the denominator is not positive.
    Source: D. H. Bailey and M. López de Prado, The Sharpe Ratio Efficient Frontier, Journal of Risk 15(2), 2012.
    """
    spread = _variance(sharpe, skew, kurtosis)
    if not (n >= 2 and spread > 0.0):
        return math.nan
    return _normal_cdf((sharpe - benchmark) * math.sqrt((n - 1) / spread))


def expected_maximum_sharpe(trials: float, variance: float = 1.0) -> float:
    """The Sharpe ratio that the best of so many worthless trials is expected to show; 0 for a single one.

    √variance·((1 − γ)·Φ⁻¹(1 − 1/N) + γ·Φ⁻¹(1 − 1/(N·e))), γ being Euler's constant. `variance` is that of the trials' Sharpe
    ratios; `trials` may be an effective number and need not be whole. Raises InvalidField for fewer than one trial or a negative
    variance.
    Source: D. H. Bailey and M. López de Prado, The Deflated Sharpe Ratio, Journal of Portfolio Management 40(5), 2014, eq. 1.
    """
    if not (math.isfinite(trials) and trials >= 1):
        raise InvalidField.of("trials", f"must be at least 1, not {trials!r}")
    if not variance >= 0.0:
        raise InvalidField.of("variance", f"must not be negative, not {variance!r}")
    return math.sqrt(variance) * _standard_maximum(trials)


def deflated_sharpe_ratio(
    sharpe: float, n: float, trials: float, variance: float, skew: float = 0.0, kurtosis: float = 3.0
) -> float:
    """The probability that the true Sharpe ratio is above what the best of `trials` worthless ones would show.

    The probabilistic Sharpe ratio against `expected_maximum_sharpe(trials, variance)`; errors and NaN are those of the two.
    Source: Bailey and López de Prado (2014), eq. 2.
    """
    return probabilistic_sharpe_ratio(sharpe, n, skew, kurtosis, expected_maximum_sharpe(trials, variance))


def minimum_track_record_length(
    sharpe: float, benchmark: float = 0.0, skew: float = 0.0, kurtosis: float = 3.0, confidence: float = 0.95
) -> float:
    """The number of observations after which `sharpe` is above `benchmark` with `confidence`.

    1 + (1 − γ₃·SR + (γ₄ − 1)/4·SR²)·(Φ⁻¹(confidence)/(SR − SR*))². NaN when the Sharpe ratio is not above its benchmark: no record
    is long enough. Raises InvalidField for a confidence outside 0 … 1.
    Source: Bailey and López de Prado (2012).
    """
    z, spread = NORMAL.inv_cdf(between("confidence", confidence, 0, 1)), _variance(sharpe, skew, kurtosis)
    if not (sharpe > benchmark and spread > 0.0):
        return math.nan
    return 1.0 + spread * (z / (sharpe - benchmark)) ** 2


def minimum_backtest_length(trials: float, sharpe: float = 1.0) -> float:
    """The years of data below which the best of `trials` worthless strategies is expected to show an annual `sharpe`.

    (expected maximum of `trials` standard normals/sharpe)². Raises InvalidField for fewer than one trial or a ratio not above 0.
    Source: D. H. Bailey, J. M. Borwein, M. López de Prado and Q. J. Zhu, Pseudo-Mathematics and Financial Charlatanism, Notices of
    the AMS 61(5), 2014.
    """
    return (expected_maximum_sharpe(trials) / above("sharpe", sharpe, 0)) ** 2


def _variance(sharpe: float, skew: float, kurtosis: float) -> float:
    return 1.0 - skew * sharpe + (kurtosis - 1.0) / 4.0 * sharpe**2


def _standard_maximum(trials: float) -> float:
    if trials == 1:
        return 0.0
    body, tail = -NORMAL.inv_cdf(1.0 / trials), -NORMAL.inv_cdf(1.0 / (trials * math.e))
    return max((1.0 - EULER_GAMMA) * body + EULER_GAMMA * tail, 0.0)


def _normal_cdf(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2.0))
