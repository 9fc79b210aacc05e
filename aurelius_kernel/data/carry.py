"""Carry as a series that the catalogue can hold: an index that grows by what a position earns while prices stand still."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aurelius_kernel.errors import InvalidField
from aurelius_kernel.model import COLUMNS
from aurelius_kernel.typing import FloatArray

__all__ = ["carry_index", "dividend_growth", "index_bars"]

START = 100.0
YEAR = pd.Timedelta(days=365.25)
SPLIT = 0.25
"""A total return that parts from the price return by more than this (in logs) on one day is a split, not a dividend."""


def carry_index(rates: pd.Series, stamps: pd.DatetimeIndex) -> pd.DataFrame:
    """Bars of an index that starts at 100 and grows at the yearly rate last known, one for each stamp from the first rate on.

    `rates` holds yearly rates as fractions (0.03, −0.005: an interest differential, a roll or dividend yield less what the money
    costs) by the UTC time they became known. What accrues from one stamp to the next is the rate known at the first of the two,
    so the index at a stamp holds nothing that came later. Import the bars as `<instrument>.CARRY` for `carry_trade`. Raises
    InvalidField for rates that are not finite or not in rising UTC time, or that begin after the last stamp.
    """
    known = pd.DatetimeIndex(rates.index)
    if str(known.tz) != "UTC" or not (known.is_monotonic_increasing and known.is_unique):
        raise InvalidField.of("rates", "must have strictly rising UTC time stamps")
    values = rates.to_numpy(np.float64)
    if not np.isfinite(values).all():
        raise InvalidField.of("rates", "must be finite yearly fractions, like 0.03")
    latest = known.searchsorted(stamps, side="right") - 1
    held = np.flatnonzero(latest >= 0)
    if not len(held):
        raise InvalidField.of("rates", "begin after the last of the stamps")
    own = stamps[held]
    years = np.asarray((own[1:] - own[:-1]) / YEAR, dtype=np.float64)
    return index_bars(np.concatenate([[0.0], np.cumsum(np.log1p(values[latest[held[:-1]]]) * years)]), own)


def dividend_growth(close: FloatArray, adjusted: FloatArray) -> FloatArray:
    """What dividends have added since the first bar, in logs: adjusted over raw growth, splits left out."""
    paid = np.diff(np.log(adjusted), prepend=np.log(adjusted[0])) - np.diff(np.log(close), prepend=np.log(close[0]))
    paid[np.abs(paid) > SPLIT] = 0.0
    growth: FloatArray = np.cumsum(paid)
    return growth


def index_bars(growth: FloatArray, stamps: pd.DatetimeIndex) -> pd.DataFrame:
    """Bars with closes only of an index at 100 times the exponential of `growth`."""
    return pd.DataFrame({"close": START * np.exp(growth)}, index=stamps.rename("time")).reindex(columns=list(COLUMNS))
