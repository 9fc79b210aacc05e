"""What a report of several parts says, before anything is set: headings, facts, tables and figures, each number with its unit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

from aurelius_kernel.metrics import Unit
from aurelius_kernel.views.metric_table import WRITTEN
from aurelius_kernel.views.numerals import DASH, day
from aurelius_kernel.views.theme import Chart

__all__ = ["Amount", "Cell", "Figure", "Folio", "Headline", "Section", "Table", "amount", "written"]


class Amount(NamedTuple):
    """A number with what it counts; None where it is undefined. The best among its neighbours is marked on a page."""

    value: float | None
    unit: Unit
    best: bool = False


def amount(value: Any, unit: Unit, best: bool = False) -> Amount:
    """A number of a table or a frame; None and NaN are undefined."""
    return Amount(None if value is None or math.isnan(value) else float(value), unit, best)


Cell: TypeAlias = str | Amount | datetime | None


class Headline(NamedTuple):
    """One of the few numbers that are read first, and what stands beneath it."""

    label: str
    amount: Amount | str
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Table:
    """Rows under named columns. `numeric` are the columns whose cells stand at the right.

    One without `pages` is for workbooks alone, where one with `lines` is drawn over its first column. `sheet` is its name there.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    numeric: Sequence[int] = ()
    note: str = ""
    pages: bool = True
    lines: bool = False
    sheet: str = ""


@dataclass(frozen=True)
class Figure:
    """A drawing, and what it shows for those who cannot see it."""

    chart: Chart
    description: str
    note: str = ""


@dataclass(frozen=True)
class Section:
    """A chapter: sentences, tables and figures under a heading, on a fresh page when it asks for one."""

    title: str
    parts: Sequence[str | Table | Figure]
    fresh: bool = False


@dataclass(frozen=True, kw_only=True)
class Folio:
    """A whole report. `date` is that of the last bar, so that the same content gives the same bytes at any time."""

    kind: str
    title: str
    lead: str
    hash: str
    date: datetime
    facts: Sequence[tuple[str, Cell]]
    headline: Sequence[Headline]
    sections: Sequence[Section]
    notices: Sequence[str] = field(default=())


def written(cell: Cell) -> str:
    """A cell as a reader sees it."""
    match cell:
        case None:
            return DASH
        case Amount(value, unit, best):
            return f"● {WRITTEN[unit](value)}" if best else WRITTEN[unit](value)
        case datetime():
            return day(cell)
        case _:
            return cell
