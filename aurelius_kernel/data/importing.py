"""Importing bars of one's own: refused row by row with reasons, taken whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import numpy as np
import pandas as pd
from pydantic import Field

from aurelius_kernel.clock import rfc3339, utc_now
from aurelius_kernel.data.calendars import check_calendar
from aurelius_kernel.data.catalogue import Catalogue
from aurelius_kernel.data.cells import read_prices
from aurelius_kernel.data.content import data_hash
from aurelius_kernel.data.frames import refuse
from aurelius_kernel.data.moments import read_moments
from aurelius_kernel.data.names import RESERVED_SOURCES, check_frequency, check_instrument, check_source
from aurelius_kernel.data.quality import Finding, inspect_bars, quality_flags
from aurelius_kernel.data.reading import read_file, read_frame
from aurelius_kernel.data.rules import Faults, order_faults
from aurelius_kernel.data.stamping import Clock, Stamped, check_timezone, stamp
from aurelius_kernel.errors import ImpossibleRequest, InvalidField
from aurelius_kernel.model import COLUMNS, Adjustment, FidelityTier, Provenance, Record

__all__ = ["ImportReport", "OnError", "RefusedRow", "import_bars"]

Choice = TypeVar("Choice", bound=StrEnum)
REPORTED = 1_000


class OnError(StrEnum):
    """What becomes of an import with impossible rows: refused as a whole, or taken without them."""

    REFUSE = "refuse"
    SKIP = "skip"


class RefusedRow(Record):
    """A row that was not taken: its number, counted from 1 below the header, the time it names, and why."""

    row: int
    time: str
    reason: str


class ImportReport(Record):
    """What an import took, what it left out (the first thousand rows of it), and what is odd about what it took."""

    instrument: str
    source: str
    frequency: str
    rows_taken: int
    rows_refused: int
    first: str
    last: str
    data_hash: str
    provenance: Provenance
    refused: Annotated[tuple[RefusedRow, ...], Field(strict=False)]
    findings: Annotated[tuple[Finding, ...], Field(strict=False)]


@dataclass(frozen=True, kw_only=True, eq=False)
class Taken:
    """A table understood: the bars, the rows left out, how every row named its time, and what was done."""

    bars: pd.DataFrame
    faults: Faults
    labels: pd.Index
    transforms: tuple[str, ...]


def import_bars(
    data: str | Path | pd.DataFrame,
    instrument: str,
    *,
    timezone: str | None = None,
    calendar: str = "XNYS",
    adjustment: str = "split",
    frequency: str = "1d",
    source: str = "import",
    provider: str = "",
    licence: str = "",
    stamps: str = "close",
    date_format: str | None = None,
    on_error: str = "refuse",
    replace: bool = False,
    catalogue: Catalogue | None = None,
) -> ImportReport:
    """Put the bars of one instrument into the catalogue, out of a CSV or Parquet file or a frame.

    Parameters
    ----------
    timezone
        The zone of times that name none. Dates of bars of a day or more need none: they are sessions of `calendar`, stamped with
        their close.
    adjustment
        What was done to the prices: raw, split or total-return. With total-return, a column of adjusted closes scales them all.
    stamps
        Whether a time is that of the bar's close or of its open.
    date_format
        How to read the dates, as of `strptime`, where the usual ways leave it open.
    on_error
        "refuse" takes nothing when any row is impossible; "skip" takes the others and reports those.
    replace
        Whether bars that are there already are replaced; the same bars again change nothing.

    Raises
    ------
    BarsRefused
        The table is none of bars, or has impossible rows: `reasons` names them.
    InvalidField, ImpossibleRequest, UnknownName
        An argument is wrong; each names what would be right.
    StorageUnavailable
        The disk is full, read-only or locked.
    """
    adjusted = _choice(Adjustment, "adjustment", adjustment)
    clock = Clock(
        frequency=check_frequency(frequency),
        calendar=check_calendar(calendar),
        timezone=None if timezone is None else check_timezone(timezone),
        stamped=_choice(Stamped, "stamps", stamps),
    )
    skip = _choice(OnError, "on_error", on_error) is OnError.SKIP
    check_instrument(instrument)
    if check_source(source) in RESERVED_SOURCES:
        raise ImpossibleRequest.of("source", f"{source} is a name with a meaning of its own; give yours another, like import")
    taken = _take(read_frame(data) if isinstance(data, pd.DataFrame) else read_file(data), clock, adjusted, date_format, skip=skip)
    findings = inspect_bars(taken.bars, calendar=calendar, frequency=frequency)
    provenance = Provenance(
        provider=provider or ("a frame" if isinstance(data, pd.DataFrame) else Path(data).name),
        calendar=calendar,
        adjustment=adjusted,
        fidelity=FidelityTier.CLOSE_ONLY if taken.bars["open"].isna().all() else FidelityTier.BAR,
        licence=licence,
        retrieved_at=rfc3339(utc_now()),
        transforms=taken.transforms,
        quality_flags=quality_flags(findings),
    )
    catalogue = catalogue or Catalogue()
    if (there := _same(catalogue, source, frequency, instrument, taken.bars, provenance)) is not None:
        provenance = there
    else:
        catalogue.put(source, frequency, {instrument: taken.bars}, {instrument: provenance}, replace=replace)
    return ImportReport(
        instrument=instrument,
        source=source,
        frequency=frequency,
        rows_taken=len(taken.bars),
        rows_refused=len(taken.faults),
        first=taken.bars.index[0].isoformat(),
        last=taken.bars.index[-1].isoformat(),
        data_hash=data_hash(taken.bars),
        provenance=provenance,
        refused=_refused_rows(taken),
        findings=findings,
    )


def _take(table: pd.DataFrame, clock: Clock, adjustment: Adjustment, date_format: str | None, *, skip: bool) -> Taken:
    moments = read_moments(table, date_format)
    stamped = stamp(moments, clock)
    prices, price_faults, price_transforms = read_prices(table, adjustment)
    faults = price_faults | stamped.faults
    sound = np.setdiff1d(np.arange(len(table)), list(faults))
    faults |= {int(sound[row]): reason for row, reason in order_faults(stamped.closes[sound].asi8).items()}
    if faults and (not skip or len(faults) == len(table)):
        raise refuse(faults, moments.labels, field="file", what="bars")
    rows = np.setdiff1d(sound, list(faults))
    bars = prices.iloc[rows].reindex(columns=list(COLUMNS)).set_axis(stamped.closes[rows].rename("time"))
    left_out = (f"{len(faults)} impossible rows left out",) if faults else ()
    return Taken(bars=bars, faults=faults, labels=moments.labels, transforms=(*stamped.transforms, *price_transforms, *left_out))


def _same(
    catalogue: Catalogue, source: str, frequency: str, instrument: str, bars: pd.DataFrame, provenance: Provenance
) -> Provenance | None:
    """The provenance of these very bars where the catalogue has them already and they were only imported at another moment."""
    dataset = catalogue.manifest().datasets.get(f"{source}/{frequency}")
    entry = dataset.instruments.get(instrument) if dataset else None
    if entry is None or entry.data_hash != data_hash(bars):
        return None
    at_that_moment = provenance.model_copy(update={"retrieved_at": entry.provenance.retrieved_at})
    return entry.provenance if entry.provenance == at_that_moment else None


def _refused_rows(taken: Taken) -> tuple[RefusedRow, ...]:
    first = sorted(taken.faults.items())[:REPORTED]
    return tuple(RefusedRow(row=row + 1, time=str(taken.labels[row]), reason=reason) for row, reason in first)


def _choice(kind: type[Choice], field: str, value: str) -> Choice:
    try:
        return kind(value)
    except ValueError:
        raise InvalidField.of(field, f"must be {' or '.join(kind)}, not {value!r:.80}") from None
