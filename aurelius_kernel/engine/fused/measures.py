"""Every metric that sums over bars and round trips can give, for all combinations at once, as `metrics.Metric` defines it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from aurelius_kernel.engine.fused.ledger import (
    BARS_HELD,
    CLOSED,
    CLOSED_BARS,
    EQUITY,
    EQUITY_SUM,
    GAIN,
    LOSS,
    SUMS,
    TRADE_RETURNS,
    TRADED,
    TRADES,
    TROUGH,
    WINS,
)
from aurelius_kernel.metrics import Metric
from aurelius_kernel.typing import FloatArray

__all__ = ["Scale", "measure"]

CONFIDENCE = NormalDist().inv_cdf(0.95)

_error_function = np.frompyfunc(math.erfc, 1, 1)


@dataclass(frozen=True, kw_only=True, eq=False)
class Scale:
    """What turns sums into metrics: money at the start, bars a year, and the benchmark's return on each bar."""

    capital: float
    periods_per_year: float
    benchmark: FloatArray


def measure(ledger: FloatArray, scale: Scale) -> dict[Metric, FloatArray]:
    """The metrics of each row of a ledger; NaN where a metric is undefined.

    Not here are those that need the whole path of an account: `ulcer_index`, `max_drawdown_duration`, the quantiles of its returns;
    and `dsr`, which needs the number of trials.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        moments = _moments(ledger, len(scale.benchmark))
        return {
            **_growth(ledger, len(scale.benchmark), scale.periods_per_year),
            **_distribution(ledger, moments, len(scale.benchmark), scale.periods_per_year),
            **_against(ledger, moments, scale),
            **_round_trips(ledger, scale),
            **_evidence(moments, len(scale.benchmark)),
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class Moments:
    """The mean and deviation (ddof=1) of bar returns, their skewness and kurtosis; NaN but for the mean where all are zero."""

    mean: FloatArray
    deviation: FloatArray
    skew: FloatArray
    kurtosis: FloatArray


def _moments(ledger: FloatArray, bars: int) -> Moments:
    first, second, third, fourth = (ledger[:, j] / bars for j in range(1, 5))
    flat = ledger[:, 2] == 0.0
    square = first * first
    variance = np.where(flat, np.nan, second - square)
    deviation = np.sqrt(variance)
    return Moments(
        mean=first,
        deviation=deviation * math.sqrt(bars / (bars - 1.0)) if bars > 1 else np.full_like(first, np.nan),
        skew=(third - 3.0 * first * second + 2.0 * first * square) / (variance * deviation),
        kurtosis=(fourth - 4.0 * first * third + 6.0 * square * second - 3.0 * square * square) / (variance * variance),
    )


def _growth(ledger: FloatArray, bars: int, year: float) -> dict[Metric, FloatArray]:
    growth = ledger[:, EQUITY] ** (year / bars) - 1.0
    growth[~np.isfinite(growth) | (ledger[:, EQUITY] < 0.0)] = np.nan
    deepest = ledger[:, TROUGH] - 1.0
    return {
        Metric.TOTAL_RETURN: ledger[:, EQUITY] - 1.0,
        Metric.CAGR: growth,
        Metric.MAX_DRAWDOWN: deepest,
        Metric.CALMAR_RATIO: _ratio(growth, -deepest),
    }


def _distribution(ledger: FloatArray, moments: Moments, bars: int, year: float) -> dict[Metric, FloatArray]:
    losses = ledger[:, 5]
    downside = np.sqrt(ledger[:, 6] / bars)
    enough = np.nan if bars < 2 else 1.0
    return {
        Metric.VOLATILITY: np.where(ledger[:, 2] == 0.0, 0.0, moments.deviation) * math.sqrt(year) * enough,
        Metric.SHARPE_RATIO: moments.mean / moments.deviation * math.sqrt(year),
        Metric.SORTINO_RATIO: _ratio(moments.mean, downside) * math.sqrt(year) * enough,
        Metric.OMEGA: _ratio(ledger[:, 1] - losses, -losses) * enough,
        Metric.SKEW: moments.skew * enough,
        Metric.KURTOSIS: moments.kurtosis * enough,
    }


def _against(ledger: FloatArray, moments: Moments, scale: Scale) -> dict[Metric, FloatArray]:
    bars, year, theirs = len(scale.benchmark), scale.periods_per_year, scale.benchmark
    mean = float(theirs.mean())
    variance = float(np.mean((theirs - mean) ** 2)) if theirs.max() != theirs.min() else np.nan
    apart, gap = ledger[:, SUMS - 1], moments.mean - mean
    products = (ledger[:, 2] + float(np.sum(theirs**2)) - apart) / 2.0
    beta = (products / bars - moments.mean * mean) / variance
    spread = np.sqrt((apart - bars * gap * gap) / (bars - 1.0)) if bars > 1 else np.full_like(gap, np.nan)
    return {
        Metric.BETA: beta,
        Metric.ALPHA: (moments.mean - beta * mean) * year,
        Metric.INFORMATION_RATIO: _ratio(gap, spread) * math.sqrt(year),
    }


def _round_trips(ledger: FloatArray, scale: Scale) -> dict[Metric, FloatArray]:
    bars, closed = len(scale.benchmark), ledger[:, CLOSED]
    return {
        Metric.TOTAL_TRADES: ledger[:, TRADES].copy(),
        Metric.WIN_RATE: _ratio(ledger[:, WINS], closed),
        Metric.PROFIT_FACTOR: _ratio(ledger[:, GAIN], ledger[:, LOSS]),
        Metric.AVG_TRADE: _ratio(ledger[:, TRADE_RETURNS], closed),
        Metric.EXPECTANCY: _ratio(ledger[:, GAIN] - ledger[:, LOSS], closed) * scale.capital,
        Metric.AVG_HOLDING: _ratio(ledger[:, CLOSED_BARS], closed),
        Metric.EXPOSURE: ledger[:, BARS_HELD] / bars,
        Metric.TURNOVER: _ratio(ledger[:, TRADED], ledger[:, EQUITY_SUM]) * scale.periods_per_year,
    }


def _evidence(moments: Moments, bars: int) -> dict[Metric, FloatArray]:
    sharpe = moments.mean / moments.deviation
    spread = 1.0 - moments.skew * sharpe + (moments.kurtosis - 1.0) / 4.0 * sharpe * sharpe
    spread = np.where(spread > 0.0, spread, np.nan)
    z = sharpe * np.sqrt((bars - 1) / spread)
    return {
        Metric.PSR: 0.5 * np.asarray(_error_function(-z / math.sqrt(2.0)), dtype=np.float64),
        Metric.MIN_TRL: np.where(sharpe > 0.0, 1.0 + spread * np.square(CONFIDENCE / sharpe), np.nan),
    }


def _ratio(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    return np.where(denominator != 0.0, numerator / denominator, np.nan)
