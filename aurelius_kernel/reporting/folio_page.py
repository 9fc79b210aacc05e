"""A folio as pages: PDF by typst, and one HTML file that needs no other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

import typst

from aurelius_kernel.assets import asset
from aurelius_kernel.errors import InvalidField
from aurelius_kernel.reporting.folio import Figure, Folio, Section, Table, written
from aurelius_kernel.reporting.printable import abridged, clipped, printable
from aurelius_kernel.reporting.web_page import page_from, picture
from aurelius_kernel.views.numerals import short_hash
from aurelius_kernel.views.theme import FONTS, PALETTE

__all__ = ["Paper", "folio_html", "folio_pdf"]

Paper = Literal["a4", "letter"]
PAPERS = ("a4", "letter")
LONGEST_CELL = 600
MM_PER_INCH = 25.4


def folio_pdf(folio: Folio, paper: Paper = "a4") -> bytes:
    """The report as PDF: the same bytes for the same folio, in any process and at any time."""
    if paper not in PAPERS:
        raise InvalidField.of("paper", f"must be {' or '.join(PAPERS)}, not {paper!r}")
    folder = asset("reports")
    sheet = _said(folio) | {"paper": paper, "palette": dict(PALETTE), "fonts": list(FONTS.values())}
    document: bytes = typst.compile(
        folder / "folio.typ",
        root=folder,
        font_paths=[folder / "fonts"],
        ignore_system_fonts=True,
        sys_inputs={"sheet": json.dumps(sheet)},
        format="pdf",
    )
    return document


def folio_html(folio: Folio) -> str:
    """The report as one HTML page: the same text for the same folio; text of strangers is escaped, and no script can run."""
    return page_from("folio.html.j2", {**_said(folio), "hash": folio.hash})


def _said(folio: Folio) -> dict[str, Any]:
    """Everything as strings, fit for print."""
    return {
        "kind": folio.kind,
        "date": [folio.date.year, folio.date.month, folio.date.day],
        "title": printable(folio.title),
        "running_title": abridged(folio.title, 60),
        "short_hash": short_hash(folio.hash),
        "lead": clipped(folio.lead, 400),
        "facts": [[name, clipped(written(value), 300)] for name, value in folio.facts],
        "notices": [printable(sentence) for sentence in folio.notices],
        "headline": [
            {"label": one.label, "value": written(one.amount), "notes": [printable(note) for note in one.notes]}
            for one in folio.headline
        ],
        "sections": [said for said in map(_section, folio.sections) if said["parts"]],
    }


def _section(section: Section) -> dict[str, Any]:
    shown = [part for part in section.parts if not isinstance(part, Table) or part.pages]
    return {"title": section.title, "fresh": section.fresh, "parts": [_part(part) for part in shown]}


def _part(part: str | Table | Figure) -> dict[str, Any]:
    match part:
        case Table():
            rows = [_cells(row) for row in part.rows]
            told = {"title": part.title, "columns": _cells(part.columns), "rows": rows, "numeric": list(part.numeric)}
            return {"kind": "table", **told, "note": printable(part.note)}
        case Figure():
            svg, wide = part.chart.svg(), part.chart.get_figwidth() * MM_PER_INCH
            drawn: dict[str, Any] = {"svg": svg, "picture": picture(svg), "wide": wide, "alt": part.description}
            return {"kind": "figure", **drawn, "note": printable(part.note)}
        case _:
            return {"kind": "text", "text": printable(part)}


def _cells(row: Sequence[Any]) -> list[str]:
    return [clipped(written(cell), LONGEST_CELL) for cell in row]
