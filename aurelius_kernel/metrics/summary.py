"""Every metric of a finished account, in one mapping."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from aurelius_kernel.errors import InvalidField
from aurelius_kernel.metrics.deflated_sharpe import deflated_sharpe_ratio, minimum_track_record_length, probabilistic_sharpe_ratio
from aurelius_kernel.metrics.drawdown import below_peak, longest_under_water
from aurelius_kernel.metrics.growth import annual_growth, volatility
from aurelius_kernel.metrics.moments import kurtosis, skew
from aurelius_kernel.metrics.names import Metric
from aurelius_kernel.metrics.ratios import omega_ratio, sharpe_ratio, sortino_ratio
from aurelius_kernel.metrics.relative import alpha, beta, information_ratio
from aurelius_kernel.metrics.sample import above, numbers, ratio
from aurelius_kernel.metrics.tail_risk import expected_shortfall, tail_ratio, value_at_risk
from aurelius_kernel.metrics.trades import expectancy, exposure, profit_factor, turnover, win_rate
from aurelius_kernel.typing import FloatArray

__all__ = ["bar_returns", "summarise"]

Found: TypeAlias = Iterator[tuple[Metric, float]]


def summarise(
    equity: ArrayLike,
    capital: float,
    *,
    trades: Mapping[str, Any] | Any = None,
    positions: ArrayLike | None = None,
    periods_per_year: float = 252,
    risk_free: float = 0.0,
    benchmark: ArrayLike | None = None,
    index: Sequence[Any] | Any = None,
    trials: float = 1,
    trial_variance: float | None = None,
) -> dict[str, float | None]:
    """Every metric by its name, in the order of `Metric`; None where a metric is undefined or what it needs was not given.

    Parameters
    ----------
    equity : the account's value at each bar's close, of shape (bars,)
    capital : the value before the first bar
    trades
        Round trips with the columns `size entry_price exit_price pnl return bars status`: a frame or a mapping of arrays. A trade
        still open counts in `total_trades`, and in `turnover` by its entry; the other trade metrics are made of closed ones.
    positions : units held at each close, of shape (bars,) or (bars, instruments)
    periods_per_year : bars a year
    risk_free : a yearly rate, as a fraction
    benchmark : the value at each close of what the account is compared with, bought for the same capital
    index : the bars' time stamps, for durations in days
    trials : how many parameter sets were tried before this one, itself included; may be an effective number
    trial_variance : the variance of the trials' Sharpe ratios per bar; without it `dsr` is None for more than one trial

    Raises
    ------
    InvalidField
        Arrays that are not numbers or not of one length, a capital or a year that is not above 0.
    """
    values = np.concatenate([[above("capital", capital, 0)], numbers("equity", equity)])
    year = above("periods_per_year", periods_per_year, 0)
    r = bar_returns(values)
    found: dict[str, float] = {}
    if len(r):
        found.update(_growth_and_drawdown(values, year))
        found.update(_distribution(r, year, risk_free / year))
        found.update(_evidence(found, int(np.count_nonzero(~np.isnan(r))), year, trials, trial_variance))
        if index is not None:
            found[Metric.MAX_DRAWDOWN_DURATION_DAYS] = _days_under_water(values, index)
        if benchmark is not None:
            found.update(_against(r, _benchmark_returns(benchmark, values), year, risk_free / year))
        if positions is not None:
            found[Metric.EXPOSURE] = exposure(positions)
    if trades is not None:
        found.update(_round_trips(trades, values[1:], year))
    return {metric.value: _defined(found.get(metric)) for metric in Metric}


def bar_returns(values: FloatArray) -> FloatArray:
    """The simple return of each bar, one less than there are values; NaN after a value of 0."""
    before = values[:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(before != 0.0, values[1:] / before - 1.0, np.nan)


def _growth_and_drawdown(values: FloatArray, year: float) -> Found:
    growth, years = float(values[-1] / values[0]), (len(values) - 1) / year
    fall = below_peak(values)
    deepest, rate = float(fall.min()), annual_growth(growth, years)
    start, end = longest_under_water(values)
    yield Metric.TOTAL_RETURN, growth - 1.0
    yield Metric.CAGR, rate
    yield Metric.MAX_DRAWDOWN, deepest
    yield Metric.MAX_DRAWDOWN_DURATION, float(end - start)
    yield Metric.ULCER_INDEX, math.sqrt(float(np.mean(fall[1:] ** 2)))
    yield Metric.CALMAR_RATIO, ratio(rate, abs(deepest))


def _distribution(r: FloatArray, year: float, risk_free: float) -> Found:
    yield Metric.VOLATILITY, volatility(r, year)
    yield Metric.SHARPE_RATIO, sharpe_ratio(r, year, risk_free)
    yield Metric.SORTINO_RATIO, sortino_ratio(r, year, risk_free=risk_free)
    yield Metric.VAR_95, value_at_risk(r, 0.95)
    yield Metric.VAR_99, value_at_risk(r, 0.99)
    yield Metric.CVAR_95, expected_shortfall(r, 0.95)
    yield Metric.CVAR_99, expected_shortfall(r, 0.99)
    yield Metric.SKEW, skew(r)
    yield Metric.KURTOSIS, kurtosis(r)
    yield Metric.TAIL_RATIO, tail_ratio(r)
    yield Metric.OMEGA, omega_ratio(r)


def _evidence(found: Mapping[str, float], n: int, year: float, trials: float, trial_variance: float | None) -> Found:
    sharpe = found[Metric.SHARPE_RATIO] / math.sqrt(year)
    shape = found[Metric.SKEW], found[Metric.KURTOSIS]
    yield Metric.PSR, probabilistic_sharpe_ratio(sharpe, n, *shape)
    if trials == 1 or trial_variance is not None:
        yield Metric.DSR, deflated_sharpe_ratio(sharpe, n, trials, trial_variance or 0.0, *shape)
    yield Metric.MIN_TRL, minimum_track_record_length(sharpe, 0.0, *shape)


def _against(r: FloatArray, b: FloatArray, year: float, risk_free: float) -> Found:
    yield Metric.BETA, beta(r, b)
    yield Metric.ALPHA, alpha(r, b, year, risk_free)
    yield Metric.INFORMATION_RATIO, information_ratio(r, b, year)


def _round_trips(trades: Mapping[str, Any], equity: FloatArray, year: float) -> Found:
    closed = np.asarray(trades["status"]) == "closed"
    size, entry, leave = (np.asarray(trades[name], dtype=np.float64) for name in ("size", "entry_price", "exit_price"))
    profits = np.asarray(trades["pnl"], dtype=np.float64)[closed]
    yield Metric.TOTAL_TRADES, float(len(closed))
    yield Metric.WIN_RATE, win_rate(profits)
    yield Metric.PROFIT_FACTOR, profit_factor(profits)
    yield Metric.EXPECTANCY, expectancy(profits)
    yield Metric.AVG_TRADE, expectancy(np.asarray(trades["return"], dtype=np.float64)[closed])
    yield Metric.AVG_HOLDING, expectancy(np.asarray(trades["bars"], dtype=np.float64)[closed])
    yield Metric.TURNOVER, turnover(float((size * entry).sum() + (size * leave)[closed].sum()), equity, year)


def _benchmark_returns(benchmark: ArrayLike, values: FloatArray) -> FloatArray:
    return bar_returns(np.concatenate([values[:1], numbers("benchmark", benchmark)]))


def _days_under_water(values: FloatArray, index: Sequence[Any]) -> float:
    if len(index) != len(values) - 1:
        raise InvalidField.of("index", f"has {len(index)} stamps where equity has {len(values) - 1} values")
    start, end = (index[max(position - 1, 0)] for position in longest_under_water(values))
    return float((end - start) / np.timedelta64(1, "D"))


def _defined(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
