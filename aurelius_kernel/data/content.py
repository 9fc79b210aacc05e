"""The canonical content of one instrument's bars, and the hash that names it."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd

from aurelius_kernel.model import COLUMNS
from aurelius_kernel.typing import FloatArray, IntArray

__all__ = ["canonical_column", "data_hash", "stamps"]


def data_hash(bars: pd.DataFrame) -> str:
    """The sha256 of the bars: their stamps as little-endian int64 nanoseconds, then each column as little-endian float64.

    The columns follow one another in the order `open high low close volume`, without headers or separators. Every NaN is the same
    quiet NaN and every zero is positive, so equal tables have equal hashes; a column that is missing counts as all NaN.
    """
    digest = hashlib.sha256(stamps(bars).astype("<i8", copy=False).tobytes())
    for name in COLUMNS:
        digest.update(canonical_column(bars, name).astype("<f8", copy=False).tobytes())
    return digest.hexdigest()


def stamps(bars: pd.DataFrame) -> IntArray:
    """The bars' times as nanoseconds since 1970 in UTC."""
    index = bars.index
    if isinstance(index, pd.DatetimeIndex) and index.unit == "ns":
        return index.asi8
    return pd.DatetimeIndex(index).as_unit("ns").asi8


def canonical_column(bars: pd.DataFrame, name: str) -> FloatArray:
    """One column as contiguous float64, every NaN the same and every zero positive; all NaN where there is no such column."""
    if name not in bars.columns:
        return np.full(len(bars), np.nan)
    values: FloatArray = np.ascontiguousarray(bars[name].to_numpy(dtype=np.float64, na_value=np.nan)) + 0.0
    values[np.isnan(values)] = np.nan
    return values
