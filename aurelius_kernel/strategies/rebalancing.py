"""On which bars a book of target weights is brought back to them."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from aurelius_kernel.typing import BoolArray, FloatArray

__all__ = ["Every", "first_of_each", "only_on"]

Every: TypeAlias = Literal["bar", "day", "week", "month"]


def first_of_each(period: Every, index: pd.DatetimeIndex) -> BoolArray:
    """The bars that are the first of a new day, week (from Monday) or month in UTC; all of them for `bar`.

    Only the stamps of a bar and the one before it decide, so neither the start nor the end of the data moves the calendar. The
    very first bar has none before it and counts as no new period.
    """
    if period == "bar":
        return np.ones(len(index), dtype=np.bool_)
    days = index.tz_convert(None).to_numpy().astype("datetime64[D]")
    if period == "month":
        number = days.astype("datetime64[M]").astype(np.int64)
    else:
        number = days.astype(np.int64)
        number = (number + 3) // 7 if period == "week" else number
    new: BoolArray = np.diff(number, prepend=number[:1]) != 0
    return new


def only_on(chosen: BoolArray, weights: FloatArray) -> FloatArray:
    """The weights on the chosen bars and NaN, no change, on the others."""
    column = chosen if weights.ndim == 1 else chosen[:, None]
    return np.where(column, weights, np.nan)
