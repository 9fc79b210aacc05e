"""Every metric that sums over bars and round trips can give, for all combinations at once, as `metrics.Metric` defines it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from aurelius_kernel.engine.fused.compiled import kernel, part
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
from aurelius_kernel.engine.fused.threads import Crew
from aurelius_kernel.metrics import Metric
from aurelius_kernel.typing import FloatArray, IntArray

__all__ = ["MEASURES", "Scale", "market_of", "measure", "measure_rows", "places_of"]

WORTH_SHARING = 4_096
"""Ledgers of fewer rows are measured before another thread has begun."""
CONFIDENCE = NormalDist().inv_cdf(0.95)

GROWTH = (Metric.TOTAL_RETURN, Metric.CAGR, Metric.MAX_DRAWDOWN, Metric.CALMAR_RATIO)
DISTRIBUTION = (
    Metric.VOLATILITY,
    Metric.SHARPE_RATIO,
    Metric.SORTINO_RATIO,
    Metric.OMEGA,
    Metric.SKEW,
    Metric.KURTOSIS,
)
AGAINST = (Metric.BETA, Metric.ALPHA, Metric.INFORMATION_RATIO)
ROUND_TRIPS = (
    Metric.TOTAL_TRADES,
    Metric.WIN_RATE,
    Metric.PROFIT_FACTOR,
    Metric.AVG_TRADE,
    Metric.EXPECTANCY,
    Metric.AVG_HOLDING,
    Metric.EXPOSURE,
    Metric.TURNOVER,
)
EVIDENCE = (Metric.PSR, Metric.MIN_TRL)
MEASURES = GROWTH + DISTRIBUTION + AGAINST + ROUND_TRIPS + EVIDENCE
AT_DISTRIBUTION = len(GROWTH)
AT_AGAINST = AT_DISTRIBUTION + len(DISTRIBUTION)
AT_ROUND_TRIPS = AT_AGAINST + len(AGAINST)
AT_EVIDENCE = AT_ROUND_TRIPS + len(ROUND_TRIPS)
AT_END = len(MEASURES)
"""Where each group begins among all of them."""

ELSEWHERE = -1


class Market(NamedTuple):
    """What the accounts of one market have in common: bars, bars a year, money at the start, and the benchmark's moments.

    `variance` is NaN for a benchmark whose returns are all the same.
    """

    bars: int
    year: float
    capital: float
    mean: float
    squares: float
    variance: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Scale:
    """What turns sums into metrics: money at the start, bars a year, and the benchmark's return on each bar."""

    capital: float
    periods_per_year: float
    benchmark: FloatArray

    @cached_property
    def market(self) -> Market:
        """The same in numbers."""
        return market_of(self.benchmark, float(self.periods_per_year), float(self.capital))


@kernel
def market_of(benchmark: FloatArray, year: float, capital: float) -> Market:
    """The market whose benchmark has these returns."""
    bars, mean, squares, variance, lowest, highest = benchmark.shape[0], 0.0, 0.0, 0.0, np.inf, -np.inf
    for r in benchmark:
        mean += r
        squares += r * r
        lowest, highest = min(lowest, r), max(highest, r)
    mean /= bars
    for r in benchmark:
        variance += (r - mean) * (r - mean)
    return Market(bars, year, capital, mean, squares, variance / bars if lowest < highest else np.nan)


def measure(ledger: FloatArray, scale: Scale, wanted: Sequence[Metric], crew: Crew | None = None) -> FloatArray:
    """The wanted metrics of each row of a ledger, shape (rows, metrics); NaN where a metric is undefined, and where it is not here.

    Not here are those that need the whole path of an account: `ulcer_index`, `max_drawdown_duration`, the quantiles of its returns;
    and `dsr`, which needs the number of trials.
    """
    found, places = np.empty((len(wanted), len(ledger))), places_of(wanted)
    shared = crew if crew and len(ledger) >= WORTH_SHARING else Crew(1)
    shared.share_rows(len(ledger), lambda rows: measure_rows(ledger, found, places, scale.market, rows.start, rows.stop))
    return found.T


def places_of(wanted: Sequence[Metric]) -> IntArray:
    """Where each metric is among `MEASURES`."""
    return np.array([MEASURES.index(metric) if metric in MEASURES else ELSEWHERE for metric in wanted], dtype=np.int64)


class Moments(NamedTuple):
    """Mean and deviation (ddof=1) of bar returns, skewness and kurtosis; NaN but for the mean where all returns are zero."""

    mean: float
    deviation: float
    skew: float
    kurtosis: float


