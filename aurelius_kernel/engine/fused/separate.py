"""Many instruments, each in an account of its own that is all in or all out: one call from prices to metrics.

An instrument's prices, averages and ledger are made in memory that the next one uses again, so nothing grows with the instruments
but what is found of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from aurelius_kernel.engine.fused.all_in import SPAN
from aurelius_kernel.engine.fused.averages import AVERAGES, Averages, distinct
from aurelius_kernel.engine.fused.compiled import kernel
from aurelius_kernel.engine.fused.crossing import Span, cross
from aurelius_kernel.engine.fused.ledger import FIELDS
from aurelius_kernel.engine.fused.measures import market_of, measure_rows, places_of
from aurelius_kernel.engine.fused.prices import Charges, Prices, charges_of, quote
from aurelius_kernel.engine.fused.tape import Tape, blank_tape, record
from aurelius_kernel.engine.fused.threads import Crew
from aurelius_kernel.engine.fused.words import Words
from aurelius_kernel.metrics import Metric
from aurelius_kernel.model import Costs
from aurelius_kernel.typing import FloatArray, IntArray

__all__ = ["Alone", "Pairs", "cross_each"]


class Alone(NamedTuple):
    """An instrument with an account of its own: open and close of every bar that it has, and how many of them make a year."""

    open: FloatArray
    close: FloatArray
    periods_per_year: float


class Pairs(NamedTuple):
    """Averages that cross: their kind, the windows of each combination, and the fraction within which two averages are the same."""

    average: str
    fast: IntArray
    slow: IntArray
    tie: float


class Desk(NamedTuple):
    """The memory of one worker."""

    prices: Prices
    tape: Tape
    ledger: FloatArray
    states: Words


def cross_each(
    alone: Sequence[Alone], pairs: Pairs, costs: Costs, capital: float, wanted: Sequence[Metric], crew: Crew, *, next_open: bool
) -> FloatArray:
    """The wanted metrics of every pair of averages on every instrument, shape (instruments × pairs, metrics).

    The rows of an instrument follow each other, in the order of the pairs; they are the bits that `AllIn.cross` and `measure` give.
    Accounts are as `sweeping.is_all_in` says. Whoever asks refuses pairs whose warm-up is longer than the bars.
    """
    rows = len(pairs.fast)
    found, places, charges = np.empty((len(wanted), len(alone) * rows)), places_of(wanted), charges_of(costs)
    windows, fast, slow = distinct(pairs.fast, pairs.slow)
    longest, waiting = max((len(one.close) for one in alone), default=0), iter(range(len(alone)))

    def some(_worker: int, _workers: int) -> None:
        desk = _desk(longest, rows)
        for number in _taken(waiting):
            opens, closes = np.ascontiguousarray(alone[number].open), np.ascontiguousarray(alone[number].close)
            averages = AVERAGES[pairs.average](closes, windows)
            own, year = found[:, number * rows : (number + 1) * rows], float(alone[number].periods_per_year)
            _account(desk, opens, closes, charges, capital, year, next_open, averages, fast, slow, pairs.tie, places, own)

    crew.share(some)
    return found.T


def _taken(waiting: Iterator[int]) -> Iterator[int]:
    """What is left; workers that share it take the next one when they are done with the last, whatever that took."""
    while (number := next(waiting, None)) is not None:
        yield number


def _desk(bars: int, combinations: int) -> Desk:
    prices = Prices(np.empty(bars), np.empty(bars), np.empty(bars), np.empty(bars))
    ledger, states = np.empty((combinations, FIELDS)), np.empty(combinations, dtype=np.uint64)
    return Desk(prices, blank_tape(min(bars, SPAN)), ledger, states)


@kernel
def _account(
    desk: Desk,
    opens: FloatArray,
    closes: FloatArray,
    charges: Charges,
    capital: float,
    year: float,
    next_open: bool,
    averages: Averages,
    fast: IntArray,
    slow: IntArray,
    tie: float,
    places: IntArray,
    found: FloatArray,
) -> None:
    """Take all pairs through all bars of one instrument, and write down their metrics."""
    bars, ledger, states = closes.shape[0], desk.ledger, desk.states
    prices = Prices(desk.prices.buy[:bars], desk.prices.sell[:bars], closes, desk.prices.benchmark[:bars])
    quote(prices, opens, charges, next_open)
    for start in range(0, max(bars, 1), SPAN):
        count = min(SPAN, bars - start)
        record(desk.tape, prices, start, count, 0, 1)
        span = Span(desk.tape, closes, start, count, next_open, charges.commission)
        cross(ledger, states, span, averages, fast, slow, tie)
    measure_rows(ledger, found, places, market_of(prices.benchmark, year, capital), 0, ledger.shape[0])
