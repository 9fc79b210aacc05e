"""The window of time that a caller asks for: inclusive dates in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TypeAlias

import numpy as np
import pandas as pd

from aurelius_kernel.errors import ImpossibleRequest, InvalidField
from aurelius_kernel.typing import IntArray

__all__ = ["Moment", "slice_of", "window"]

Moment: TypeAlias = date | datetime | str | None
EARLIEST, LATEST = int(np.iinfo(np.int64).min), int(np.iinfo(np.int64).max)
EPOCH = 1970
DAY = 86_400 * 10**9


def window(start: Moment, end: Moment) -> tuple[int, int]:
    """The first and the last nanosecond since 1970 that belong to the window; None leaves a side open.

    A date means the whole day in UTC; a time of day means that instant, in UTC where it names no zone. Raises InvalidField for
    what is neither, ImpossibleRequest when the start comes after the end.
    """
    first = EARLIEST if start is None else _edge("start", start, last=False)
    last = LATEST if end is None else _edge("end", end, last=True)
    if first > last:
        raise ImpossibleRequest.of("start", f"({start}) is after end ({end}); the start comes first")
    return first, last


def slice_of(stamps: IntArray, first: int, last: int) -> slice:
    """The rows of rising `stamps` that lie in the window, both ends included."""
    return slice(int(np.searchsorted(stamps, first, side="left")), int(np.searchsorted(stamps, last, side="right")))


def _edge(field: str, moment: date | datetime | str, *, last: bool) -> int:
    instant = _parsed(field, moment)
    if isinstance(instant, datetime):
        return _nanoseconds(instant if instant.tzinfo else instant.replace(tzinfo=UTC))
    start_of_day = _nanoseconds(datetime(instant.year, instant.month, instant.day, tzinfo=UTC))
    return min(start_of_day + DAY - 1, LATEST) if last else start_of_day


def _parsed(field: str, moment: object) -> date | datetime:
    if isinstance(moment, str):
        try:
            return date.fromisoformat(moment) if len(moment) <= 10 else datetime.fromisoformat(moment)
        except ValueError:
            raise InvalidField.of(field, f"must be a date like 2010-01-31, not {moment!r:.80}") from None
    if moment is pd.NaT or not isinstance(moment, date):
        raise InvalidField.of(field, f"must be a date like 2010-01-31, not {moment!r:.80}")
    if isinstance(moment, datetime) and moment.tzinfo is None and moment == datetime(moment.year, moment.month, moment.day):  # noqa: DTZ001  compared with a naive one
        return moment.date()
    return moment


def _nanoseconds(instant: datetime) -> int:
    try:
        return pd.Timestamp(instant).as_unit("ns").value
    except pd.errors.OutOfBoundsDatetime:  # before 1678 or after 2261, where no bar can be
        return EARLIEST if instant.year < EPOCH else LATEST
