"""A folio as a file, in the format that the path's ending names."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from aurelius_kernel.errors import InvalidField
from aurelius_kernel.hashing import canonical_json
from aurelius_kernel.reporting.folio import Amount, Cell, Folio, Table
from aurelius_kernel.reporting.folio_book import folio_xlsx
from aurelius_kernel.reporting.folio_page import Paper, folio_html, folio_pdf
from aurelius_kernel.reporting.targets import write_report

__all__ = ["ENDINGS", "write_folio"]

ENDINGS = (".pdf", ".html", ".xlsx", ".json")


def write_folio(folio: Folio, path: str | Path, paper: Paper = "a4") -> Path:
    """Write the report as .pdf, .html, .xlsx or, for its numbers, .json; the file is whole or not there.

    Raises InvalidField for another ending, a folder that does not exist, or an unknown paper.
    """
    makers: dict[str, Callable[[], bytes]] = {
        ".pdf": lambda: folio_pdf(folio, paper),
        ".html": lambda: folio_html(folio).encode(),
        ".xlsx": lambda: folio_xlsx(folio),
        ".json": lambda: _numbers(folio),
    }
    ending = Path(path).suffix.lower()
    if ending not in makers:
        raise InvalidField.of("path", f"must end in .pdf, .html, .xlsx or .json, not {Path(path).name!r}")
    return write_report(path, ending, makers[ending])


def _numbers(folio: Folio) -> bytes:
    document = {
        "kind": folio.kind,
        "title": folio.title,
        "hash": folio.hash,
        "facts": {name: _plain(value) for name, value in folio.facts},
        "notices": list(folio.notices),
        "headline": {one.label: _plain(one.amount) for one in folio.headline},
        "tables": {
            table.sheet or table.title: _table(table)
            for section in folio.sections
            for table in section.parts
            if isinstance(table, Table)
        },
    }
    return f"{json.dumps(json.loads(canonical_json(document)), indent=1, ensure_ascii=False)}\n".encode()


def _table(table: Table) -> dict[str, Any]:
    return {"columns": list(table.columns), "rows": [[_plain(cell) for cell in row] for row in table.rows]}


def _plain(cell: Cell) -> Any:
    """A cell in JSON's own types: fractions as fractions, None for what is undefined."""
    match cell:
        case Amount(value, _, _):
            return None if value is None or not math.isfinite(value) else value
        case datetime():
            return f"{cell:%Y-%m-%dT%H:%M:%SZ}"
        case _:
            return cell
