"""An import into the catalogue, as it is told on the wire; pandas works here."""

from __future__ import annotations

from pathlib import Path

# By its lazy door: calendars and Parquet are loaded when bars are first asked for.
from aurelius_kernel import data as catalogue
from server_ext.data.schemas import Finding, Imported, ImportQuery, RefusedRow

__all__ = ["imported"]


def imported(path: Path, query: ImportQuery) -> Imported:
    """Put a CSV or Parquet file into the catalogue: all of it, or nothing and why."""
    report = catalogue.import_bars(path, provider="an upload", **query.model_dump())
    return Imported(
        **{name: getattr(report, name) for name in ("instrument", "source", "frequency", "rows_taken", "rows_refused")},
        **{name: getattr(report, name) for name in ("first", "last", "data_hash")},
        refused=[RefusedRow.model_validate(row.model_dump()) for row in report.refused],
        findings=[Finding(kind=str(one.kind), count=one.count, message=one.sentence) for one in report.findings],
    )
