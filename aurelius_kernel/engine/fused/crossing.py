"""Averages that cross and signals in words, 64 bars at a time; and the event kernels: long or flat, all in or all out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aurelius_kernel.engine.fused.averages import Averages, fill
from aurelius_kernel.engine.fused.book import ENTER_LONG, ENTER_SHORT, LEAVE_LONG, LEAVE_SHORT
from aurelius_kernel.engine.fused.borrowing import borrowed
from aurelius_kernel.engine.fused.compiled import kernel, part
from aurelius_kernel.engine.fused.ledger import EQUITY, PEAK, TROUGH
from aurelius_kernel.engine.fused.round_trips import complete, settle
from aurelius_kernel.engine.fused.tape import TILE, Tape
from aurelius_kernel.engine.fused.words import LAST, NONE, ONE, SPARE, WORD, Words, apart, begun, carried, first, sides, unpack
from aurelius_kernel.typing import BoolArray, FloatArray, IntArray

__all__ = ["Span", "cross", "edges", "follow"]


LINE = 8
"""Numbers in a line of the processor's memory."""

UNKNOWN = np.uint64(0b1100)
"""Before the first bar: flat, and the averages not known to be anywhere."""


class Span(NamedTuple):
    """The bars `start` … `start + bars - 1` of a history, prepared; fills come one bar after the decision, or on its own bar.

    A span that starts at bar 0 begins new accounts, and one that ends with the history completes them.
    """

    tape: Tape
    close: FloatArray
    start: int
    bars: int
    next_open: bool
    commission: float


class State(NamedTuple):
    """What is known of a combination after a bar, a bit each: the decision in force, whether it is filled, how the averages lie."""

    side: np.uint64
    held: np.uint64
    above: np.uint64
    below: np.uint64


@part
def _begun(ledger: FloatArray, states: Words) -> None:
    """Open the accounts: one unit of money, and nothing traded."""
    for q in range(states.shape[0]):
        states[q] = UNKNOWN
        ledger[q, :] = 0.0
        ledger[q, EQUITY] = ledger[q, PEAK] = ledger[q, TROUGH] = 1.0


@part
def _ended(ledger: FloatArray, commission: float) -> None:
    """Fill in what follows from the other fields."""
    for q in range(ledger.shape[0]):
        complete(ledger, q, commission)


@kernel
def cross(
    ledger: FloatArray,
    states: Words,
    span: Span,
    averages: Averages,
    fast: IntArray,
    slow: IntArray,
    tie: float,
) -> None:
    """Take combinations through the span: long while the fast average is above.

    It is long from a cross upwards to the next one downwards. `fast` and `slow` are positions in `averages.windows`. A cross is a
    bar where one average comes to be above the other by more than the fraction `tie` of the slow one, and was known not to be on
    the bar before.
    """
    if span.start == 0:
        _begun(ledger, states)
    used = _used(averages.windows.shape[0], fast, slow)
    rows = _rows(averages.windows.shape[0])
    changes = np.empty(TILE + SPARE, dtype=np.int32)
    tape, closes, books = _lent(span.tape), borrowed(span.close[span.start :]), borrowed(ledger)
    for low in range(0, span.bars, TILE):
        high = min(low + TILE, span.bars)
        fill(averages, used, rows, span.start + low, span.start + high)
        values, found = borrowed(rows.reshape(-1)), borrowed(changes)
        for q in range(fast.shape[0]):
            state, count = _unpacked(states[q]), 0
            for bar in range(low, high, WORD):
                at = bar - low
                above, below = apart(values, fast[q] * TILE + at, slow[q] * TILE + at, tie)
                word, state = _crossed(state, above, below, span.next_open)
                count = unpack(word & first(high - bar), bar, found, count)
            states[q] = _packed(state)
            settle(books, q, found, count, tape, closes, low, high)
    if span.start + span.bars == span.close.shape[0]:
        _ended(ledger, span.commission)


@kernel
def follow(ledger: FloatArray, states: Words, span: Span, entries: Words, exits: Words) -> None:
    """Take combinations through the span: long from an entry to the next exit.

    `entries` and `exits` have the shape (combinations, words) over the whole history; a bar with both decides nothing.
    """
    if span.start == 0:
        _begun(ledger, states)
    changes = np.empty(TILE + SPARE, dtype=np.int32)
    tape, closes, books = _lent(span.tape), borrowed(span.close[span.start :]), borrowed(ledger)
    for low in range(0, span.bars, TILE):
        high, found = min(low + TILE, span.bars), borrowed(changes)
        for q in range(entries.shape[0]):
            state, count = _unpacked(states[q]), 0
            for bar in range(low, high, WORD):
                i = (span.start + bar) // WORD
                word, state = _decided(state, entries[q, i], exits[q, i], span.next_open)
                count = unpack(word & first(high - bar), bar, found, count)
            states[q] = _packed(state)
            settle(books, q, found, count, tape, closes, low, high)
    if span.start + span.bars == span.close.shape[0]:
        _ended(ledger, span.commission)


