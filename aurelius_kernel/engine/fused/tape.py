"""What every combination needs to know of the prices, prepared once: what holding them between any two bars earned.

While all equity is in one instrument, the account's returns are the instrument's. Sums over the bars of a trade are then
differences of running sums, and its lowest price, highest price and deepest fall come from two rows of a table: a trade costs the
same however long it lasts.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from aurelius_kernel.engine.fused.compiled import kernel, part
from aurelius_kernel.engine.fused.ledger import SUMS
from aurelius_kernel.engine.fused.prices import Prices
from aurelius_kernel.typing import FloatArray

__all__ = ["FALL", "HIGH", "LEVELS", "LOW", "TILE", "TOTAL", "Tape", "blank_tape", "record"]

LEVELS = 9
TILE = 1 << LEVELS

LOW, HIGH, FALL, TOTAL = range(4)


class Tape(NamedTuple):
    """A span of bars in tiles of `TILE`. Running sums and ranges start afresh in each tile, so tiles do not depend on each other.

    The sums of `ledger.SUMS` over a tile in which a position is entered at bar t and left at bar u are `entry[t] + exit[u]`. Where
    it is held from the tile before, or into the next, `held` of the tile stands for the end that is missing, and `idle` for a tile
    that ends without a position. `entry[t, 0]` is what a unit costs at bar t, `exit[t, 0]` what it brings.
    `ranges[level, t]` is the lowest price, the highest, the deepest fall (as a ratio to an earlier price) and the sum of the prices
    between bar t and the middle of the stretch of `2 << level` bars that it is in.
    """

    entry: FloatArray
    exit: FloatArray
    held: FloatArray
    idle: FloatArray
    ranges: FloatArray


class Reach(NamedTuple):
    """The lowest price of a stretch of bars, the highest, the deepest fall and the sum of the prices."""

    low: float
    high: float
    fall: float
    total: float


def blank_tape(bars: int) -> Tape:
    """Room for that many bars."""
    tiles = -(-bars // TILE)
    lines, ends = (bars, SUMS), (tiles, SUMS)
    return Tape(np.empty(lines), np.empty(lines), np.empty(ends), np.empty(ends), np.empty((LEVELS, bars, 4)))


@kernel
def record(tape: Tape, prices: Prices, start: int, bars: int, first: int, step: int) -> None:
    """Fill every `step`-th tile from `first` on: `bars` bars, the first of which is bar `start` of the prices."""
    for low in range(first * TILE, bars, step * TILE):
        high = min(low + TILE, bars)
        _sums(tape, prices, start, low, high)
        _ranges(tape.ranges, prices.close[start:], low, high)


@part
def _sums(tape: Tape, prices: Prices, start: int, low: int, high: int) -> None:
    bars, tile = high - low, low // TILE
    first, end = start + low, start + high
    buy, sell = prices.buy[first:end], prices.sell[first:end]
    close, benchmark = prices.close[first:end], prices.benchmark[first:end]
    entry, leave = tape.entry[low:high], tape.exit[low:high]
    holding, idling = tape.held[tile], tape.idle[tile]
    holding[:] = idling[:] = 0.0
    before = prices.close[max(first - 1, 0)]
    for t in range(bars):
        entered, held, left = close[t] / buy[t] - 1.0, close[t] / before - 1.0, sell[t] / before - 1.0
        entry[t, 0], leave[t, 0] = buy[t], sell[t]
        for j in range(1, SUMS):
            after = holding[j] + _term(held, benchmark[t], j)
            idle = idling[j] + _term(0.0, benchmark[t], j)
            entry[t, j] = _term(entered, benchmark[t], j) + idling[j] - after
            leave[t, j] = _term(left, benchmark[t], j) + holding[j] - idle
            holding[j], idling[j] = after, idle
        before = close[t]


@part
def _term(r: float, benchmark: float, j: int) -> float:
    """What a bar with the return r adds to the j-th sum."""
    if j <= 4:
        square = r * r
        return r if j == 1 else square if j == 2 else square * r if j == 3 else square * square
    loss = min(r, 0.0)
    return loss if j == 5 else loss * loss if j == 6 else (r - benchmark) * (r - benchmark)


@part
def _ranges(ranges: FloatArray, close: FloatArray, low: int, high: int) -> None:
    for t in range(low, high):  # of two bars, each is all there is on its side of the middle
        ranges[0, t, LOW], ranges[0, t, HIGH], ranges[0, t, FALL], ranges[0, t, TOTAL] = close[t], close[t], 1.0, close[t]
    for level in range(1, LEVELS):
        half = 1 << level
        for middle in range(low + half, high, 2 * half):
            both, left, right = min(half, high - middle), Reach(np.inf, 0.0, 1.0, 0.0), Reach(np.inf, 0.0, 1.0, 0.0)
            for i in range(both):
                left = _reached(ranges, close, level, middle - 1 - i, left, False)
                right = _reached(ranges, close, level, middle + i, right, True)
            for i in range(both, half):
                left = _reached(ranges, close, level, middle - 1 - i, left, False)


@part
def _reached(ranges: FloatArray, close: FloatArray, level: int, t: int, before: Reach, forwards: bool) -> Reach:
    """What there is between the middle and bar t, one bar farther away than what was there before."""
    price, fall = close[t], before.fall
    lowest, highest, total = min(before.low, price), max(before.high, price), before.total + price
    earlier, later = (highest, price) if forwards else (price, lowest)
    if later < fall * earlier:
        fall = later / earlier
    ranges[level, t, LOW] = lowest
    ranges[level, t, HIGH] = highest
    ranges[level, t, FALL] = fall
    ranges[level, t, TOTAL] = total
    return Reach(lowest, highest, fall, total)
