"""The event kernels: long or flat, all in or all out, decided by two averages or by signals in words."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from aurelius_kernel.engine.fused.averages import Averages, fill
from aurelius_kernel.engine.fused.compiled import kernel, part
from aurelius_kernel.engine.fused.round_trips import settle
from aurelius_kernel.engine.fused.tape import TILE, Tape
from aurelius_kernel.engine.fused.words import LAST, ONE, SPARE, WORD, Words, apart, begun, carried, first, sides, unpack
from aurelius_kernel.typing import BoolArray, FloatArray, IntArray

__all__ = ["Span", "cross", "follow", "new_states"]


class Span(NamedTuple):
    """The bars `start` … `start + bars - 1` of a history, prepared; fills come one bar after the decision, or on its own bar."""

    tape: Tape
    close: FloatArray
    start: int
    bars: int
    next_open: bool


class State(NamedTuple):
    """What is known of a combination after a bar, a bit each: the decision in force, whether it is filled, how the averages lie."""

    side: np.uint64
    held: np.uint64
    above: np.uint64
    below: np.uint64


def new_states(combinations: int) -> Words:
    """The states before the first bar: flat, and the averages not known to be anywhere."""
    return np.full(combinations, 0b1100, dtype=np.uint64)


@kernel
def cross(
    ledger: FloatArray,
    states: Words,
    span: Span,
    averages: Averages,
    fast: IntArray,
    slow: IntArray,
    tie: float,
    begin: int,
    step: int,
) -> None:
    """Take every `step`-th combination from `begin` on through the span: long from a cross upwards to a cross downwards.

    `fast` and `slow` are positions in `averages.windows`. A cross is a bar where one average comes to be above the other by more
    than the fraction `tie` of the slow one, and was known not to be on the bar before.
    """
    used = _used(averages.windows.shape[0], fast, slow, begin, step)
    rows = np.empty((averages.windows.shape[0], TILE))
    values, closes, changes = rows.reshape(-1), span.close[span.start :], np.empty(TILE + SPARE, dtype=np.int32)
    for low in range(0, span.bars, TILE):
        high = min(low + TILE, span.bars)
        fill(averages, used, rows, span.start + low, span.start + high)
        for q in range(begin, fast.shape[0], step):
            state, count = _unpacked(states[q]), 0
            for bar in range(low, high, WORD):
                at = bar - low
                above, below = apart(values, fast[q] * TILE + at, slow[q] * TILE + at, tie)
                word, state = _crossed(state, above, below, span.next_open)
                count = unpack(word & first(high - bar), bar, changes, count)
            states[q] = _packed(state)
            settle(ledger, q, changes, count, span.tape, closes, low, high)


@kernel
def follow(ledger: FloatArray, states: Words, span: Span, entries: Words, exits: Words, begin: int, step: int) -> None:
    """Take every `step`-th combination from `begin` on through the span: long from an entry to the next exit.

    `entries` and `exits` have the shape (combinations, words) over the whole history; a bar with both decides nothing.
    """
    closes, changes = span.close[span.start :], np.empty(TILE + SPARE, dtype=np.int32)
    for low in range(0, span.bars, TILE):
        high = min(low + TILE, span.bars)
        for q in range(begin, entries.shape[0], step):
            state, count = _unpacked(states[q]), 0
            for bar in range(low, high, WORD):
                i = (span.start + bar) // WORD
                word, state = _decided(state, entries[q, i], exits[q, i], span.next_open)
                count = unpack(word & first(high - bar), bar, changes, count)
            states[q] = _packed(state)
            settle(ledger, q, changes, count, span.tape, closes, low, high)


@part
def _used(windows: int, fast: IntArray, slow: IntArray, begin: int, step: int) -> BoolArray:
    used = np.zeros(windows, dtype=np.bool_)
    for q in range(begin, fast.shape[0], step):
        used[fast[q]] = used[slow[q]] = True
    return used


@part
def _crossed(state: State, above: np.uint64, below: np.uint64, next_open: bool) -> tuple[np.uint64, State]:
    """The bars of a word on which a cross is filled, and the state after it."""
    word, decided = _decided(state, begun(above, state.above), begun(below, state.below), next_open)
    return word, State(decided.side, decided.held, above >> LAST, below >> LAST)


@part
def _decided(state: State, entries: np.uint64, exits: np.uint64, next_open: bool) -> tuple[np.uint64, State]:
    """The bars of a word on which an entry or exit is filled, and the state after it."""
    side = sides(entries & ~exits, exits & ~entries, state.side)
    held = carried(side, state.side) if next_open else side
    return held ^ carried(held, state.held), State(side >> LAST, held >> LAST, state.above, state.below)


@part
def _unpacked(bits: np.uint64) -> State:
    return State(bits & ONE, (bits >> np.uint64(1)) & ONE, (bits >> np.uint64(2)) & ONE, bits >> np.uint64(3))


@part
def _packed(state: State) -> np.uint64:
    return state.side | (state.held << np.uint64(1)) | (state.above << np.uint64(2)) | (state.below << np.uint64(3))