@kernel
def edges(
    signals: Words,
    i: int,
    long: bool,
    short: bool,
    averages: Averages,
    bars: IntArray,
    fast: IntArray,
    slow: IntArray,
    tie: float,
    warm_up: IntArray,
) -> None:
    """Write where averages cross as signals of instrument `i`.

    `signals` has the shape (combinations, 4, instruments, words); the average at place t belongs to bar `bars[t]`. A cross upwards
    enters long and leaves short, one downwards leaves long and enters short, as far as these sides are allowed; the first
    `warm_up` of the instrument's bars are silent.
    """
    used = _used(averages.windows.shape[0], fast, slow)
    rows = _rows(averages.windows.shape[0])
    values, changes = rows.reshape(-1), np.empty(TILE + SPARE, dtype=np.int32)
    states, gapless = np.full(fast.shape[0], UNKNOWN, dtype=np.uint64), bars[-1] == len(bars) - 1
    for low in range(0, len(bars), TILE):
        high = min(low + TILE, len(bars))
        fill(averages, used, rows, low, high)
        for q in range(fast.shape[0]):
            state = _unpacked(states[q])
            for bar in range(low, high, WORD):
                at = bar - low
                above, below = apart(values, fast[q] * TILE + at, slow[q] * TILE + at, tie)
                heard = first(high - bar) & ~first(max(warm_up[q] - bar, 0))
                up, down = begun(above, state.above) & heard, begun(below, state.below) & heard
                if gapless:
                    _put(signals, q, i, bar // WORD, up, down, long, short)
                else:
                    ups = unpack(up, bar, changes, 0)
                    _set(signals, q, ENTER_LONG, i, changes, ups, bars, long)
                    _set(signals, q, LEAVE_SHORT, i, changes, ups, bars, short)
                    downs = unpack(down, bar, changes, 0)
                    _set(signals, q, LEAVE_LONG, i, changes, downs, bars, long)
                    _set(signals, q, ENTER_SHORT, i, changes, downs, bars, short)
                state = State(state.side, state.held, above >> LAST, below >> LAST)
            states[q] = _packed(state)


@part
def _put(signals: Words, q: int, i: int, word: int, up: np.uint64, down: np.uint64, long: bool, short: bool) -> None:
    """Write sixty-four bars of an instrument that has all of them."""
    if long:
        signals[q, ENTER_LONG, i, word], signals[q, LEAVE_LONG, i, word] = up, down
    if short:
        signals[q, ENTER_SHORT, i, word], signals[q, LEAVE_SHORT, i, word] = down, up


@part
def _set(signals: Words, q: int, kind: int, i: int, changes: NDArray[np.int32], count: int, bars: IntArray, allowed: bool) -> None:
    if allowed:
        for j in range(count):
            bar = bars[changes[j]]
            signals[q, kind, i, bar // WORD] |= ONE << np.uint64(bar % WORD)


@part
def _lent(tape: Tape) -> Tape:
    """The tape, for parts that are called for every combination."""
    return Tape(borrowed(tape.entry), borrowed(tape.exit), borrowed(tape.held), borrowed(tape.idle), borrowed(tape.ranges))


@part
def _rows(windows: int) -> FloatArray:
    """Room for a tile of each window's average, in which eight bars never lie in two lines of the processor's memory."""
    room = np.empty(windows * TILE + LINE)
    first_whole = -(room.ctypes.data // room.itemsize) % LINE
    return room[first_whole : first_whole + windows * TILE].reshape(windows, TILE)


@part
def _used(windows: int, fast: IntArray, slow: IntArray) -> BoolArray:
    used = np.zeros(windows, dtype=np.bool_)
    for q in range(fast.shape[0]):
        used[fast[q]] = used[slow[q]] = True
    return used


@part
def _crossed(state: State, above: np.uint64, below: np.uint64, next_open: bool) -> tuple[np.uint64, State]:
    """The bars of a word on which a cross is filled, and the state after it.

    Mostly the averages are apart on all bars, and the account was on the side of the higher one before: then it stays there.
    """
    if (above ^ below) == ~NONE and state.side == state.above and state.above != state.below:
        held = carried(above, state.side) if next_open else above
        return held ^ carried(held, state.held), State(above >> LAST, held >> LAST, above >> LAST, below >> LAST)
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
