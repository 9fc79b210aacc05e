"""Several backtests side by side, as a report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from aurelius_kernel import views
from aurelius_kernel.metrics import Metric, Unit
from aurelius_kernel.metrics.better import best
from aurelius_kernel.model import BacktestResult
from aurelius_kernel.portfolio import Comparison
from aurelius_kernel.reporting.folio import Amount, Cell, Figure, Folio, Headline, Section, Table, amount
from aurelius_kernel.reporting.notices import notices_of
from aurelius_kernel.reporting.wording import costs_in_words, frequency_in_words, parameters_in_words, title
from aurelius_kernel.views.metric_table import GROUPS, label
from aurelius_kernel.views.numerals import count, short_hash

__all__ = ["bars_of", "comparison_folio", "correlation_parts", "metric_tables", "runs_table", "shared_facts"]

LEFT_OUT = {"Against buy and hold"}
NAMED = 4


def comparison_folio(comparison: Comparison) -> Folio:
    """The comparison as a report: who they are, what they did over the bars they share, and how they move together."""
    results = comparison.results
    return Folio(
        kind="Comparison of backtests",
        title=" · ".join(results) if len(results) <= 3 else f"{count(len(results))} backtests",
        lead="Each is measured over the bars that all of them have, and begins there as 1.",
        hash=comparison.hash,
        date=comparison.index[-1].to_pydatetime(),
        facts=shared_facts(comparison),
        notices=notices_of(results),
        headline=[_headline(comparison, metric) for metric in (Metric.TOTAL_RETURN, Metric.SHARPE_RATIO, Metric.MAX_DRAWDOWN)],
        sections=[
            Section("Over time", [Figure(
                views.wealth_and_drawdowns(comparison.wealth, comparison.drawdowns),
                "What 1 became in each account, and below it the drawdown of each",
            )]),
            Section("Metrics", [*metric_tables(comparison.table), "● marks the best of a row."], fresh=True),
            Section("Together", correlation_parts(comparison.correlation)),
            Section("Runs", [runs_table(comparison)]),
            Section("Bars", [bars_of("What 1 became", comparison.wealth, Unit.RATIO), bars_of("Drawdown", comparison.drawdowns)]),
        ],
    )  # fmt: skip


def shared_facts(comparison: Comparison) -> list[tuple[str, Cell]]:
    """Over which bars, and of what each run is the answer."""
    index = comparison.index
    return [
        ("First shared bar", index[0].to_pydatetime()),
        ("Last shared bar", index[-1].to_pydatetime()),
        ("Shared bars", Amount(len(index), Unit.COUNT)),
        ("Bars a year", f"{comparison.periods_per_year:g}"),
    ]


def metric_tables(table: pd.DataFrame) -> list[Table]:
    """A table a group of metrics, a column a run, the best of each row marked."""
    names = [str(name) for name in table.columns]
    tables = []
    for group, metrics in GROUPS.items():
        rows = [
            _row(metric, list(pd.Series(table.loc[metric.value]))) for metric in metrics if table.loc[metric.value].notna().any()
        ]
        if rows and group not in LEFT_OUT:
            tables.append(Table(group, ["", *names], rows, numeric=range(1, len(names) + 1)))
    return tables


def correlation_parts(matrix: pd.DataFrame) -> list[str | Figure | Table]:
    """How the runs move together, as a figure and, for a workbook, as numbers."""
    names = [str(name) for name in matrix.columns]
    values = zip(names, matrix.to_numpy().tolist(), strict=True)
    rows: list[list[Cell]] = [[name, *(amount(value, Unit.RATIO) for value in row)] for name, row in values]
    return [
        Figure(views.correlations(matrix), "The correlation of each run's bar returns with those of each other"),
        Table("Correlation", ["", *names], rows, numeric=range(1, len(names) + 1), pages=False),
    ]


def runs_table(comparison: Comparison) -> Table:
    """Each run with what it was told, and where its result is."""
    head = ["Run", "Strategy", "Parameters", "Instruments", "Whole run", "Costs", "Result"]
    return Table("", head, [_run(name, result) for name, result in comparison.results.items()], sheet="Runs")


def bars_of(name: str, frame: pd.DataFrame, unit: Unit = Unit.FRACTION) -> Table:
    """A row a bar, for workbooks."""
    columns = [str(column) for column in frame.columns]
    times = pd.DatetimeIndex(frame.index).to_pydatetime()
    values = frame.to_numpy().tolist()
    rows: list[list[Cell]] = [[time, *(amount(value, unit) for value in row)] for time, row in zip(times, values, strict=True)]
    return Table(name, ["Bar's close (UTC)", *columns], rows, numeric=range(1, len(columns) + 1), pages=False, lines=True)


def _run(name: str, result: BacktestResult) -> list[Cell]:
    spec = result.spec
    more = f" and {count(len(spec.instruments) - NAMED)} more" if len(spec.instruments) > NAMED else ""
    return [
        name,
        title(spec.strategy.type),
        parameters_in_words(spec.strategy.parameters),
        f"{', '.join(spec.instruments[:NAMED])}{more}",
        f"{result.index[0]:%Y-%m-%d} to {result.index[-1]:%Y-%m-%d}, {frequency_in_words(spec.frequency)}",
        costs_in_words(spec.document()["costs"]),
        short_hash(result.hash),
    ]


def _headline(comparison: Comparison, metric: Metric) -> Headline:
    """The best of all in one metric, and whose it is."""
    name = f"{metric.label}, best"
    known = pd.Series(comparison.table.loc[metric.value], dtype=float).dropna()
    if known.empty:
        return Headline(name, Amount(None, metric.unit), ["undefined for all"])
    return Headline(name, amount(known.max(), metric.unit), [str(known.idxmax())])


def _row(metric: Metric, values: Sequence[Any]) -> list[Cell]:
    numbers = [amount(value, metric.unit) for value in values]
    highest = best(metric, [one.value for one in numbers])
    return [label(metric), *(one._replace(best=one.value is not None and one.value == highest) for one in numbers)]
