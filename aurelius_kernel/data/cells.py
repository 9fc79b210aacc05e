"""Numbers out of a table's columns, with a reason for each cell that holds none."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aurelius_kernel.data.columns import ADJUSTED
from aurelius_kernel.data.rules import Faults, bar_faults
from aurelius_kernel.errors import BarsRefused
from aurelius_kernel.model import COLUMNS, PRICES, Adjustment
from aurelius_kernel.typing import FloatArray

__all__ = ["read_prices"]

BLANKS = ["", "-", ".", "na", "n/a", "nan", "null", "none"]
SCALED = "open, high, low and close times adjusted close / close, volume the other way"


def read_prices(table: pd.DataFrame, adjustment: Adjustment) -> tuple[pd.DataFrame, Faults, tuple[str, ...]]:
    """The prices and the volume as floats, the rows that are impossible with a reason for each, and what was done.

    With an adjusted close in the table and `adjustment` total-return, the prices are scaled by adjusted close over close. A volume
    that is blank is not known; a price must be there. Raises BarsRefused for adjusted closes alone that are not declared as such.
    """
    scaled = adjustment is Adjustment.TOTAL_RETURN and ADJUSTED in table
    if "close" not in table and not scaled:
        raise BarsRefused("The table has adjusted closes only; say adjustment='total-return'.", field="adjustment")
    faults: Faults = {}
    columns = {name: _floats(table[name], name, faults) for name in (*COLUMNS, ADJUSTED) if name in table}
    adjusted = columns.pop(ADJUSTED, None)
    prices = pd.DataFrame(columns if "close" in columns else {"close": adjusted, **columns})
    faults = bar_faults(prices) | faults
    if not scaled or adjusted is None or "close" not in columns:
        return prices, faults, ()
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = adjusted / columns["close"]
        scales = dict.fromkeys(PRICES, factor) | {"volume": 1.0 / factor}
        prices = pd.DataFrame({name: values * scales[name] for name, values in columns.items()})
    impossible = ~(np.isfinite(factor) & (factor > 0.0))
    faults = {int(row): f"adjusted close is {adjusted[row]:g}, not above 0" for row in np.flatnonzero(impossible)} | faults
    return prices, faults, (SCALED,)


def _floats(column: pd.Series, name: str, faults: Faults) -> FloatArray:
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column.to_numpy(np.float64, na_value=np.nan)
    text = column.astype("str").str.strip().fillna("")
    numbers: FloatArray = pd.to_numeric(text, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    for row in np.flatnonzero(np.isnan(numbers)):
        cell = text.iloc[row]
        if cell.casefold() not in BLANKS:
            faults.setdefault(int(row), f"{name} is {cell[:40]!r}, not a number")
        elif name != "volume":
            faults.setdefault(int(row), f"{name} is missing")
    return numbers
