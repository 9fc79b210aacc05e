"""Returns by calendar month and year."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["MONTHS", "monthly_returns"]

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def monthly_returns(values: pd.Series, start: float) -> pd.DataFrame:
    """The return of each month and year of an account: one row a year, the columns `Jan` … `Dec` and `Year`.

    A period's return is its last value over the last value before it, less one; the first is measured from `start`, the value
    before the first bar. Months are those of the index, in UTC. A month or year without a bar is NaN, and so is one that
    starts from a value of zero or less.
    """
    stamps = pd.DatetimeIndex(values.index)
    by_month = _period_returns(values, stamps.year * 12 + stamps.month - 1, start)
    by_year = _period_returns(values, stamps.year, start)
    years = pd.RangeIndex(stamps[0].year, stamps[-1].year + 1, name="year")
    grid = np.full((len(years), 12), np.nan)
    month_numbers = by_month.index.to_numpy() - years[0] * 12
    grid[month_numbers // 12, month_numbers % 12] = by_month
    table = pd.DataFrame(grid, index=years, columns=list(MONTHS))
    table["Year"] = by_year.reindex(years)
    return table


def _period_returns(values: pd.Series, periods: pd.Index, start: float) -> pd.Series:
    last = values.groupby(periods.to_numpy()).last()
    before = last.shift(fill_value=start)
    return (last / before - 1.0).where(before > 0)
