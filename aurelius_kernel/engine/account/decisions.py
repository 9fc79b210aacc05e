"""A strategy's signals as the compiled account reads them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aurelius_kernel.engine.account.compiled import part
from aurelius_kernel.model import Direction, Panel, Signals
from aurelius_kernel.typing import BoolArray, FloatArray, IntArray

__all__ = ["ENTER_LONG", "ENTER_SHORT", "LEAVE_LONG", "LEAVE_SHORT", "Decisions", "at", "decisions_of"]

ENTER_LONG, LEAVE_LONG, ENTER_SHORT, LEAVE_SHORT = 1, 2, 4, 8


class Decisions(NamedTuple):
    """What the strategy decided: arrays of shape (bars, instruments), or of shape (1, 1) where a kind is absent.

    `wanted` holds the bits ENTER_LONG … LEAVE_SHORT, conflicts resolved and the direction applied. `budget` is a fraction of
    equity or an amount of cash. `rank` is the order in which instruments are served.
    """

    wanted: NDArray[np.int8]
    weights: FloatArray
    budget: FloatArray
    stop_price: FloatArray
    target_price: FloatArray
    trail_distance: FloatArray
    limit_price: FloatArray
    rank: IntArray


@part
def at(array: FloatArray, bar: int, column: int) -> float:
    """The element of a full array, or the one element of an absent or constant one."""
    return float(array[bar, column] if array.size > 1 else array[0, 0])


def decisions_of(signals: Signals, panel: Panel, direction: Direction, budget: FloatArray) -> Decisions:
    """The signals with conflicts resolved, the direction applied, and their arrays laid out for the compiled account."""
    if tuple(signals.instruments) != tuple(panel.instruments) or len(signals.index) != len(panel.index):
        raise ValueError("signals and panel must cover the same bars and instruments")
    absent = np.full((1, 1), np.nan)
    return Decisions(
        wanted=_wanted(signals, direction),
        weights=absent if signals.weights is None else _clipped(signals.weights, direction),
        budget=budget,
        stop_price=_dense(signals.stop_price),
        target_price=_dense(signals.target_price),
        trail_distance=_dense(signals.trail_distance),
        limit_price=_dense(signals.limit_price),
        rank=np.argsort(np.array(panel.instruments)).astype(np.int64),
    )


def _wanted(signals: Signals, direction: Direction) -> NDArray[np.int8]:
    if signals.entries is None:
        return np.zeros(signals.shape, dtype=np.int8)
    none = np.zeros(signals.shape, dtype=np.bool_)
    enter_long, leave_long, enter_short, leave_short = (
        none if array is None else array for array in (signals.entries, signals.exits, signals.short_entries, signals.short_exits)
    )
    if direction is Direction.LONG:
        enter_short = leave_short = none
    elif direction is Direction.SHORT:
        enter_long = leave_long = none
    undecided_long, undecided_short = enter_long & leave_long, enter_short & leave_short
    undecided_side = enter_long & enter_short
    return _bits(
        enter_long & ~undecided_long & ~undecided_side,
        leave_long & ~undecided_long,
        enter_short & ~undecided_short & ~undecided_side,
        leave_short & ~undecided_short,
    )


def _bits(enter_long: BoolArray, leave_long: BoolArray, enter_short: BoolArray, leave_short: BoolArray) -> NDArray[np.int8]:
    bits = enter_long * ENTER_LONG + leave_long * LEAVE_LONG + enter_short * ENTER_SHORT + leave_short * LEAVE_SHORT
    return np.ascontiguousarray(bits, dtype=np.int8)


def _clipped(weights: FloatArray, direction: Direction) -> FloatArray:
    low = 0.0 if direction is Direction.LONG else -np.inf
    high = 0.0 if direction is Direction.SHORT else np.inf
    return np.ascontiguousarray(np.clip(weights, low, high), dtype=np.float64)


def _dense(array: FloatArray | None) -> FloatArray:
    return np.full((1, 1), np.nan) if array is None else np.ascontiguousarray(array, dtype=np.float64)
