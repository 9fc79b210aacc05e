"""How comparisons and portfolios of backtests show themselves in a notebook, and what their `plot` and `report` do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from aurelius_kernel import views
from aurelius_kernel.metrics import Metric
from aurelius_kernel.portfolio import Combination, Comparison
from aurelius_kernel.reporting.comparison_report import comparison_folio
from aurelius_kernel.reporting.folio_files import write_folio
from aurelius_kernel.reporting.folio_page import Paper
from aurelius_kernel.reporting.portfolio_report import metrics_with_parts, portfolio_folio, with_parts
from aurelius_kernel.views.folds import fold, rows_table
from aurelius_kernel.views.metric_table import label, written
from aurelius_kernel.views.numerals import day, percent, plural, ratio
from aurelius_kernel.views.sparkline import sparkline

if TYPE_CHECKING:
    from aurelius_kernel.views.theme import Chart

__all__ = ["CombinationPresenter", "ComparisonPresenter"]

SHOWN = (Metric.TOTAL_RETURN, Metric.CAGR, Metric.VOLATILITY, Metric.SHARPE_RATIO, Metric.MAX_DRAWDOWN)


class ComparisonPresenter:
    """Shows a Comparison as figure, report, HTML or text."""

    def plot(self, record: Comparison) -> Chart:
        """Wealth and drawdown of all runs over each other."""
        return views.wealth_and_drawdowns(record.wealth, record.drawdowns)

    def report(self, record: Comparison, path: str | Path, *, paper: Paper = "a4") -> Path:
        """The comparison at a path that ends in .pdf, .html, .xlsx or .json; raises InvalidField for another ending."""
        return write_folio(comparison_folio(record), path, paper)

    def mimebundle(self, record: Comparison) -> dict[str, str]:
        """The main metrics, a column a run."""
        heading = f"{plural(len(record.results), 'backtest')}, {_span(record.index)}"
        wealth = [record.wealth[name] for name in record.wealth.columns]
        folded = fold("All metrics", _metrics_table(record.table)) + fold("Correlation of returns", _correlations(record))
        return _bundle(heading, record.table, [], sparkline(wealth, "What 1 put into each account became"), folded)


class CombinationPresenter:
    """Shows a Combination as figure, report, HTML or text."""

    def plot(self, record: Combination) -> Chart:
        """Wealth and drawdown of the portfolio and of its parts."""
        return views.wealth_and_drawdowns(*with_parts(record))

    def report(self, record: Combination, path: str | Path, *, paper: Paper = "a4") -> Path:
        """The portfolio at a path that ends in .pdf, .html, .xlsx or .json; raises InvalidField for another ending."""
        return write_folio(portfolio_folio(record), path, paper)

    def mimebundle(self, record: Combination) -> dict[str, str]:
        """The main metrics, the portfolio first, and the shares."""
        shares = " · ".join(f"{name} {percent(weight, 1)}" for name, weight in record.weights.items())
        notes = [f"shares {shares}; rebalanced: {record.rebalance}; diversification ratio {ratio(record.diversification)}"]
        table, parts = metrics_with_parts(record), record.parts.wealth
        wealth = [*(parts[name] for name in parts.columns), record.wealth]
        folded = fold("All metrics", _metrics_table(table)) + fold("What each part brought", _contributions(record))
        curve = sparkline(wealth, "What 1 put into the portfolio became, and into its parts")
        return _bundle(f"Portfolio, {_span(record.parts.index)}", table, notes, curve, folded)


def _bundle(heading: str, table: pd.DataFrame, notes: Sequence[str], curve: str, folded: str) -> dict[str, str]:
    head, rows = ["", *map(str, table.columns)], _rows(table, SHOWN)
    return {"text/html": _html(heading, head, rows, notes, curve, folded), "text/plain": _text(heading, head, rows, notes)}


def _rows(table: pd.DataFrame, metrics: Iterable[Metric]) -> list[list[str]]:
    return [[label(metric), *(written(metric, value) for value in pd.Series(table.loc[metric.value]))] for metric in metrics]


def _metrics_table(table: pd.DataFrame) -> str:
    """Every metric that any column knows."""
    known = [metric for metric in Metric if metric.value in table.index and table.loc[metric.value].notna().any()]
    return rows_table(["", *map(str, table.columns)], _rows(table, known))


def _correlations(record: Comparison) -> str:
    found = record.correlation
    return rows_table(["", *map(str, found.columns)], _named(found, ratio))


def _contributions(record: Combination) -> str:
    rows = _named(record.contributions, lambda share: percent(share, 1))
    return rows_table(["", "weight at first", "share at last", "gain", "risk"], rows)


def _named(found: pd.DataFrame, write: Callable[[float], str]) -> list[list[str]]:
    """The rows of a table, each behind its name."""
    return [[str(name), *map(write, pd.Series(found.loc[name]))] for name in found.index]


def _text(heading: str, head: Sequence[str], rows: Sequence[Sequence[str]], notes: Sequence[str]) -> str:
    widths = [max(len(row[place]) for row in [head, *rows]) for place in range(len(head))]
    lines = [f"  {row[0]:<{widths[0]}}" + "".join(f"  {cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True))
             for row in [head, *rows]]  # fmt: skip
    return "\n".join([heading, *lines, *(f"  {note}" for note in notes)])


def _html(heading: str, head: Sequence[str], rows: Sequence[Sequence[str]], notes: Sequence[str], curve: str, folded: str) -> str:
    """HTML of its own, without scripts, style sheets or anything from elsewhere; every text is escaped."""
    below = "".join(f"<div style='opacity:.7'>{escape(note)}</div>" for note in notes)
    return (
        f"<div style='font-variant-numeric:tabular-nums'><div style='font-weight:600'>{escape(heading)}</div>"
        f"{curve}{rows_table(head, rows)}{below}{folded}</div>"
    )


def _span(index: pd.DatetimeIndex) -> str:
    return f"{day(index[0])} to {day(index[-1])}"
