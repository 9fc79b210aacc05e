"""Frames of one's own, brought into the form of the catalogue's bars."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from aurelius_kernel.data.columns import recognise
from aurelius_kernel.data.rules import Faults, bar_faults, order_faults
from aurelius_kernel.errors import BarsRefused, InvalidField
from aurelius_kernel.model import COLUMNS, PRICES, Bars
from aurelius_kernel.typing import FloatArray

__all__ = ["normalise_bars", "refuse"]

SHOWN = 1_000
NAMES = pd.Index(COLUMNS)


def normalise_bars(bars: Mapping[str, pd.DataFrame]) -> Bars:
    """Frames of one's own as bars: columns `open high low close volume` as float64, index `time` in UTC nanoseconds.

    Columns may be capitalised; others than those of bars are dropped. A frame with `close` and without the other prices gets NaN
    for them, and NaN for a volume that it lacks. An index with a time zone is taken as the instants of the bars' closes; one of
    dates without a zone as those dates in UTC, at midnight. Raises InvalidField for what is no such frame, and BarsRefused, row by
    row, for bars that an import would refuse.
    """
    return {name: _normalised(name, frame) for name, frame in bars.items()}


def refuse(faults: Faults, labels: pd.Index, *, field: str, what: str) -> BarsRefused:
    """The error that lists the refused rows, counted from 1, with their times."""
    reasons = [f"row {row + 1} ({_label(labels[row])}) {reason}" for row, reason in sorted(faults.items())[:SHOWN]]
    count = f"1 of {len(labels)} rows breaks" if len(faults) == 1 else f"{len(faults)} of {len(labels)} rows break"
    return BarsRefused(f"{count} the rules for {what}, so nothing was taken: {reasons[0]}.", reasons=reasons, field=field)


def _normalised(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    field = f"bars.{name}"
    if not isinstance(frame, pd.DataFrame) or frame.empty:
        raise InvalidField.of(field, "must be a DataFrame with at least one row")
    index = _utc(field, frame.index)
    columns = _floats(field, frame)
    faults = bar_faults(columns) | order_faults(index.asi8)
    if faults:
        raise refuse(faults, index, field=field, what="bars")
    matrix = np.full((len(COLUMNS), len(index)), np.nan)
    for column, values in columns.items():
        matrix[COLUMNS.index(column)] = values
    return pd.DataFrame(matrix.T, index=index, columns=NAMES, copy=False)


def _floats(field: str, frame: pd.DataFrame) -> dict[str, FloatArray]:
    found = recognise(frame.columns)
    there = [name for name in PRICES if name in found]
    if there not in (list(PRICES), ["close"]):
        lacking = next(name for name in ("close", *PRICES) if name not in found)
        raise InvalidField.of(field, f"lacks the column {lacking}; bars have {', '.join(COLUMNS)}, or close alone")
    wanted = [name for name in COLUMNS if name in found]
    try:
        return {name: frame[found[name]].to_numpy(np.float64, na_value=np.nan) for name in wanted}
    except (TypeError, ValueError) as error:
        raise InvalidField.of(field, f"must hold numbers only: {error}") from None


def _utc(field: str, index: pd.Index) -> pd.DatetimeIndex:
    if not isinstance(index, pd.DatetimeIndex) or index.hasnans:
        raise InvalidField.of(field, "must have an index of times, none of them missing")
    if index.tz is None:
        if not (index == index.normalize()).all():
            raise InvalidField.of(field, "has times without a zone; say which: frame.tz_localize('America/New_York')")
        index = index.tz_localize("UTC")
    try:
        return index.tz_convert("UTC").as_unit("ns").rename("time")
    except pd.errors.OutOfBoundsDatetime:
        raise InvalidField.of(field, "has times outside the years 1678 to 2261") from None


def _label(label: object) -> str:
    return f"{label:%Y-%m-%d %H:%M}".removesuffix(" 00:00") if isinstance(label, pd.Timestamp) else f"{label!s:.40}"
