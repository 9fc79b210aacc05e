"""A table that is shown, to be saved as CSV: the numbers plain, as a spreadsheet reads them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from html import escape, unescape
from urllib.parse import quote

from aurelius_kernel.views.csv_cell import as_text
from aurelius_kernel.views.numerals import DASH

__all__ = ["csv_link", "csv_text"]

ACTIONS = "Actions"
TAG = re.compile(r"<[^>]+>")
NUMBER = re.compile(r"−?[\d,]+(\.\d+)?%?")


def csv_link(columns: Sequence[str], rows: Iterable[Sequence[str]], name: str) -> str:
    """The way to a table's CSV, which is in the link itself: it works wherever the table is seen."""
    file = re.sub(r"\W+", "-", name.casefold()).strip("-") or "table"
    content = quote(csv_text(columns, rows))
    label = escape(f"Download {name or 'the table'} as CSV", quote=True)
    return f"<a class='csv' download='{file}.csv' href='data:text/csv;charset=utf-8,{content}' aria-label='{label}'>CSV</a>"


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The table as CSV; markup is taken off, numbers lose what only readers need, and a dash is an empty field.

    A text that a spreadsheet would run as a formula is quoted by an apostrophe. The column of buttons is left out.
    """
    kept = [place for place, column in enumerate(columns) if column != ACTIONS]
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([_field(columns[place]) for place in kept])
    writer.writerows([_field(row[place]) for place in kept] for row in rows)
    return target.getvalue()


def _field(cell: str) -> str:
    text = " ".join(unescape(TAG.sub(" ", cell)).split() if hasattr(cell, "_repr_html_") else cell.split())
    if text == DASH:
        return ""
    if NUMBER.fullmatch(text):
        return text.replace("−", "-").replace(",", "").removesuffix("%")
    return as_text(text)
