"""A folio as an Excel workbook: a sheet a table, real numbers and dates, and lines of Excel's own over the bars."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from aurelius_kernel.reporting.folio import Amount, Cell, Folio, Headline, Table
from aurelius_kernel.reporting.workbook import EPOCH, ROWS, UNITS, Sheets
from aurelius_kernel.views.theme import PALETTE

__all__ = ["folio_xlsx"]

OPTIONS: dict[str, Any] = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
LINES = ("#0f5c9e", "#b45a1c", "#2c7a51", "#7a4fa3", "#a3a9b5", "#161c27")
WIDE, NARROW = 34, 16
FORBIDDEN_IN_NAMES = str.maketrans("[]:*?/\\", "()-----")


def folio_xlsx(folio: Folio) -> bytes:
    """The workbook: the same bytes for the same folio. What is undefined is an empty cell; no text is a formula."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, OPTIONS) as book:
        made = max(folio.date.astimezone(UTC), EPOCH).replace(tzinfo=None)
        book.set_properties({"title": folio.title, "comments": f"{folio.kind} {folio.hash}", "created": made})
        sheets, taken = Sheets(book), {"summary"}
        summary = _summary(sheets, folio)
        charts = 0
        for table in (part for section in folio.sections for part in section.parts if isinstance(part, Table)):
            name = _free(table.sheet or table.title, taken)
            sheet = _table(sheets, name, table)
            if table.lines and len(table.rows) > 1:
                _lines(sheets, summary, name, table, place=charts)
                charts += 1
            sheet.autofilter(0, 0, min(len(table.rows), ROWS), len(table.columns) - 1)
    return content.getvalue()


def _summary(sheets: Sheets, folio: Folio) -> Worksheet:
    sheet = sheets.add("Summary", WIDE, 24, 40, 4, *[12] * 8)
    sheets.put(sheet, 0, 0, folio.title, "title")
    sheets.put(sheet, 1, 0, folio.lead, "note")
    row = 3
    for name, value in folio.facts:
        sheets.put(sheet, row, 0, name, "text")
        _put(sheets, sheet, row, 1, value)
        row += 1
    for sentence in folio.notices:
        sheet.merge_range(row, 0, row, 2, sentence, sheets.formats["note"])
        row += 1
    for column, name in enumerate(("Number", "Value", "")):
        sheet.write_string(row + 1, column, name, sheets.formats["head"])
    for place, one in enumerate(folio.headline, start=row + 2):
        _headline(sheets, sheet, place, one)
    return sheet


def _headline(sheets: Sheets, sheet: Worksheet, row: int, one: Headline) -> None:
    sheets.put(sheet, row, 0, one.label, "text")
    _put(sheets, sheet, row, 1, one.amount)
    sheets.put(sheet, row, 2, "; ".join(one.notes), "note")


def _table(sheets: Sheets, name: str, table: Table) -> Worksheet:
    widths = [NARROW if column in table.numeric else WIDE for column in range(len(table.columns))]
    sheet = sheets.add(name, *([18, *widths[1:]] if table.lines else widths))
    sheets.head(sheet, 0, table.columns)
    for row, cells in enumerate(table.rows[:ROWS], start=1):
        for column, cell in enumerate(cells):
            _put(sheets, sheet, row, column, cell)
    if len(table.rows) > ROWS:
        sheets.put(sheet, 0, len(table.columns), f"Cut at Excel's {ROWS:,} rows of {len(table.rows):,}; the JSON has all.", "note")
    if table.note:
        sheets.put(sheet, min(len(table.rows), ROWS - 2) + 2, 0, table.note, "note")
    return sheet


def _put(sheets: Sheets, sheet: Worksheet, row: int, column: int, cell: Cell) -> None:
    match cell:
        case Amount(value, unit, _):
            sheets.put(sheet, row, column, value, UNITS[unit])
        case datetime():
            sheets.put(sheet, row, column, cell, "time")
        case str():
            sheets.put(sheet, row, column, cell, "text")


def _lines(sheets: Sheets, summary: Worksheet, name: str, table: Table, place: int) -> None:
    """The columns of a sheet as lines of Excel's own, on the first sheet."""
    chart, last = sheets.book.add_chart({"type": "line"}), min(len(table.rows), ROWS)
    for column in range(1, len(table.columns)):
        chart.add_series({
            "name": [name, 0, column], "categories": [name, 1, 0, last, 0], "values": [name, 1, column, last, column],
            "line": {"color": LINES[(column - 1) % len(LINES)], "width": 1.25},
        })  # fmt: skip
    chart.set_title({"name": table.title, "name_font": {"size": 11}, "overlay": False})
    chart.set_x_axis(
        {"date_axis": True, "num_format": "yyyy", "label_position": "low", "major_unit": 1, "major_unit_type": "years"}
    )
    chart.set_y_axis({"major_gridlines": {"visible": True, "line": {"color": PALETTE["rule"]}}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 720, "height": 370})
    summary.insert_chart(3 + 20 * place, 4, chart)


def _free(wanted: str, taken: set[str]) -> str:
    """A name for a sheet: what Excel forbids left out, at most 31 characters, and none that is taken."""
    base = wanted.translate(FORBIDDEN_IN_NAMES).strip("'")[:31] or "Table"
    name, number = base, 1
    while name.lower() in taken:
        number += 1
        name = f"{base[: 31 - len(str(number)) - 1]} {number}"
    taken.add(name.lower())
    return name
