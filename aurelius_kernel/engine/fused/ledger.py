"""What a sweep remembers of each combination between two bars: one row of numbers, 160 bytes, whatever the length of history."""

from __future__ import annotations

import numpy as np

from aurelius_kernel.typing import FloatArray

__all__ = [
    "BARS_HELD",
    "CLOSED",
    "CLOSED_BARS",
    "EQUITY",
    "FIELDS",
    "GAIN",
    "LOSS",
    "PAID",
    "PEAK",
    "RETURNS",
    "SINCE",
    "TRADED",
    "TRADES",
    "TROUGH",
    "UNITS",
    "WINS",
    "new_ledger",
]

(
    EQUITY,  # in units of the starting capital
    RETURNS,  # the sum of bar returns; then of their squares, cubes, fourth powers, losses, squared losses, products with the benchmark
    _SQUARES,
    _CUBES,
    _FOURTHS,
    _LOSSES,
    _SQUARED_LOSSES,
    _PRODUCTS,
    PEAK,  # the highest equity so far
    TROUGH,  # the deepest equity so far as a ratio to the peak before it
    GAIN,  # money won by closed trades
    LOSS,  # money lost by closed trades
    TRADES,  # opened
    CLOSED,
    WINS,
    BARS_HELD,  # bars whose close found a position
    CLOSED_BARS,  # bars from entry to exit, over closed trades
    TRADED,  # money that changed hands
    UNITS,  # held now
    PAID,  # equity when the open position was entered
    SINCE,  # the bar of that entry
    FIELDS,
) = range(22)


def new_ledger(combinations: int) -> FloatArray:
    """A row for each combination: all in cash, nothing traded."""
    ledger = np.zeros((combinations, FIELDS))
    ledger[:, [EQUITY, PEAK, TROUGH]] = 1.0
    return ledger
