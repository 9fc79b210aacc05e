"""Is the best of many strategies better than the benchmark, or only the luckiest of many? Two tests by the bootstrap.

Sources: P. R. Hansen, A Test for Superior Predictive Ability, Journal of Business & Economic Statistics 23(4), 2005; H. White, A
Reality Check for Data Snooping, Econometrica 68(5), 2000.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from aurelius_kernel.errors import InvalidField
from aurelius_kernel.typing import FloatArray
from aurelius_kernel.validation.inputs import finite, finite_table
from aurelius_kernel.validation.overfitting.stationary_bootstrap import mean_block_length, resampled_positions

__all__ = ["PredictiveAbility", "spa_test"]

ROUNDING = 1e-12
"""A standard deviation below this share of the largest difference is an artefact of rounding."""


@dataclass(frozen=True, kw_only=True)
class PredictiveAbility:
    """P-values of "no candidate is better than the benchmark": a small one says that the best is more than lucky.

    Attributes
    ----------
    p_value : Hansen's consistent one: the answer
    p_lower : a lower bound, as if candidates worse than the benchmark did not count
    p_upper : an upper bound, as if every candidate were as good as the benchmark
    reality_check : White's, of mean differences that are not divided by their standard errors
    statistic : the largest mean difference in standard errors; 0 when no candidate is better
    best : the column of the candidate that has it
    candidates : how many candidates count
    block_length, resamples, seed : what was asked for, and the mean bars of a stretch
    """

    p_value: float
    p_lower: float
    p_upper: float
    reality_check: float
    statistic: float
    best: int
    candidates: int
    block_length: int
    resamples: int
    seed: int


def spa_test(
    benchmark: ArrayLike,
    candidates: ArrayLike,
    *,
    block_length: int | None = None,
    resamples: int = 1_000,
    seed: int = 42,
) -> PredictiveAbility:
    """Hansen's test of superior predictive ability and White's reality check, by the stationary bootstrap.

    Parameters
    ----------
    benchmark : returns of shape (bars,), or one number for every bar: 0 is cash
    candidates
        Returns of every strategy that was tried, of shape (bars, strategies). One that differs from the benchmark by the same at
        every bar, such as one that never trades from cash, counts for nothing
    block_length : mean bars of a stretch; what the best candidate's difference asks for unless given
    resamples : how many histories are drawn, from 100 to 100,000
    seed : what they are drawn from

    Raises
    ------
    InvalidField, NotEnoughBars
        For what is not finite numbers, lengths that differ, arguments out of range, and fewer than 20 bars.
    """
    gain = _gains(benchmark, candidates)
    block = mean_block_length(block_length, gain[:, int(gain.mean(axis=0).argmax())])
    error = _standard_errors(gain, block)
    counted = np.flatnonzero(error > ROUNDING * np.abs(gain).max(axis=0))
    if not len(counted):
        raise InvalidField.of("candidates", "must hold one whose difference to the benchmark is not the same at every bar")
    gain, error = gain[:, counted], error[counted]
    mean = gain.mean(axis=0)
    drawn = _drawn_means(gain, block, resamples, seed) - mean
    statistic = max(float((mean / error).max()), 0.0)
    hopeless = mean < -error * np.sqrt(2.0 * np.log(np.log(len(gain))))
    lower, consistent, upper = (
        _share_reaching(statistic, (drawn + left) / error) for left in (np.minimum(mean, 0.0), np.where(hopeless, mean, 0.0), 0.0)
    )
    return PredictiveAbility(
        p_value=consistent,
        p_lower=lower,
        p_upper=upper,
        reality_check=float(np.mean(drawn.max(axis=1) >= mean.max())),
        statistic=statistic,
        best=int(counted[(mean / error).argmax()]),
        candidates=len(counted),
        block_length=block,
        resamples=len(drawn),
        seed=seed,
    )


def _gains(benchmark: ArrayLike, candidates: ArrayLike) -> FloatArray:
    """What each candidate earned more than the benchmark."""
    table = finite_table("candidates", candidates)
    against = finite("benchmark", np.full(len(table), benchmark) if np.ndim(benchmark) == 0 else benchmark)
    if len(against) != len(table):
        raise InvalidField.of("benchmark", f"has {len(against)} values where candidates has {len(table)}")
    return table - against[:, None]


def _standard_errors(gain: FloatArray, block_length: int) -> FloatArray:
    """The standard deviation of each column's mean over all histories that the bootstrap could draw.

    Histories run in a circle, so it is made of circular autocovariances. Source: Politis and Romano (1994), lemma 1.
    """
    lags = np.arange(len(gain))
    weights = np.where(lags == 0, 1.0, 2.0 * (1.0 - lags / len(gain)) * (1.0 - 1.0 / block_length) ** lags)
    return np.array([np.sqrt(max(float(weights @ _autocovariances(column)), 0.0) / len(gain)) for column in gain.T])


def _autocovariances(column: FloatArray) -> FloatArray:
    spectrum = np.fft.rfft(column - column.mean())
    return np.fft.irfft(np.abs(spectrum) ** 2, len(column)) / len(column)


def _drawn_means(gain: FloatArray, block_length: int, resamples: int, seed: int) -> FloatArray:
    """The mean of every column over each drawn history, of shape (resamples, columns): how often each bar was drawn counts."""
    n = len(gain)
    drawn = resampled_positions(n, block_length, resamples, seed)
    often = (np.array([np.bincount(row, minlength=n) for row in rows], dtype=np.float64) for rows in drawn)
    return np.concatenate([counts @ gain for counts in often]) / n


def _share_reaching(statistic: float, scores: FloatArray) -> float:
    """The share of histories whose best score, at least 0, reaches the statistic: all of them where that is 0 itself."""
    return float(np.mean(scores.max(axis=1, initial=0.0) >= statistic))
