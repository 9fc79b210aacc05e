"""The Excel workbook of a backtest: real numbers and dates on formatted sheets, with native charts."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from aurelius_kernel.metrics import Unit
from aurelius_kernel.model import BacktestResult
from aurelius_kernel.reporting.notices import notices
from aurelius_kernel.reporting.printable import clipped
from aurelius_kernel.reporting.run_summary import summary
from aurelius_kernel.reporting.sheet_appendix import identity, named, sources, specification
from aurelius_kernel.reporting.targets import write_report
from aurelius_kernel.reporting.wording import parameters_in_words, title
from aurelius_kernel.views.calendar_returns import MONTHS
from aurelius_kernel.views.metric_table import GROUPS, label
from aurelius_kernel.views.theme import PALETTE

__all__ = ["ROWS", "workbook", "write_xlsx"]

ROWS = 1_048_575
"""Excel's rows below the heading; longer tables end there, and the sheet says so."""

FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16},
    "head": {
        "bold": True,
        "bottom": 1,
        "bottom_color": PALETTE["rule"],
        "bg_color": PALETTE["wash"],
        "text_wrap": True,
        "valign": "top",
    },
    "group": {"bold": True, "font_color": PALETTE["accent"], "top": 1, "top_color": PALETTE["rule"]},
    "note": {"font_color": PALETTE["muted"], "text_wrap": True, "valign": "top"},
    "text": {"text_wrap": True, "valign": "top"},
    "fraction": {"num_format": "0.00%;[Color53]-0.00%"},
    "ratio": {"num_format": "#,##0.00"},
    "price": {"num_format": "#,##0.00####"},
    "money": {"num_format": "#,##0.00;[Color53]-#,##0.00"},
    "count": {"num_format": "#,##0"},
    "time": {"num_format": "yyyy-mm-dd hh:mm"},
    "day": {"num_format": "yyyy-mm-dd"},
}
UNITS = {
    Unit.FRACTION: "fraction",
    Unit.PROBABILITY: "fraction",
    Unit.RATIO: "ratio",
    Unit.COUNT: "count",
    Unit.BARS: "count",
    Unit.DAYS: "count",
    Unit.MONEY: "money",
}
KINDS = {"commission": "money", "slippage": "money", "pnl": "money", "return": "fraction", "bars": "count"}
LONGEST = 32_000
"""Excel's longest text in a cell, about."""
EPOCH = datetime(1900, 1, 1, tzinfo=UTC)


def write_xlsx(result: BacktestResult, path: str | Path, trials: int | None = None) -> Path:
    """Write the workbook; arguments and errors are those of `write_pdf`, with the ending .xlsx."""
    return write_report(path, ".xlsx", lambda: workbook(result, trials))


def workbook(result: BacktestResult, trials: int | None = None) -> bytes:
    """The workbook: the same bytes for the same result. Times are UTC; what is undefined is an empty cell; no text is a formula."""
    content, numbers = io.BytesIO(), summary(result, trials)
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, options) as book:
        made = max(result.index[-1].to_pydatetime(), EPOCH).replace(tzinfo=None)
        book.set_properties(
            {"title": title(numbers["spec"]["strategy"]["type"]), "comments": f"Result {result.hash}", "created": made}
        )
        sheets = Sheets(book)
        _summary(sheets, result, numbers)
        _monthly(sheets, numbers)
        _table(sheets, "Trades", result.trades)
        _table(sheets, "Orders", result.orders)
        _equity(sheets, result)
        _pairs(sheets, "Parameters", specification(numbers["spec"]))
        _evidence(sheets, numbers)
    return content.getvalue()


