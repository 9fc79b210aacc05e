"""The calls of market data."""

from __future__ import annotations

from server_ext.data import service
from server_ext.data.schemas import BarsPage, BarsQuery, Imported, ImportQuery, InstrumentFilter, InstrumentList
from server_ext.errors import NotAllowed
from server_ext.web.call import Call
from server_ext.web.upload import Upload

__all__ = ["bars", "import_file", "instruments"]


async def instruments(call: Call, query: InstrumentFilter) -> InstrumentList:
    """List the instruments of the catalogue."""
    return await call.work(service.list_instruments, query)


async def bars(call: Call, instrument: str, query: BarsQuery) -> BarsPage:
    """Give the bars of an instrument, oldest first."""
    return await call.work(service.bars, instrument, query)


async def import_file(call: Call, query: ImportQuery, body: Upload) -> Imported:
    """Put a CSV or Parquet file into the catalogue; nothing is taken when a row is impossible, unless `on_error=skip`."""
    if query.replace and not call.actor.is_admin:
        raise NotAllowed("Bars that everybody uses are replaced by an admin.")
    return await call.work(service.import_file, body.file(), query)
