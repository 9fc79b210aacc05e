"""The catalogue, as the platform shows it; pandas works here, so every function belongs on a worker thread."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import pandas as pd

# By its lazy door: calendars and Parquet are loaded when bars are first asked for.
from aurelius_kernel import data as catalogue
from server_ext.data.apart import import_apart
from server_ext.data.importing import imported
from server_ext.data.schemas import (
    Bar,
    BarsPage,
    BarsQuery,
    Imported,
    ImportQuery,
    Instrument,
    InstrumentFilter,
    InstrumentList,
)
from server_ext.web.body import Body

__all__ = ["bars", "import_file", "list_instruments"]

_PARQUET = b"PAR1"
_LARGE = 2 * 2**20
_COLUMNS = ("open", "high", "low", "close", "volume")


def list_instruments(query: InstrumentFilter) -> InstrumentList:
    """The instruments that the filter matches, by name."""
    table = catalogue.instruments()
    if query.q is not None:
        table = table[table["instrument"].str.contains(query.q, case=False, regex=False)]
    if query.frequency is not None:
        table = table[table["frequency"] == query.frequency]
    page = table.iloc[query.skip : query.skip + query.limit]
    rows = page[list(Instrument.model_fields)].to_dict("records")
    return InstrumentList(total=len(table), instruments=[Instrument.model_validate(row) for row in rows])


def bars(instrument: str, query: BarsQuery) -> BarsPage:
    """The bars of an instrument in a window, oldest first."""
    table = catalogue.load_bars(instrument, query.start, query.end, query.frequency, query.source)
    page = table.iloc[query.skip : query.skip + query.limit]
    return BarsPage(instrument=instrument, frequency=query.frequency, total=len(table), bars=_bars(page))


def import_file(content: Body, query: ImportQuery) -> Imported:
    """Put a CSV or Parquet file into the catalogue: all of it, or nothing and why."""
    with tempfile.TemporaryDirectory(prefix="aurelius-import-") as folder:
        path = Path(folder) / ("upload.parquet" if content.read(4) == _PARQUET else "upload.csv")
        content.save(path)
        return imported(path, query) if content.size < _LARGE else import_apart(path, query)


def _bars(page: pd.DataFrame) -> list[Bar]:
    times = pd.DatetimeIndex(page.index).to_pydatetime()
    columns = [[_known(value) for value in page[name].tolist()] for name in _COLUMNS]
    rows = zip(times, *columns, strict=True)
    return [Bar.model_construct(None, **dict(zip(("time", *_COLUMNS), row, strict=True))) for row in rows]


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
