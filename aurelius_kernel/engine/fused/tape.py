"""What every combination needs to know of the prices, prepared once: what a trade between any two bars earned and how deep it fell.

While all equity is in one instrument, the account's returns are the instrument's. Sums over the bars of a trade are then differences of
running sums, and its lowest price, highest price and deepest fall come from two rows of a table. Nothing is left to do bar by bar.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from aurelius_kernel.engine.fused.compiled import kernel, part
from aurelius_kernel.typing import FloatArray

__all__ = ["LEVELS", "SUMS", "TILE", "Tape", "blank_tape", "record"]

LEVELS = 9
TILE = 1 << LEVELS
SUMS = 8  # a factor, then r, r², r³, r⁴, min(r, 0), min(r, 0)² and r times the benchmark's return

LOW, HIGH, FALL = range(3)


class Tape(NamedTuple):
    """Bars in tiles of `TILE`; running sums and ranges start afresh in each tile, so tiles are independent of one another.

    `entry[t, 0]` is the units that one unit of money buys at bar t, `exit[t, 0]` the money that one unit brings. The sums of a trade that
    enters at t and leaves at u of the same tile are `entry[t] + exit[u]`; of a trade that crosses a tile's end, `entry[t] + held[tile]`
    and `exit[u]`. `ranges[level, t]` is the lowest price, the highest, and the deepest fall (a ratio to an earlier price) between t
    and the middle of the stretch of `2 << level` bars around it.
    """

    entry: FloatArray
    exit: FloatArray
    held: FloatArray
    ranges: FloatArray


def blank_tape(bars: int) -> Tape:
    """Room for that many bars."""
    tiles = -(-bars // TILE)
    return Tape(np.empty((bars, SUMS)), np.empty((bars, SUMS)), np.empty((tiles, SUMS)), np.empty((LEVELS, bars, 3)))


@kernel
def record(
    tape: Tape, buy: FloatArray, sell: FloatArray, close: FloatArray, benchmark: FloatArray, start: int, first: int, last: int
) -> None:
    """Fill the tiles `first` … `last - 1` of a tape whose bar 0 is bar `start` of the prices.

    `buy` and `sell` are what a unit costs and brings at each bar, costs included.
    """
    bars = tape.entry.shape[0]
    for tile in range(first, last):
        low = tile * TILE
        high = min(low + TILE, bars)
        _sums(tape, buy, sell, close, benchmark, start, low, high)
        _ranges(tape.ranges, close, start, low, high)


@part
def _sums(
    tape: Tape, buy: FloatArray, sell: FloatArray, close: FloatArray, benchmark: FloatArray, start: int, low: int, high: int
) -> None:
    running = np.zeros(SUMS)
    for t in range(low, high):
        bar = start + t
        before = close[bar - 1] if bar > 0 else close[0]
        for j in range(1, SUMS):
            tape.exit[t, j] = running[j] + _power(sell[bar] / before - 1.0, benchmark[bar], j)
            running[j] += _power(close[bar] / before - 1.0, benchmark[bar], j)
            tape.entry[t, j] = _power(close[bar] / buy[bar] - 1.0, benchmark[bar], j) - running[j]
        tape.entry[t, 0] = 1.0 / buy[bar]
        tape.exit[t, 0] = sell[bar]
    tape.held[low // TILE] = running


@part
def _power(r: float, benchmark: float, j: int) -> float:
    if j <= 2:
        return r if j == 1 else r * r
    if j <= 4:
        return r * r * r if j == 3 else r * r * r * r
    loss = min(r, 0.0)
    return loss if j == 5 else loss * loss if j == 6 else r * benchmark


@part
def _ranges(ranges: FloatArray, close: FloatArray, start: int, low: int, high: int) -> None:
    for level in range(LEVELS):
        half = 1 << level
        for middle in range(low + half, high, 2 * half):
            _outwards(ranges[level], close, start, middle - 1, middle - half - 1, -1)
            _outwards(ranges[level], close, start, middle, min(middle + half, high), 1)


@part
def _outwards(ranges: FloatArray, close: FloatArray, start: int, first: int, last: int, step: int) -> None:
    lowest, highest, fall = close[start + first], close[start + first], 1.0
    for t in range(first, last, step):
        price = close[start + t]
        lowest, highest = min(lowest, price), max(highest, price)
        fall = min(fall, price / highest if step > 0 else lowest / price)
        ranges[t, LOW], ranges[t, HIGH], ranges[t, FALL] = lowest, highest, fall
