"""The metrics of a run beside those of buy and hold, as a reader sees them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aurelius_kernel.metrics import Metric, Unit
from aurelius_kernel.views.numerals import count, money, percent, ratio

__all__ = ["GROUPS", "in_words", "label", "metric_table", "written"]

GROUPS: dict[str, tuple[Metric, ...]] = {
    "Return": (Metric.TOTAL_RETURN, Metric.CAGR),
    "Risk": (
        Metric.VOLATILITY,
        Metric.MAX_DRAWDOWN,
        Metric.MAX_DRAWDOWN_DURATION,
        Metric.MAX_DRAWDOWN_DURATION_DAYS,
        Metric.ULCER_INDEX,
        Metric.VAR_95,
        Metric.VAR_99,
        Metric.CVAR_95,
        Metric.CVAR_99,
        Metric.SKEW,
        Metric.KURTOSIS,
        Metric.TAIL_RATIO,
    ),
    "Return for risk": (Metric.SHARPE_RATIO, Metric.SORTINO_RATIO, Metric.CALMAR_RATIO, Metric.OMEGA),
    "Evidence": (Metric.PSR, Metric.DSR, Metric.MIN_TRL),
    "Against buy and hold": (Metric.BETA, Metric.ALPHA, Metric.INFORMATION_RATIO),
    "Trading": (
        Metric.TOTAL_TRADES,
        Metric.WIN_RATE,
        Metric.PROFIT_FACTOR,
        Metric.AVG_TRADE,
        Metric.EXPECTANCY,
        Metric.AVG_HOLDING,
        Metric.EXPOSURE,
        Metric.TURNOVER,
    ),
}
"""Every metric, once, under the heading that it stands under."""

WRITTEN: Mapping[Unit, Callable[[float | None], str]] = {
    Unit.FRACTION: percent,
    Unit.PROBABILITY: percent,
    Unit.RATIO: ratio,
    Unit.COUNT: count,
    Unit.BARS: lambda value: ratio(value, 0 if value is not None and value % 1 == 0 else 1),
    Unit.DAYS: count,
    Unit.MONEY: money,
}


def metric_table(own: Mapping[str, float | None], held: Mapping[str, float | None]) -> list[tuple[str, str, str]]:
    """One row a metric that the run has: its label, its value, and that of buy and hold, empty where there is none."""
    return [
        (label(metric), written(metric, own[metric]), "" if held.get(metric) is None else written(metric, held[metric]))
        for metric in Metric
        if own.get(metric) is not None
    ]


def label(metric: Metric) -> str:
    """The metric's label, with its unit where the label alone could mean bars or days."""
    return f"{metric.label}, {metric.unit}" if metric.unit in {Unit.BARS, Unit.DAYS} else metric.label


def written(metric: Metric, value: float | None) -> str:
    """The value in the metric's unit; a dash when it is undefined."""
    return WRITTEN[metric.unit](value)


def in_words(metric: Metric, value: float | None) -> str:
    """A number as the API gives it, whose rates are percent numbers, in the metric's unit."""
    return written(metric, value / 100.0 if value is not None and metric.unit is Unit.FRACTION else value)
