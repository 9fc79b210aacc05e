"""How comparisons and portfolios of backtests show themselves in a notebook, and what their `plot` and `report` do."""

from __future__ import annotations

from collections.abc import Sequence
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
from aurelius_kernel.views.metric_table import label, written
from aurelius_kernel.views.numerals import day, percent, plural, ratio

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
        return _bundle(f"{plural(len(record.results), 'backtest')}, {_span(record.index)}", record.table, [])


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
        return _bundle(f"Portfolio, {_span(record.parts.index)}", metrics_with_parts(record), notes)


def _bundle(heading: str, table: pd.DataFrame, notes: Sequence[str]) -> dict[str, str]:
    head = ["", *map(str, table.columns)]
    rows = [[label(metric), *(written(metric, value) for value in pd.Series(table.loc[metric.value]))] for metric in SHOWN]
    return {"text/html": _html(heading, head, rows, notes), "text/plain": _text(heading, head, rows, notes)}


def _text(heading: str, head: Sequence[str], rows: Sequence[Sequence[str]], notes: Sequence[str]) -> str:
    widths = [max(len(row[place]) for row in [head, *rows]) for place in range(len(head))]
    lines = [f"  {row[0]:<{widths[0]}}" + "".join(f"  {cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True))
             for row in [head, *rows]]  # fmt: skip
    return "\n".join([heading, *lines, *(f"  {note}" for note in notes)])


def _html(heading: str, head: Sequence[str], rows: Sequence[Sequence[str]], notes: Sequence[str]) -> str:
    """HTML of its own, without scripts, style sheets or anything from elsewhere; every text is escaped."""
    top = "".join(f"<th style='text-align:right'>{escape(name)}</th>" for name in head)
    body = "".join(
        f"<tr><td style='text-align:left'>{escape(row[0])}</td>" + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:]) + "</tr>"
        for row in rows
    )
    below = "".join(f"<div style='opacity:.7'>{escape(note)}</div>" for note in notes)
    return (
        f"<div style='font-variant-numeric:tabular-nums'><div style='font-weight:600'>{escape(heading)}</div>"
        f"<table style='margin:4px 0'><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>{below}</div>"
    )


def _span(index: pd.DatetimeIndex) -> str:
    return f"{day(index[0])} to {day(index[-1])}"
