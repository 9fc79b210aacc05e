"""The static figures of a backtest: what `plot` shows and what the tear sheet prints."""

from __future__ import annotations

import math

import matplotlib.dates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, Locator, LogLocator, MaxNLocator, NullFormatter, NullLocator

from aurelius_kernel.metrics.drawdown import below_peak
from aurelius_kernel.metrics.summary import bar_returns
from aurelius_kernel.model import BacktestResult
from aurelius_kernel.typing import FloatArray
from aurelius_kernel.views.numerals import short_money, short_percent
from aurelius_kernel.views.rolling import rolling_sharpe, rolling_volatility, rolling_window
from aurelius_kernel.views.theme import PALETTE, Chart, house_style, label_ticks, legend, percent_axis
from aurelius_kernel.views.thinning import thinned

__all__ = ["equity_and_drawdown", "money_axis", "return_distribution", "risk_over_time", "share_dates"]

WIDTH_MM = 174.0
STRATEGY, BENCHMARK = "Strategy", "Buy and hold"
LEFT_MM, RIGHT_MM = 9.5, 0.3
ONE_SECOND = 1.0 / 86_400


@house_style()
def equity_and_drawdown(result: BacktestResult, height_mm: float = 122.0) -> Chart:
    """Equity against buy and hold on a log scale, and below it, on the same dates, the drawdown of both.

    The scale is linear where either account ever is worth zero or less.
    """
    chart = Chart(WIDTH_MM, height_mm)
    below = 5 + 0.27 * height_mm
    logarithmic = bool((result.equity > 0).all() and (result.benchmark > 0).all())
    scale = "log scale" if logarithmic else "linear scale"
    equity = chart.panel(LEFT_MM, below + 9, RIGHT_MM, 6, f"Account value, {scale}")
    drawdown = chart.panel(LEFT_MM, 5, RIGHT_MM, height_mm - below, "Drawdown")
    _draw(equity, result.benchmark, BENCHMARK)
    _draw(equity, result.equity, STRATEGY)
    money_axis(equity, logarithmic)
    legend(equity, reverse=True)
    _draw(drawdown, benchmark_drawdown(result), BENCHMARK)
    depth = _draw(drawdown, result.drawdown, STRATEGY)
    drawdown.fill_between(depth.index, depth, 0.0, color=PALETTE["accent"], alpha=0.12, linewidth=0)
    drawdown.set_ylim(top=0.0)
    drawdown.yaxis.set_major_locator(MaxNLocator(4))
    percent_axis(drawdown)
    share_dates([equity, drawdown], result.index)
    return chart


@house_style()
def risk_over_time(result: BacktestResult, height_mm: float = 112.0) -> Chart:
    """Rolling Sharpe ratio, rolling volatility and net exposure on the same dates; exposure alone when the run is short."""
    window = rolling_window(len(result.index), result.periods_per_year)
    if window is None:
        chart = Chart(WIDTH_MM, height_mm / 3)
        panels = [chart.panel(LEFT_MM, 5, RIGHT_MM, 6, "Net exposure")]
    else:
        chart = Chart(WIDTH_MM, height_mm)
        step = (height_mm - 5) / 3
        titles = (f"Sharpe ratio, {window} bars", f"Volatility, {window} bars, annualised", "Net exposure")
        panels = [chart.panel(LEFT_MM, 5 + step * (2 - row), RIGHT_MM, 7 + step * row, title) for row, title in enumerate(titles)]
        _rolling(panels[0], panels[1], result, window)
    exposure = _draw(panels[-1], net_exposure(result), STRATEGY, linewidth=0.5)
    panels[-1].fill_between(exposure.index, exposure, 0.0, color=PALETTE["accent"], alpha=0.25, linewidth=0)
    percent_axis(panels[-1])
    share_dates(panels, result.index)
    return chart


@house_style()
def return_distribution(result: BacktestResult, width_mm: float = 83.0, height_mm: float = 48.0) -> Chart:
    """A histogram of the bar returns that are not zero, with buy and hold as an outline; the end bars hold what lies beyond."""
    chart = Chart(width_mm, height_mm)
    axes = chart.panel(1.0, 5, 1.0, 6, "Bar returns")
    own, other = (_nonzero(returns) for returns in (result.returns, benchmark_returns(result)))
    edges = _histogram_edges(np.concatenate([own, other]))
    for values, name in ((own, STRATEGY), (other, BENCHMARK)):
        counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), edges)
        shares = counts / max(len(values), 1)
        filled = name == STRATEGY
        axes.stairs(shares, edges, fill=filled, color=_colour(name), alpha=0.75 if filled else 1.0, linewidth=0.8, label=name)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short_percent(value)))
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.yaxis.set_major_locator(NullLocator())
    legend(axes)
    label_ticks(axes)
    return chart


