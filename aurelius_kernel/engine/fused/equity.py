"""What an account's value at each close adds up to: the sums of its returns, its mean, its peak and its deepest drawdown."""

from __future__ import annotations

import numpy as np

from aurelius_kernel.engine.fused.compiled import part
from aurelius_kernel.engine.fused.ledger import EQUITY, EQUITY_SUM, PEAK, SUMS, TROUGH
from aurelius_kernel.engine.fused.wide import LANES, ROOM, add_row
from aurelius_kernel.engine.fused.words import WORD
from aurelius_kernel.typing import FloatArray

__all__ = ["add_up", "blank_path", "with_room"]


@part
def blank_path(bars: int) -> FloatArray:
    """Room for an account's value at the start and at the close of so many bars."""
    return np.empty(1 + bars + ROOM)


def with_room(values: FloatArray) -> FloatArray:
    """The values with zeros behind them, so that whole rows can be read."""
    return np.concatenate([values, np.zeros(ROOM)])


@part
def add_up(ledger: FloatArray, q: int, path: FloatArray, benchmark: FloatArray, bars: int) -> float:
    """Put down what a path of so many bars adds up to, and return the lowest value on it; `benchmark` has its own room.

    `path[0]` is the value at the start, `path[t + 1]` that at the close of bar t.
    """
    last, sums = float(path[bars]), np.zeros(LANES * SUMS)
    path[bars + 1 : bars + 1 + ROOM] = last
    peak, trough, least = float(path[0]), 1.0, float(path[0])
    for at in range(0, bars, WORD):
        lowest, highest = add_row(sums, path, benchmark, at)
        if highest <= peak:
            trough = min(trough, lowest / peak)
        elif lowest < trough * highest:
            trough = _fallen(path, at + 1, peak, trough)
        peak, least = max(peak, highest), min(least, lowest)
    for j in range(1, SUMS):
        ledger[q, j] = _total(sums, j - 1)
    ledger[q, EQUITY_SUM] = _total(sums, SUMS - 1) - last * (-bars % WORD)
    ledger[q, EQUITY], ledger[q, PEAK], ledger[q, TROUGH] = last, peak, trough
    return least


@part
def _fallen(path: FloatArray, begin: int, peak: float, trough: float) -> float:
    """The deepest drawdown after a row on which there was a new peak."""
    for t in range(begin, begin + WORD):
        if path[t] > peak:
            peak = path[t]
        elif path[t] < trough * peak:
            trough = path[t] / peak
    return trough


@part
def _total(sums: FloatArray, i: int) -> float:
    total = 0.0
    for lane in range(LANES):
        total += sums[LANES * i + lane]
    return total
