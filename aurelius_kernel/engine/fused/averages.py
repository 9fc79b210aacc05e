"""Moving averages of many windows, one tile of bars at a time, equal to the strategies' own bit for bit."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from aurelius_kernel.engine.fused.compiled import kernel, part
from aurelius_kernel.strategies import windows as own
from aurelius_kernel.typing import BoolArray, FloatArray, IntArray

__all__ = ["AVERAGES", "Averages", "distinct", "exponential", "fill", "simple"]


class Averages(NamedTuple):
    """One average a window: put together from `blocks`, or read from a table of shape (windows, bars) where that has rows.

    `blocks[i, t]` is the mean of the `1 << i` bars that end at bar t.
    """

    windows: IntArray
    blocks: FloatArray
    table: FloatArray


def simple(close: FloatArray, windows: IntArray) -> Averages:
    """Simple averages, put together tile by tile: nothing of the size windows × bars is ever made."""
    levels = int(windows.max(initial=1)).bit_length()
    blocks = np.empty((levels, len(close)))
    blocks[0] = close
    _double(blocks)
    return Averages(windows, blocks, np.empty((0, 0)))


def exponential(close: FloatArray, windows: IntArray) -> Averages:
    """Exponential averages, as a table."""
    table = np.array([own.exponential(close, int(window)) for window in windows]).reshape(len(windows), len(close))
    return Averages(windows, np.empty((0, 0)), table)


AVERAGES: dict[str, Callable[[FloatArray, IntArray], Averages]] = {"sma": simple, "ema": exponential}


def distinct(fast: IntArray, slow: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Each window once, and where among them the fast and the slow ones are."""
    known = np.zeros(int(max(fast.max(initial=0), slow.max(initial=0))) + 1, dtype=np.bool_)
    known[fast] = known[slow] = True
    places = np.cumsum(known) - 1
    return np.flatnonzero(known), places[fast], places[slow]


@kernel
def _double(blocks: FloatArray) -> None:
    for i in range(1, blocks.shape[0]):
        half = 1 << (i - 1)
        blocks[i, :half] = np.nan
        means, older, recent = blocks[i, half:], blocks[i - 1], blocks[i - 1, half:]
        for t in range(len(means)):
            means[t] = recent[t] + (older[t] - recent[t]) * 0.5


@part
def fill(averages: Averages, used: BoolArray, rows: FloatArray, low: int, high: int) -> None:
    """Write bars `low` … `high - 1` of each used window into its row; NaN where there is no average yet."""
    for j in range(averages.windows.shape[0]):
        if not used[j]:
            continue
        if averages.table.shape[0] > 0:
            rows[j, : high - low] = averages.table[j, low:high]
        else:
            _simple_row(averages.blocks, averages.windows[j], rows, j, low, high)


@part
def _simple_row(blocks: FloatArray, window: int, rows: FloatArray, j: int, low: int, high: int) -> None:
    """The mean of a window from blocks that end where the one before begins, the smallest at the window's own end."""
    begin = min(max(low, window - 1), high)
    rows[j, : begin - low] = np.nan
    covered = 0
    row = rows[j, begin - low : high - low]
    for i in range(blocks.shape[0]):
        size = 1 << i
        if window & size == 0:
            continue
        older, share = blocks[i, begin - covered : high - covered], size / (covered + size)
        for t in range(len(row)):
            recent = row[t] if covered > 0 else older[t]
            row[t] = recent + (older[t] - recent) * share
        covered += size