class Sheets:
    """The workbook with its formats by name."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self.formats = {name: book.add_format({"font_name": "Calibri", **look}) for name, look in FORMATS.items()}

    def add(self, name: str, *widths: float) -> Worksheet:
        """A sheet with columns of those widths, set up to print on pages of one width."""
        sheet = self.book.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&8&A&R&8&P of &N")
        return sheet

    def put(self, sheet: Worksheet, row: int, column: int, value: Any, look: str) -> None:
        """One cell: a number, a time or text; what is undefined stays empty."""
        form = self.formats[look]
        if isinstance(value, datetime):
            if pd.isna(value):
                return
            if value >= EPOCH:
                sheet.write_datetime(row, column, value.replace(tzinfo=None), form)
            else:
                sheet.write_string(row, column, f"{value:%Y-%m-%d %H:%M}", form)
        elif isinstance(value, str):
            sheet.write_string(row, column, clipped(value, LONGEST), form)
        elif value is not None and math.isfinite(value):
            sheet.write_number(row, column, value, form)

    def head(self, sheet: Worksheet, row: int, names: Sequence[str]) -> None:
        """The heading of a table, which stays in sight."""
        for column, name in enumerate(names):
            sheet.write_string(row, column, name, self.formats["head"])
        sheet.freeze_panes(row + 1, 1)
        sheet.repeat_rows(row)


def _summary(sheets: Sheets, result: BacktestResult, numbers: Mapping[str, Any]) -> None:
    sheet, spec = sheets.add("Summary", 34, 18, 18, 4, 12, 12, 12, 12), numbers["spec"]
    sheets.put(sheet, 0, 0, title(spec["strategy"]["type"]), "title")
    sheets.put(sheet, 1, 0, parameters_in_words(spec["strategy"]["parameters"]), "note")
    facts = [
        ("Instruments", named(spec["instruments"]), "text"),
        ("First bar", numbers["period"]["first"].to_pydatetime(), "time"),
        ("Last bar", numbers["period"]["last"].to_pydatetime(), "time"),
        ("Bars", numbers["period"]["bars"], "count"),
        ("Starting capital", spec["capital"], "money"),
        ("Final value", numbers["final_equity"], "money"),
        ("Costs paid", numbers["costs_paid"]["total"], "money"),
        ("Trials behind the Sharpe ratio", "not recorded" if numbers["trials"] is None else numbers["trials"], "count"),
    ]
    row = 3
    for name, value, look in facts:
        sheets.put(sheet, row, 0, name, "text")
        sheets.put(sheet, row, 1, value, look)
        row += 1
    for sentence in notices(numbers):
        sheet.merge_range(row, 0, row, 2, sentence, sheets.formats["note"])
        row += 1
    row = _metrics(sheets, sheet, row + 1, numbers)
    _charts(sheets, sheet, len(result.index))


def _metrics(sheets: Sheets, sheet: Worksheet, row: int, numbers: Mapping[str, Any]) -> int:
    for column, name in enumerate(("Metric", "Strategy", "Buy and hold")):
        sheet.write_string(row, column, name, sheets.formats["head"])
    for group, metrics in GROUPS.items():
        row += 1
        sheets.put(sheet, row, 0, group, "group")
        for metric in metrics:
            row += 1
            sheets.put(sheet, row, 0, label(metric), "text")
            for column, found in enumerate((numbers["metrics"], numbers["benchmark_metrics"]), start=1):
                sheets.put(sheet, row, column, found.get(metric), UNITS[metric.unit])
    return row + 1


def _charts(sheets: Sheets, sheet: Worksheet, bars: int) -> None:
    """Account and drawdown as Excel's own charts over the sheet of equity."""
    last = min(bars, ROWS)
    for place, heading, columns, look in (
        ("E4", "Account value", ((1, "Strategy", "accent"), (3, "Buy and hold", "benchmark")), "#,##0"),
        ("E24", "Drawdown", ((4, "Strategy", "loss"),), "0%"),
    ):
        chart = sheets.book.add_chart({"type": "line"})
        for column, name, colour in columns:
            chart.add_series({
                "name": name, "categories": ["Equity", 1, 0, last, 0], "values": ["Equity", 1, column, last, column],
                "line": {"color": PALETTE[colour], "width": 1.25},
            })  # fmt: skip
        chart.set_title({"name": heading, "name_font": {"size": 11}, "overlay": False})
        chart.set_x_axis(
            {"date_axis": True, "num_format": "yyyy", "label_position": "low", "major_unit": 1, "major_unit_type": "years"}
        )
        chart.set_y_axis({"num_format": look, "major_gridlines": {"visible": True, "line": {"color": PALETTE["rule"]}}})
        chart.set_legend({"position": "bottom"} if len(columns) > 1 else {"none": True})
        chart.set_size({"width": 720, "height": 370})
        sheet.insert_chart(place, chart)


