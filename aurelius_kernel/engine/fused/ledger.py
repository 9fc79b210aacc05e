"""What a sweep remembers of each combination from one bar to the next: one row of numbers, whatever the length of history."""

from __future__ import annotations

import numpy as np

from aurelius_kernel.typing import FloatArray

__all__ = [
    "BARS_HELD",
    "CLOSED",
    "CLOSED_BARS",
    "COST",
    "EQUITY",
    "EQUITY_SUM",
    "FIELDS",
    "GAIN",
    "LOSS",
    "PEAK",
    "SOLD",
    "SUMS",
    "TRADED",
    "TRADES",
    "TRADE_RETURNS",
    "TROUGH",
    "UNITS",
    "WINS",
    "new_ledger",
]

SUMS = 8
"""The first eight fields: equity, then the sums over all bars of r, r², r³, r⁴, min(r, 0), min(r, 0)² and (r − b)², where r is a
bar's return and b the benchmark's."""

EQUITY = 0
(
    PEAK,  # the highest equity so far, the starting capital included
    TROUGH,  # the lowest equity so far as a ratio to the peak before it
    EQUITY_SUM,  # over all bars
    BARS_HELD,  # bars that end with a position
    TRADES,  # round trips, the open ones included
    TRADED,  # value bought and sold by them
    CLOSED,  # round trips ended; the next six fields are sums over these
    WINS,  # ended with a profit
    GAIN,  # profits
    LOSS,  # losses, as a positive number
    TRADE_RETURNS,  # profit or loss over the value at entry
    CLOSED_BARS,  # bars from entry to exit
    SOLD,  # what their sale brought
    UNITS,  # held now
    COST,  # what one of them has cost
    FIELDS,
) = range(SUMS, SUMS + 16)


def new_ledger(combinations: int) -> FloatArray:
    """A row for each combination of an account that starts with one unit of money and has traded nothing."""
    ledger = np.zeros((combinations, FIELDS))
    for field in (EQUITY, PEAK, TROUGH):
        ledger[:, field] = 1.0
    return ledger
