"""Reading dates and times out of a table's columns, whatever the usual ways of writing them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from aurelius_kernel.data.columns import DAY, TIME
from aurelius_kernel.errors import BarsRefused, InvalidField
from aurelius_kernel.typing import BoolArray

__all__ = ["Moments", "read_moments"]

ISO = "ISO8601"
DAY_FIRST, MONTH_FIRST = "%d/%m/%Y", "%m/%d/%Y"
DATES = (
    *(ISO, DAY_FIRST, MONTH_FIRST, "%d/%m/%y", "%m/%d/%y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y", "%Y.%m.%d"),
    *("%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y"),
)
AMBIGUOUS = (("%d/%m/%Y", "%m/%d/%Y"), ("%d/%m/%y", "%m/%d/%y"), ("%d-%m-%Y", "%m-%d-%Y"))
TIMES = ("%H:%M:%S", "%H:%M", "%H:%M:%S.%f", "%I:%M%p", "%I:%M:%S%p", "%H%M", "%H%M%S")
MIDNIGHT = pd.Timestamp("1900-01-01")
SAMPLE = 50
ZONE = r"(?P<before>:\d{2}(?:\.\d+)?)\s*(?P<zone>Z|z|UTC|[+-]\d{2}:?\d{2})$"
SPLIT = r"^(?P<day>.{6,}?)(?:[T ]+(?P<time>\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp][Mm])?))?$"
EPOCH_UNITS: dict[int, Literal["s", "ms", "us", "ns"]] = {10: "s", 13: "ms", 16: "us", 19: "ns"}
EARLIEST, LATEST = pd.Timestamp("1678-01-01"), pd.Timestamp("2261-12-31")


@dataclass(frozen=True, kw_only=True)
class Moments:
    """What each row says of its time, NaT where nothing can be understood.

    `walls` is what a clock on the wall showed; `instants` is the moment in UTC, NaT where the row names no zone; `dates_only` marks
    the rows without a time of day; `labels` is how each row put it.
    """

    walls: pd.DatetimeIndex
    instants: pd.DatetimeIndex
    dates_only: BoolArray
    labels: pd.Index


def read_moments(table: pd.DataFrame, date_format: str | None = None) -> Moments:
    """The time of each row, out of the column `time`, the column `date`, or both together.

    Understood are ISO 8601, seconds to nanoseconds since 1970, and the usual ways of writing dates with slashes, dots, dashes or
    names of months; `date_format` (as of `strptime`) says how to read any other. Raises BarsRefused for dates that may be day first
    or month first.
    """
    column = table[TIME] if TIME in table else table[DAY]
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        walls = pd.DatetimeIndex(column.dt.tz_localize(None))
        return _moments(walls, walls, pd.DatetimeIndex(column.dt.tz_convert(None)), np.zeros(len(column), np.bool_))
    if pd.api.types.is_datetime64_dtype(column.dtype):
        walls = pd.DatetimeIndex(column)
        return _moments(walls, walls, _never(len(walls)), np.zeros(len(column), np.bool_))
    if DAY in table and TIME in table:
        day, time = _text(table[DAY]), _text(table[TIME])
        walls = _best(day, (date_format,) if date_format else DATES) + _time_of_day(time)
        return _moments(day + " " + time, walls, _never(len(walls)), np.zeros(len(walls), np.bool_))
    return _out_of_text(_text(column), date_format)


def _out_of_text(text: pd.Series, date_format: str | None) -> Moments:
    if date_format:
        walls = _parsed(text, date_format)
        return _moments(text, walls, _never(len(walls)), _midnight(walls))
    first = text.iloc[0]
    if first.isdigit() and len(first) in EPOCH_UNITS:
        counted = text.str.fullmatch(rf"\d{{{len(first)}}}")
        walls = pd.to_datetime(text.where(counted, "0").astype(np.int64).to_numpy(), unit=EPOCH_UNITS[len(first)])
        walls = pd.DatetimeIndex(walls.where(counted))
        return _moments(text, walls, walls, np.zeros(len(walls), np.bool_))
    strings = pa.array(text, pa.string())
    zones = _groups(strings, ZONE)["zone"]
    parts = _groups(pc.replace_substring_regex(strings, ZONE, r"\1"), SPLIT).fillna("")
    walls = _best(parts["day"], DATES) + _time_of_day(parts["time"])
    return _moments(text, walls, walls - _offsets(zones), (parts["time"] == "").to_numpy())


def _groups(strings: pa.Array, pattern: str) -> pd.DataFrame:
    """The named groups of the pattern, a column each; missing where a string does not match."""
    table: pd.DataFrame = pa.Table.from_struct_array(pc.extract_regex(strings, pattern)).to_pandas()
    return table


def _moments(labels: pd.Series | pd.Index, walls: pd.DatetimeIndex, instants: pd.DatetimeIndex, dates_only: BoolArray) -> Moments:
    return Moments(
        walls=_nanoseconds(walls),
        instants=_nanoseconds(instants).tz_localize("UTC"),
        dates_only=dates_only,
        labels=pd.Index(labels).astype("str"),
    )


def _best(text: pd.Series, formats: Sequence[str]) -> pd.DatetimeIndex:
    """The text read by the format that understands most of it."""
    start = text[text != ""].head(SAMPLE)
    promising = [pattern for pattern in formats if _parsed(start, pattern).notna().any()] or [formats[0]]
    read = {pattern: _parsed(text, pattern) for pattern in promising}
    understood = {pattern: int(np.count_nonzero(times.notna())) for pattern, times in read.items()}
    best = max(understood, key=lambda pattern: understood[pattern])
    for pair in AMBIGUOUS:
        if best in pair and understood.get(pair[0]) == understood.get(pair[1]) and not read[pair[0]].equals(read[pair[1]]):
            raise BarsRefused(
                f"Dates like {start.iloc[0]} may be day first or month first; date_format={pair[0]!r} or {pair[1]!r} says which.",
                field="date_format",
            )
    return read[best]


def _parsed(text: pd.Series, pattern: str) -> pd.DatetimeIndex:
    if pattern == ISO:
        text = text.where(text.str.len() >= len("20240102"))
    try:
        return _nanoseconds(pd.DatetimeIndex(pd.to_datetime(text, format=pattern, errors="coerce")))
    except ValueError as error:
        raise InvalidField.of("date_format", f"{pattern!r:.80} cannot be used: {error}") from None


def _nanoseconds(times: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """The times in nanoseconds; NaT for what lies outside of the years that they can count."""
    return pd.DatetimeIndex(times.where((times >= EARLIEST) & (times <= LATEST))).as_unit("ns")


def _time_of_day(text: pd.Series) -> pd.TimedeltaIndex:
    text = text.str.replace(" ", "")
    since_midnight = pd.Series(pd.Timedelta(0), index=text.index, dtype="timedelta64[ns]").where(text == "")
    for pattern in TIMES:
        if since_midnight.notna().all():
            break
        since_midnight = since_midnight.fillna(pd.Series(_parsed(text, pattern) - MIDNIGHT, index=text.index))
    return pd.TimedeltaIndex(since_midnight)


def _offsets(zones: pd.Series) -> pd.TimedeltaIndex:
    """How far each named zone is ahead of UTC; NaT where none is named."""
    offsets = {zone: pd.to_datetime(f"2000-01-01T00:00{zone}").utcoffset() for zone in zones.dropna().unique() if zone[0] in "+-"}
    return pd.TimedeltaIndex(
        zones.map({"Z": pd.Timedelta(0), "z": pd.Timedelta(0), "UTC": pd.Timedelta(0)} | offsets).astype("timedelta64[ns]")
    )


def _text(column: pd.Series) -> pd.Series:
    return column.astype("str").str.strip().fillna("").reset_index(drop=True)


def _never(rows: int) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(np.full(rows, np.datetime64("NaT"), dtype="datetime64[ns]"))


def _midnight(walls: pd.DatetimeIndex) -> BoolArray:
    return np.asarray(walls == walls.normalize(), dtype=np.bool_)