def _monthly(sheets: Sheets, numbers: Mapping[str, Any]) -> None:
    sheet = sheets.add("Monthly", 8, *[9] * 12, 11, 13)
    sheets.head(sheet, 0, ["Year", *MONTHS, "Year's return", "Buy and hold"])
    for row, year in enumerate(numbers["monthly_returns"], start=1):
        sheet.write_number(row, 0, year["year"])
        for column, value in enumerate([*year["months"], year["return"], year["benchmark"]], start=1):
            sheets.put(sheet, row, column, value, "fraction")
    last = max(len(numbers["monthly_returns"]), 1)
    scale = {"type": "3_color_scale", "mid_type": "num", "mid_value": 0}
    colours = {"min_color": "#e8b08a", "mid_color": "#ffffff", "max_color": "#9cc3e6"}
    sheet.conditional_format(1, 1, last, 12, {**scale, **colours})


def _table(sheets: Sheets, name: str, frame: pd.DataFrame) -> None:
    columns = list(frame.columns)
    widths = [18 if frame[column].dtype.kind == "M" else max(12, len(column) + 2) for column in columns]
    sheet = sheets.add(name, *widths)
    sheets.head(sheet, 0, [_heading(column) for column in columns])
    for column, field in enumerate(columns):
        look = KINDS.get(field, "time" if frame[field].dtype.kind == "M" else "price")
        for row, value in enumerate(_values(frame[field]), start=1):
            sheets.put(sheet, row, column, value, "text" if isinstance(value, str) else look)
    sheet.autofilter(0, 0, min(len(frame), ROWS), max(len(columns) - 1, 0))
    _cut(sheets, sheet, len(frame), len(columns))


def _heading(column: str) -> str:
    """A column's name for people: entry_time is Entry time (UTC)."""
    named = {"pnl": "Profit", "exit_kind": "Ended by"}.get(column, column.replace("_", " ").capitalize())
    return f"{named} (UTC)" if column.endswith("time") else named


def _equity(sheets: Sheets, result: BacktestResult) -> None:
    positions = [(f"{name}, units", result.positions[name], "price") for name in result.spec.instruments]
    fields = [
        ("Account value", result.equity, "money"),
        ("Cash", pd.Series(result.cash_values), "money"),
        ("Buy and hold", result.benchmark, "money"),
        ("Drawdown", result.drawdown, "fraction"),
        ("Return", result.returns, "fraction"),
        *positions,
    ]
    sheet = sheets.add("Equity", 18, *[16] * len(fields))
    sheets.head(sheet, 0, ["Bar's close (UTC)", *(name for name, _, _ in fields)])
    for row, time in enumerate(result.index[:ROWS].to_pydatetime(), start=1):
        sheets.put(sheet, row, 0, time, "time")
    for column, (_, series, look) in enumerate(fields, start=1):
        for row, value in enumerate(_values(series), start=1):
            sheets.put(sheet, row, column, value, look)
    _cut(sheets, sheet, len(result.index), len(fields) + 1)


def _pairs(sheets: Sheets, name: str, rows: Iterable[Sequence[str]]) -> None:
    sheet = sheets.add(name, 34, 90)
    sheets.head(sheet, 0, ["Setting", "Value"])
    for row, (setting, value) in enumerate(rows, start=1):
        sheets.put(sheet, row, 0, setting, "text")
        sheets.put(sheet, row, 1, value, "text")


def _evidence(sheets: Sheets, numbers: Mapping[str, Any]) -> None:
    facts = [fact for source in sources(numbers["provenance"]) for fact in (["Data of", source["instruments"]], *source["facts"])]
    flags = ", ".join(numbers["flags"]) or "none"
    _pairs(sheets, "Evidence", [*identity(numbers), ["Flags", flags], *facts])


def _values(series: pd.Series) -> Iterable[Any]:
    """At most as many values as a sheet has rows, as Python's own; times as datetimes, None for a missing one."""
    return series.iloc[:ROWS].astype(object).where(series.iloc[:ROWS].notna(), None).tolist()


def _cut(sheets: Sheets, sheet: Worksheet, rows: int, column: int) -> None:
    if rows > ROWS:
        sheets.put(sheet, 0, column, f"Cut at Excel's {ROWS:,} rows of {rows:,}; the JSON has all.", "note")