def benchmark_returns(result: BacktestResult) -> pd.Series:
    """Simple bar returns of buy and hold; the first is measured from the starting capital."""
    return pd.Series(bar_returns(_from_capital(result, result.benchmark_values)), index=result.index, name="buy and hold")


def benchmark_drawdown(result: BacktestResult) -> pd.Series:
    """Buy and hold below its running maximum, starting capital included."""
    fall = below_peak(_from_capital(result, result.benchmark_values))
    return pd.Series(fall[1:], index=result.index, name="buy and hold")


def net_exposure(result: BacktestResult) -> pd.Series:
    """The value of all positions, longs less shorts, over equity at each close; NaN where equity is not positive."""
    equity = np.where(result.equity_values > 0, result.equity_values, np.nan)
    return pd.Series(1.0 - result.cash_values / equity, index=result.index, name="net exposure")


def _from_capital(result: BacktestResult, values: FloatArray) -> FloatArray:
    return np.concatenate([[result.spec.capital], values])


def _rolling(sharpe: Axes, volatility: Axes, result: BacktestResult, window: int) -> None:
    for returns, name in ((benchmark_returns(result), BENCHMARK), (result.returns, STRATEGY)):
        _draw(sharpe, rolling_sharpe(returns, window, result.periods_per_year), name)
        _draw(volatility, rolling_volatility(returns, window, result.periods_per_year), name)
    sharpe.axhline(0.0, color=PALETTE["benchmark"], linewidth=0.5, zorder=1)
    legend(sharpe, reverse=True)
    volatility.set_ylim(bottom=0.0)
    percent_axis(volatility)


def _draw(axes: Axes, series: pd.Series, name: str, linewidth: float = 0.9) -> pd.Series:
    """Draw the series thinned, and hand back what was drawn; stamps lose their zone, which is UTC throughout."""
    drawn = thinned(series)
    drawn.index = pd.DatetimeIndex(drawn.index).tz_localize(None)
    axes.plot(drawn.index, drawn, color=_colour(name), linewidth=linewidth, solid_joinstyle="round", label=name)
    return drawn


def _colour(name: str) -> str:
    return PALETTE["accent" if name == STRATEGY else "benchmark"]


def money_axis(axes: Axes, logarithmic: bool) -> None:
    """Label amounts of money, on a log scale with round amounts where asked."""
    if logarithmic:
        axes.set_yscale("log")
        low, high = axes.get_ylim()
        axes.yaxis.set_major_locator(_log_ticks(high / low))
        axes.yaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: short_money(value)))


def _log_ticks(reach: float) -> Locator:
    """Round amounts for an axis whose top is `reach` times its bottom."""
    if reach < 6:
        return MaxNLocator(5)
    return LogLocator(subs=(1, 2, 5)) if reach < 300 else LogLocator(subs=(1,), numticks=9)


def share_dates(panels: list[Axes], index: pd.DatetimeIndex) -> None:
    """Give all panels the dates of the index, and the last of them the labels."""
    first, last = matplotlib.dates.date2num([index[0], index[-1]])
    for axes in panels:
        locator = matplotlib.dates.AutoDateLocator(minticks=4, maxticks=11)
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(matplotlib.dates.ConciseDateFormatter(locator, show_offset=False))
        axes.set_xlim(first, max(last, first + ONE_SECOND))
        axes.tick_params(axis="x", labelbottom=axes is panels[-1])
        label_ticks(axes)


def _nonzero(returns: pd.Series) -> FloatArray:
    values: FloatArray = returns.to_numpy(np.float64)
    return np.extract(np.isfinite(values) & (values != 0.0), values)


def _histogram_edges(values: FloatArray) -> FloatArray:
    """Equal bins, symmetric about zero, wide enough for 99 % of the values; zero is an edge."""
    reach = float(np.quantile(np.abs(values), 0.99)) if len(values) else 0.01
    half = int(np.clip(math.sqrt(len(values)) / 2, 4, 24))
    return np.linspace(-reach, reach, 2 * half + 1)
