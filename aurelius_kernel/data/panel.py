"""The panel: bars of several instruments as aligned arrays, the form in which the engine reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from aurelius_kernel.data.calendars import check_calendar, periods_per_year
from aurelius_kernel.data.content import data_hash, stamps
from aurelius_kernel.data.window import Moment, slice_of, window
from aurelius_kernel.errors import ImpossibleRequest, InvalidField
from aurelius_kernel.hashing import content_hash
from aurelius_kernel.model import COLUMNS, PRICES, Bars, Panel
from aurelius_kernel.typing import FloatArray, IntArray

__all__ = ["panel", "panel_hash"]


def panel(bars: Bars, *, start: Moment = None, end: Moment = None, calendar: str = "XNYS", frequency: str = "1d") -> Panel:
    """The bars from `start` to `end`, both included, on the union of their stamps: arrays of shape (bars, instruments).

    A price that an instrument does not have is NaN. An instrument without a single open, high and low carries its close in
    every price and is marked `close_only`. The frames are as `load_bars` or `normalise_bars` gives them. Raises InvalidField for
    a frame that is not, ImpossibleRequest for a window in which an instrument has no bar, UnknownName for an unknown calendar.
    """
    if not bars:
        raise InvalidField.of("bars", "must hold at least one instrument")
    first, last = window(start, end)
    frames = {name: _window(name, frame, first, last) for name, frame in bars.items()}
    times = [stamps(frame) for frame in frames.values()]
    index = _union(times)
    rows = [None if len(own) == len(index) else np.searchsorted(index, own) for own in times]
    close_only = np.array([_close_only(frame) for frame in frames.values()], dtype=np.bool_)
    sources = {name: ["close" if name in PRICES and closes else name for closes in close_only] for name in COLUMNS}
    arrays = {name: _matrix(list(frames.values()), columns, rows, len(index)) for name, columns in sources.items()}
    return Panel(
        index=pd.DatetimeIndex(index, name="time").tz_localize("UTC"),
        instruments=tuple(frames),
        close_only=close_only,
        periods_per_year=periods_per_year(check_calendar(calendar), frequency),
        data_hash=panel_hash({name: data_hash(frame) for name, frame in frames.items()}, calendar),
        **arrays,
    )


def panel_hash(hashes: Mapping[str, str], calendar: str) -> str:
    """The content hash of a panel: of the calendar and of each instrument's `data_hash`, in whatever order they are given."""
    return content_hash({"calendar": calendar, "bars": dict(hashes)})


def _window(name: str, frame: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    index = frame.index
    if "close" not in frame.columns or not isinstance(index, pd.DatetimeIndex) or str(index.tz) != "UTC":
        raise InvalidField.of(f"bars.{name}", f"must have the columns {', '.join(COLUMNS)} and an index of UTC time stamps")
    own = stamps(frame)
    if len(own) > 1 and not (np.diff(own) > 0).all():
        raise InvalidField.of(f"bars.{name}", "must have strictly rising time stamps")
    rows = slice_of(own, first, last)
    if rows.start >= rows.stop:
        has = f"it has {index[0]:%Y-%m-%d} to {index[-1]:%Y-%m-%d}" if len(index) else "it has none at all"
        raise ImpossibleRequest(f"No bars of {name} in the window: {has}.", fields={"start": f"{name} has no bars there; {has}"})
    return frame if rows.stop - rows.start == len(own) else frame.iloc[rows]


def _union(times: Sequence[IntArray]) -> IntArray:
    if all(np.array_equal(own, times[0]) for own in times[1:]):
        return times[0]
    return np.unique(np.concatenate(times))


def _close_only(frame: pd.DataFrame) -> bool:
    return all(name not in frame.columns or bool(np.isnan(frame[name].to_numpy()).all()) for name in ("open", "high", "low"))


def _matrix(frames: Sequence[pd.DataFrame], columns: Sequence[str], rows: Sequence[IntArray | None], length: int) -> FloatArray:
    matrix = np.full((length, len(frames)), np.nan)
    for at, (frame, name, own) in enumerate(zip(frames, columns, rows, strict=True)):
        if name in frame.columns:
            matrix[slice(None) if own is None else own, at] = frame[name].to_numpy(np.float64)
    return matrix
