"""What the signals of a bar ask of an instrument."""

from __future__ import annotations

import numpy as np

from aurelius_kernel.engine.fused.book import (
    ENTER_LONG,
    ENTER_SHORT,
    FLAT,
    LEAVE_LONG,
    LEAVE_SHORT,
    LONG,
    NOTHING,
    SHORT,
    WEIGHT,
    Run,
)
from aurelius_kernel.engine.fused.compiled import part
from aurelius_kernel.engine.fused.words import NONE, ONE, WORD, first, lowest

__all__ = ["decision", "next_decision", "read"]

KEEP = 5
"""A new entry of the side that is held: it takes back what is pending against it."""


@part
def read(run: Run, bar: int) -> None:
    """Turn a bar's signals into what is pending; a newer decision replaces an older one."""
    for i in range(len(run.positions)):
        asked = _asked(run, bar, i)
        if asked != NOTHING:
            position = run.positions[i]
            position.pending = NOTHING if asked == KEEP else asked
            position.decided = bar
            position.rest = np.nan


@part
def _asked(run: Run, bar: int, i: int) -> int:
    if run.rules.weights:
        return NOTHING if np.isnan(run.plan[bar if run.plan.shape[0] > 1 else 0, i].weight) else WEIGHT
    units, pending = run.positions[i].units, run.positions[i].pending
    long, leave_long, short, leave_short = _decided(run, i, bar // WORD)
    bit = ONE << np.uint64(bar % WORD)
    if (units > 0.0 and long & bit != NONE) or (units < 0.0 and short & bit != NONE):
        return NOTHING if pending == (LONG if units > 0.0 else SHORT) else KEEP
    if long & bit != NONE:
        return LONG
    if short & bit != NONE:
        return SHORT
    if leave_long & bit != NONE and (units > 0.0 or pending == LONG):
        return FLAT
    if leave_short & bit != NONE and (units < 0.0 or pending == SHORT):
        return FLAT
    return NOTHING


@part
def _decided(run: Run, i: int, word: int) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Sixty-four bars of an instrument's signals, without those that contradict each other."""
    long, leave_long = run.signals[run.q, ENTER_LONG, i, word], run.signals[run.q, LEAVE_LONG, i, word]
    short, leave_short = run.signals[run.q, ENTER_SHORT, i, word], run.signals[run.q, LEAVE_SHORT, i, word]
    return long & ~leave_long & ~short, leave_long & ~long, short & ~leave_short & ~long, leave_short & ~short


@part
def next_decision(run: Run, units: float, bar: int, end: int) -> int:
    """The first bar from `bar` on whose signals ask anything of the one instrument there is, of which so many units are held.

    `end` when none before it does.
    """
    keep = ~first(bar % WORD)
    for word in range(bar // WORD, (end + WORD - 1) // WORD):
        long, leave_long, short, leave_short = _decided(run, 0, word)
        asking = leave_long | short if units > 0.0 else leave_short | long if units < 0.0 else long | short
        if asking & keep != NONE:
            return int(min(word * WORD + lowest(asking & keep), end))
        keep = ~NONE
    return end


@part
def decision(run: Run, bar: int) -> int:
    """What the signals of a bar that `next_decision` has found ask."""
    long, _, short, _ = _decided(run, 0, bar // WORD)
    bit = ONE << np.uint64(bar % WORD)
    return LONG if long & bit != NONE else SHORT if short & bit != NONE else FLAT
