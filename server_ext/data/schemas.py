"""Market data on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from server_ext.web.schema import Paging, Schema

__all__ = [
    "Bar",
    "BarsPage",
    "BarsQuery",
    "Finding",
    "ImportQuery",
    "Imported",
    "Instrument",
    "InstrumentFilter",
    "InstrumentList",
    "RefusedRow",
]

Word = Annotated[str, Field(min_length=1, max_length=100)]
Day = Annotated[str, Field(min_length=4, max_length=40, examples=["2010-01-01"])]


class InstrumentFilter(Paging):
    """Which instruments."""

    q: Word | None = Field(None, description="Part of the name.")
    frequency: Word | None = None


class Instrument(Schema):
    """An instrument at one frequency from one source."""

    instrument: str
    frequency: str
    source: str
    rows: int
    first: datetime
    last: datetime
    provider: str
    data_hash: str


class InstrumentList(Schema):
    """The instruments of the catalogue, by name."""

    total: int
    instruments: list[Instrument]


class BarsQuery(Schema):
    """Which bars of an instrument."""

    start: Day | None = None
    end: Day | None = None
    frequency: Word = "1d"
    source: Word = "default"
    skip: int = Field(0, ge=0, le=10_000_000)
    limit: int = Field(1_000, ge=1, le=5_000)


class Bar(Schema):
    """A bar, by the time of its close; a price that is not known is null."""

    time: datetime
    open: float | None
    high: float | None
    low: float | None
    close: float | None
    volume: float | None


class BarsPage(Schema):
    """Bars, oldest first."""

    instrument: str
    frequency: str
    total: int
    bars: list[Bar]


class ImportQuery(Schema):
    """What a file of bars is."""

    instrument: Word
    timezone: Word | None = Field(None, description="The zone of times that name none.")
    calendar: Word = "XNYS"
    adjustment: Literal["raw", "split", "total-return"] = "split"
    frequency: Word = "1d"
    source: Word = "import"
    licence: Annotated[str, Field(max_length=500)] = ""
    stamps: Literal["close", "open"] = "close"
    on_error: Literal["refuse", "skip"] = "refuse"
    replace: bool = Field(default=False, description="For admins: replaces bars that everybody uses.")


class RefusedRow(Schema):
    """A row that was not taken, and why."""

    row: int
    time: str
    reason: str


class Finding(Schema):
    """Something odd about the bars that were taken; nothing was repaired."""

    kind: str
    count: int
    message: str


class Imported(Schema):
    """What an import took and what it left out."""

    instrument: str
    source: str
    frequency: str
    rows_taken: int
    rows_refused: int
    first: str
    last: str
    data_hash: str
    refused: list[RefusedRow]
    findings: list[Finding]
