"""Sweeps of one instrument with all the account's money in it or none of it: what the event kernels are made for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from aurelius_kernel.engine.fused.averages import AVERAGES, distinct
from aurelius_kernel.engine.fused.crossing import Span, cross, follow
from aurelius_kernel.engine.fused.history import History
from aurelius_kernel.engine.fused.ledger import FIELDS
from aurelius_kernel.engine.fused.prices import charges_of, prices_of
from aurelius_kernel.engine.fused.tape import TILE, blank_tape, record
from aurelius_kernel.engine.fused.threads import Crew
from aurelius_kernel.engine.fused.words import Words
from aurelius_kernel.model import Costs
from aurelius_kernel.typing import FloatArray, IntArray

__all__ = ["AllIn"]

SPAN = 32 * TILE
"""The bars prepared at a time: few enough to stay in the processor's cache, many enough that threads seldom meet."""

Advance = Callable[[FloatArray, Words, Span, slice], None]


class AllIn:
    """One instrument's prices, ready for any number of combinations."""

    def __init__(self, history: History, costs: Costs, *, next_open: bool) -> None:
        self.close, self.bars, self.next_open = history.close, len(history.close), next_open
        self.charges = charges_of(costs)
        self.prices = prices_of(history.open, history.close, self.charges, next_open=next_open)
        self.tape = blank_tape(min(self.bars, SPAN))
        self.recorded: int | None = None

    def cross(
        self, average: str, fast: IntArray, slow: IntArray, tie: float, crew: Crew, ledger: FloatArray | None = None
    ) -> FloatArray:
        """The ledger of accounts that are long while the average of `fast` bars is above that of `slow` bars; one row a pair.

        It is written into `ledger` where memory for it is given.
        """
        windows, ours, theirs = distinct(fast, slow)
        averages = AVERAGES[average](self.close, windows)

        def advance(ledger: FloatArray, states: Words, span: Span, rows: slice) -> None:
            cross(ledger[rows], states[rows], span, averages, ours[rows], theirs[rows], tie)

        return self._run(np.empty((len(fast), FIELDS)) if ledger is None else ledger, advance, crew)

    def follow(self, entries: Words, exits: Words, crew: Crew) -> FloatArray:
        """The ledger of accounts that are long from an entry to the next exit; signals have the shape (combinations, words)."""

        def advance(ledger: FloatArray, states: Words, span: Span, rows: slice) -> None:
            follow(ledger[rows], states[rows], span, entries[rows], exits[rows])

        return self._run(np.empty((len(entries), FIELDS)), advance, crew)

    def _run(self, ledger: FloatArray, advance: Advance, crew: Crew) -> FloatArray:
        states = np.empty(len(ledger), dtype=np.uint64)
        for start in range(0, max(self.bars, 1), SPAN):
            crew.share_rows(len(ledger), partial(advance, ledger, states, self._span(start, crew)))
        return ledger

    def _span(self, start: int, crew: Crew) -> Span:
        bars = min(SPAN, self.bars - start)
        if self.recorded != start:
            crew.share(partial(record, self.tape, self.prices, start, bars))
            self.recorded = start
        return Span(self.tape, self.close, start, bars, self.next_open, self.charges.commission)
