"""What a strategy asks of the frames it is given, and which of their rows are bars."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aurelius_kernel.errors import InvalidField
from aurelius_kernel.model import COLUMNS, PRICES, Bars
from aurelius_kernel.typing import BoolArray, FloatArray, IntArray

__all__ = ["check_frame", "complete_bars", "placed", "present", "union_index", "which_are_bars"]


def check_frame(name: str, frame: object) -> None:
    """Raise InvalidField unless `frame` is a table with the columns of bars, in numbers, and a strictly rising UTC index."""
    field = f"bars.{name}"
    if not isinstance(frame, pd.DataFrame):
        raise InvalidField.of(field, f"must be a DataFrame, not {type(frame).__name__}")
    for column in COLUMNS:
        if column not in frame.columns:
            raise InvalidField.of(field, f"lacks the column {column}; bars have {', '.join(COLUMNS)}")
        if frame[column].dtype.kind not in "fiu":
            raise InvalidField.of(field, f"must hold numbers in {column}, not {frame[column].dtype}")
    index = frame.index
    if not isinstance(index, pd.DatetimeIndex) or str(index.tz) != "UTC":
        raise InvalidField.of(field, "must have an index of UTC time stamps")
    if not (index.is_monotonic_increasing and index.is_unique):
        raise InvalidField.of(field, "must have strictly rising time stamps")


def complete_bars(frame: pd.DataFrame) -> tuple[pd.DataFrame, BoolArray]:
    """The rows that are bars, and which rows those are; a row with a close only carries its close in every price."""
    whole, bare = which_are_bars(frame)
    if whole.all() and not bare.any():
        return frame, whole
    own = frame.loc[whole].copy()
    for column in PRICES[:3]:
        own[column] = np.where(bare[whole], own["close"], own[column])
    return own, whole


def which_are_bars(frame: pd.DataFrame) -> tuple[BoolArray, BoolArray]:
    """Which rows are bars: every price a finite number above 0, or the close alone there; and which have the close alone.

    Any other row that lacks a price is no bar: nothing is decided on it, and windows pass over it. Whether a row is a bar depends
    on that row alone.
    """
    *others, close = (frame[column].to_numpy(np.float64) for column in PRICES)
    bare = np.isnan(others[0]) & np.isnan(others[1]) & np.isnan(others[2])
    complete = present(others[0]) & present(others[1]) & present(others[2])
    return present(close) & (bare | complete), bare


def present(prices: FloatArray) -> BoolArray:
    """Which prices are finite numbers above 0."""
    return np.isfinite(prices) & (prices > 0.0)


def union_index(bars: Bars) -> pd.DatetimeIndex:
    """Every stamp that any of the frames has, rising."""
    indexes = [pd.DatetimeIndex(frame.index) for frame in bars.values()]
    if all(index is indexes[0] or index.equals(indexes[0]) for index in indexes):
        return indexes[0]
    union = indexes[0]
    for index in indexes[1:]:
        union = union.union(index)
    return union


def placed(values: BoolArray | FloatArray, rows: BoolArray | IntArray, length: int) -> BoolArray | FloatArray:
    """The values on the chosen `rows` of `length`, and no decision, False or NaN, on the others."""
    if len(values) == length:
        return values
    shape = (length, *values.shape[1:])
    out: BoolArray | FloatArray = np.zeros(shape, dtype=np.bool_) if values.dtype == np.bool_ else np.full(shape, np.nan)
    out[rows] = values
    return out