@kernel
def measure_rows(ledger: FloatArray, found: FloatArray, places: IntArray, market: Market, begin: int, end: int) -> None:
    """Measure the rows `begin` … `end - 1` of the ledger; `found` has the shape (metrics, rows)."""
    growth, distribution = _any_of(places, 0, AT_DISTRIBUTION), _any_of(places, AT_DISTRIBUTION, AT_AGAINST)
    against, evidence = _any_of(places, AT_AGAINST, AT_ROUND_TRIPS), _any_of(places, AT_EVIDENCE, AT_END)
    for q in range(begin, end):
        moments = _moments(ledger, q, market.bars)
        values = (
            _growth(ledger, q, market, growth)
            + _distribution(ledger, q, moments, market, distribution)
            + _against(ledger, q, moments, market, against)
            + _round_trips(ledger, q, market)
            + _evidence(moments, market.bars, evidence)
        )
        for j in range(len(places)):
            value = values[places[j]] if places[j] != ELSEWHERE else np.nan
            found[j, q] = value if np.isfinite(value) else np.nan


@part
def _any_of(places: IntArray, first: int, end: int) -> bool:
    """Whether some metric is among those places."""
    found = False
    for place in places:
        found |= first <= place < end
    return found


@part
def _moments(ledger: FloatArray, q: int, bars: int) -> Moments:
    mean, second, third, fourth = ledger[q, 1] / bars, ledger[q, 2] / bars, ledger[q, 3] / bars, ledger[q, 4] / bars
    square = mean * mean
    variance = second - square if second > 0.0 and bars > 1 else np.nan
    deviation = math.sqrt(variance)
    skew = (third - 3.0 * mean * second + 2.0 * mean * square) / (variance * deviation)
    kurtosis = (fourth - 4.0 * mean * third + 6.0 * square * second - 3.0 * square * square) / (variance * variance)
    return Moments(mean, deviation * math.sqrt(bars / (bars - 1.0)), skew, kurtosis)


@part
def _growth(ledger: FloatArray, q: int, market: Market, wanted: bool) -> tuple[float, float, float, float]:
    if not wanted:
        return np.nan, np.nan, np.nan, np.nan
    equity, deepest = ledger[q, EQUITY], ledger[q, TROUGH] - 1.0
    growth = equity ** (market.year / market.bars) - 1.0 if equity >= 0.0 else np.nan
    growth = growth if growth < np.inf else np.nan
    return equity - 1.0, growth, deepest, _ratio(growth, -deepest)


@part
def _distribution(
    ledger: FloatArray, q: int, moments: Moments, market: Market, wanted: bool
) -> tuple[float, float, float, float, float, float]:
    bars, root = market.bars, math.sqrt(market.year)
    losses, downside = ledger[q, 5], math.sqrt(ledger[q, 6] / bars)
    if bars < 2 or not wanted:
        return np.nan, np.nan, np.nan, np.nan, np.nan, np.nan
    volatility = moments.deviation * root if ledger[q, 2] > 0.0 else 0.0
    sharpe, sortino = _ratio(moments.mean, moments.deviation) * root, _ratio(moments.mean, downside) * root
    return volatility, sharpe, sortino, _ratio(ledger[q, 1] - losses, -losses), moments.skew, moments.kurtosis


@part
def _against(ledger: FloatArray, q: int, moments: Moments, market: Market, wanted: bool) -> tuple[float, float, float]:
    if not wanted:
        return np.nan, np.nan, np.nan
    bars, apart, gap = market.bars, ledger[q, SUMS - 1], moments.mean - market.mean
    products = (ledger[q, 2] + market.squares - apart) / 2.0
    beta = (products / bars - moments.mean * market.mean) / market.variance
    spread = math.sqrt((apart - bars * gap * gap) / (bars - 1.0)) if bars > 1 else np.nan
    return beta, (moments.mean - beta * market.mean) * market.year, _ratio(gap, spread) * math.sqrt(market.year)


@part
def _round_trips(ledger: FloatArray, q: int, market: Market) -> tuple[float, float, float, float, float, float, float, float]:
    closed, gain, loss = ledger[q, CLOSED], ledger[q, GAIN], ledger[q, LOSS]
    return (
        ledger[q, TRADES],
        _ratio(ledger[q, WINS], closed),
        _ratio(gain, loss),
        _ratio(ledger[q, TRADE_RETURNS], closed),
        _ratio(gain - loss, closed) * market.capital,
        _ratio(ledger[q, CLOSED_BARS], closed),
        ledger[q, BARS_HELD] / market.bars,
        _ratio(ledger[q, TRADED], ledger[q, EQUITY_SUM]) * market.year,
    )


@part
def _evidence(moments: Moments, bars: int, wanted: bool) -> tuple[float, float]:
    sharpe = moments.mean / moments.deviation
    spread = 1.0 - moments.skew * sharpe + (moments.kurtosis - 1.0) / 4.0 * sharpe * sharpe
    if not (wanted and spread > 0.0):
        return np.nan, np.nan
    z = sharpe * math.sqrt((bars - 1.0) / spread)
    record = 1.0 + spread * (CONFIDENCE / sharpe) * (CONFIDENCE / sharpe) if sharpe > 0.0 else np.nan
    return 0.5 * math.erfc(-z / math.sqrt(2.0)), record


@part
def _ratio(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator != 0.0 else np.nan
