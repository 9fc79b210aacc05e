"""How far off a backtest's headline numbers may be: intervals by the stationary bootstrap."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from aurelius_kernel.metrics.sample import above, between, observed
from aurelius_kernel.typing import FloatArray, IntArray
from aurelius_kernel.validation.inputs import finite
from aurelius_kernel.validation.overfitting.stationary_bootstrap import mean_block_length, resampled_positions

__all__ = ["BootstrapIntervals", "Interval", "bootstrap_intervals"]

MOST_POINTS = 250


class Interval(NamedTuple):
    """What was measured, and the range that holds the middle of what the resampled histories show."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True, eq=False)
class BootstrapIntervals:
    """Intervals for three numbers of a record, and the resampled histories they were read from.

    Attributes
    ----------
    sharpe_ratio : annualised; NaN where returns have no spread
    max_drawdown : at most 0, as a fraction
    terminal_wealth : what 1 becomes
    confidence, block_length, resamples, seed : what was asked for, and the mean bars of a stretch
    bars : up to 250 bars, counted from 1 and spread evenly over the record; the last one is its end
    wealth : what 1 has become after each of those bars, of shape (resamples, bars): quantiles of its columns draw a fan
    """

    sharpe_ratio: Interval
    max_drawdown: Interval
    terminal_wealth: Interval
    confidence: float
    block_length: int
    resamples: int
    seed: int
    bars: IntArray = field(repr=False)
    wealth: FloatArray = field(repr=False)


def bootstrap_intervals(
    returns: ArrayLike,
    *,
    confidence: float = 0.95,
    periods_per_year: float = 252,
    block_length: int | None = None,
    resamples: int = 2_000,
    seed: int = 42,
) -> BootstrapIntervals:
    """Intervals for the Sharpe ratio, the maximum drawdown and the terminal wealth of a record of returns.

    Each resampled history is as long as the record. An interval lies between the (1 ± confidence)/2 quantiles of what the
    histories show (the percentile method).

    Parameters
    ----------
    returns : simple returns per bar; NaN is ignored
    confidence : the share of histories that an interval holds
    periods_per_year : bars a year, for the Sharpe ratio
    block_length
        Mean bars of a stretch. Unless given, the longer of what the returns and what their sizes ask for, so that calm and stormy
        times stay in one piece
    resamples : how many histories are drawn, from 100 to 100,000
    seed : what they are drawn from

    Raises
    ------
    InvalidField, NotEnoughBars
        For arguments that are not numbers in their range, and for fewer than 20 bars.
    """
    r = finite("returns", observed(returns))
    year, sure = above("periods_per_year", periods_per_year, 0), between("confidence", confidence, 0, 1)
    block = mean_block_length(block_length, r, np.abs(r))
    bars = np.unique(np.linspace(1, len(r), min(MOST_POINTS, len(r))).round().astype(np.int64))
    drawn = [_measured(r[rows], bars, year) for rows in resampled_positions(len(r), block, resamples, seed)]
    sharpe, drawdown, wealth = (np.concatenate(parts) for parts in zip(*drawn, strict=True))
    measured = _measured(r[None, :], bars, year)
    return BootstrapIntervals(
        sharpe_ratio=_interval(measured[0], sharpe, sure),
        max_drawdown=_interval(measured[1], drawdown, sure),
        terminal_wealth=_interval(measured[2][:, -1], wealth[:, -1], sure),
        confidence=sure,
        block_length=block,
        resamples=len(sharpe),
        seed=seed,
        bars=bars,
        wealth=wealth,
    )


def _measured(histories: FloatArray, bars: IntArray, year: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Sharpe ratio, maximum drawdown and wealth after the given bars of each row."""
    wealth = np.asarray(np.cumprod(1.0 + histories, axis=1), dtype=np.float64)
    peaks = np.maximum(np.maximum.accumulate(wealth, axis=1), 1.0)
    drawdown: FloatArray = np.min(wealth / peaks - 1.0, axis=1)
    return _sharpe_ratios(histories, year), drawdown, wealth[:, bars - 1]


def _sharpe_ratios(histories: FloatArray, year: float) -> FloatArray:
    flat = histories.max(axis=1) == histories.min(axis=1)
    spread: FloatArray = np.where(flat, np.nan, histories.std(axis=1, ddof=1))
    return np.asarray(histories.mean(axis=1) / spread * np.sqrt(year), dtype=np.float64)


def _interval(estimate: FloatArray, drawn: FloatArray, confidence: float) -> Interval:
    edges = np.array([1.0 - confidence, 1.0 + confidence]) / 2.0
    defined = drawn[~np.isnan(drawn)]
    low, high = np.quantile(defined, edges) if len(defined) else (np.nan, np.nan)
    return Interval(float(estimate[0]), float(low), float(high))
