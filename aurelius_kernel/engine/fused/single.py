"""An account of one instrument with orders at the market and costs in proportion, taken from order to order.

Between two orders the account's value is cash plus units times the close. A short position pays to be borrowed, on each bar at the
close before: its value is cash plus units times the close and the fees of one unit so far.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from aurelius_kernel.engine.fused.book import FLAT, SHORT, Run
from aurelius_kernel.engine.fused.borrowing import borrowed
from aurelius_kernel.engine.fused.compiled import part
from aurelius_kernel.engine.fused.equity import with_room
from aurelius_kernel.engine.fused.ledger import BARS_HELD, CLOSED, CLOSED_BARS, GAIN, LOSS, TRADE_RETURNS, TRADED, TRADES, WINS
from aurelius_kernel.engine.fused.orders import EQUAL, LEAST_PRICE, bought, fee, priced
from aurelius_kernel.engine.fused.signals import decision, next_decision
from aurelius_kernel.engine.fused.sizes import DUST, nearer, whole, worth_trading
from aurelius_kernel.engine.fused.wide import LANES, lay, touched
from aurelius_kernel.engine.fused.words import NONE, WORD, first, lowest
from aurelius_kernel.model import Panel
from aurelius_kernel.typing import FloatArray

__all__ = ["Lines", "lines_of", "no_lines", "walk"]


class Lines(NamedTuple):
    """Prices of one instrument's bars, what a unit has cost to borrow, and that and the close together; all with room behind."""

    open: FloatArray
    high: FloatArray
    low: FloatArray
    close: FloatArray
    owed: FloatArray
    short: FloatArray


class Holding(NamedTuple):
    """A position, or none with no units, and the money beside it; fees for borrowing are in the line `short` from the start on.

    `value` and `fees` are what the entry cost, without and for commission, `since` its bar and `acts` the first bar on which its
    stop may act.
    """

    money: float
    units: float
    value: float
    fees: float
    since: int
    acts: int
    best: float
    stop: float
    target: float
    trail: float


class Trips(NamedTuple):
    """What the round trips that have ended add up to."""

    closed: float
    wins: float
    gain: float
    loss: float
    returns: float
    bars: float
    traded: float


def lines_of(panel: Panel, borrow: float) -> Lines:
    """The bars of the one instrument that a panel has, none of which is missing; `borrow` is the fee of a bar."""
    opens, highs, lows, closes = (np.ascontiguousarray(prices[:, 0]) for prices in (panel.open, panel.high, panel.low, panel.close))
    owed = np.concatenate([[0.0], np.cumsum(borrow * closes[:-1])])
    return Lines(*(with_room(line) for line in (opens, highs, lows, closes, owed, closes + owed)))


def no_lines() -> Lines:
    """What stands for the lines of other accounts."""
    return Lines(*(np.empty(0) for _ in Lines._fields))


@part
def walk(run: Run, lines: Lines) -> None:
    """Take one combination from order to order, lay down its path and write down its round trips."""
    bars, late = run.bars.shape[0], 0 if run.rules.at_close else 1
    fills = borrowed(lines.close if run.rules.at_close else lines.open)
    holding, trips = _flat(run.rules.capital), Trips(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    heard, laid, held = 0, 0, 0
    while True:
        asked = next_decision(run, holding.units, heard, bars)
        hit, level = _reached(run, lines, holding, min(asked + 1, bars))
        if hit <= asked and hit < bars:
            held += _lay(run, lines, holding, laid, hit)
            holding, trips = _stopped(run, lines, holding, trips, hit, level)
            heard = laid = hit
            continue
        bar = asked + late
        if bar >= bars:
            break
        held += _lay(run, lines, holding, laid, bar)
        wanted = decision(run, asked)
        if holding.units != 0.0:
            holding, trips = _closed(run, lines, holding, trips, bar, fills[bar], False)
        if wanted != FLAT:
            holding = _opened(run, lines, holding.money, -1.0 if wanted == SHORT else 1.0, asked, bar, fills[bar])
        heard, laid = asked + 1, bar
    held += _lay(run, lines, holding, laid, bars)
    _write(run, holding, trips, held)


@part
def _flat(money: float) -> Holding:
    return Holding(money, 0.0, 0.0, 0.0, 0, 0, np.nan, np.nan, np.nan, np.nan)


@part
def _lay(run: Run, lines: Lines, holding: Holding, begin: int, end: int) -> int:
    """Lay down the account's value at the closes from bar `begin` to the one before `end`; returns how many end with a position."""
    prices = borrowed(lines.short if holding.units < 0.0 else lines.close)
    for bar in range(begin, end, LANES):
        lay(run.path, bar + 1, prices, bar, holding.money, holding.units)
    return end - begin if holding.units != 0.0 else 0


@part
def _reached(run: Run, lines: Lines, holding: Holding, end: int) -> tuple[int, float]:
    """The first bar before `end` that reaches the stop or the target, and the stop then; `end` when there is none."""
    units, stop, target = holding.units, holding.stop, holding.target
    if units == 0.0:
        return end, np.nan
    if not (np.isnan(holding.trail) and np.isnan(run.own[run.q].trailing_stop)):
        return _trailed(run, lines, holding, end)
    if np.isnan(stop) and np.isnan(target):
        return end, np.nan
    floor, ceiling = (stop, target) if units > 0.0 else (target, stop)
    for bar in range(holding.acts, end, WORD):
        word = touched(lines.low, lines.high, bar, floor, ceiling) & first(end - bar)
        if word != NONE:
            return bar + lowest(word), stop
    return end, stop


@part
def _trailed(run: Run, lines: Lines, holding: Holding, end: int) -> tuple[int, float]:
    """The same for a stop that follows the best price so far."""
    side, fraction = 1.0 if holding.units > 0.0 else -1.0, run.own[run.q].trailing_stop
    worst, best = (lines.low, lines.high) if side > 0.0 else (lines.high, lines.low)
    farthest, stop = holding.best, holding.stop
    for bar in range(holding.acts, end):
        following = nearer(farthest - side * holding.trail, farthest * (1.0 - side * fraction), side)
        stop = nearer(holding.stop, following, side)
        if side * (stop - worst[bar]) >= 0.0 or side * (best[bar] - holding.target) >= 0.0:
            return bar, stop
        farthest = max(farthest, best[bar]) if side > 0.0 else min(farthest, best[bar])
    return end, stop


@part
def _stopped(run: Run, lines: Lines, holding: Holding, trips: Trips, bar: int, stop: float) -> tuple[Holding, Trips]:
    """Close a position whose stop or target the bar reaches; the stop is taken to come first."""
    side, opened = 1.0 if holding.units > 0.0 else -1.0, lines.open[bar]
    worst = lines.low[bar] if side > 0.0 else lines.high[bar]
    if side * (stop - worst) >= 0.0:
        return _closed(run, lines, holding, trips, bar, opened if side * (stop - opened) >= 0.0 else stop, False)
    beyond = side * (opened - holding.target) >= 0.0
    return _closed(run, lines, holding, trips, bar, opened if beyond else holding.target, True)


@part
def _closed(run: Run, lines: Lines, holding: Holding, trips: Trips, bar: int, price: float, exact: bool) -> tuple[Holding, Trips]:
    """The account after its position was closed, at the price itself if `exact`; and the round trip that this ends."""
    side, size = -1.0 if holding.units > 0.0 else 1.0, abs(holding.units)
    paid = price if exact else priced(run.rules, price, side, size, np.nan)
    charged, worth, owed = fee(run.rules, size, paid, side), size * paid, 0.0
    if side > 0.0:
        owed = size * lines.owed[bar]
    gained = 0.0 if abs(worth - holding.value) <= EQUAL * max(worth, holding.value) else -side * (worth - holding.value)
    profit = gained - holding.fees - charged
    after = Trips(
        trips.closed + 1.0,
        trips.wins + np.float64(profit > 0.0),
        trips.gain + max(profit, 0.0),
        trips.loss - min(profit, 0.0),
        trips.returns + profit / holding.value,
        trips.bars + (bar - holding.since),
        trips.traded + (holding.value + worth),
    )
    return _flat(holding.money - owed - (side * worth + charged)), after


@part
def _opened(run: Run, lines: Lines, cash: float, side: float, asked: int, bar: int, price: float) -> Holding:
    """The account after the entry that was decided at bar `asked`, or as it was when its budget buys nothing."""
    rules, plan, own = run.rules, run.plan[asked if run.plan.shape[0] > 1 else 0, 0], run.own[run.q]
    paid = priced(rules, price, side, 0.0, np.nan)
    given = plan.budget if rules.in_cash else plan.budget * cash
    budget, room = worth_trading(rules, given), worth_trading(rules, rules.leverage * cash)
    size = whole(rules, bought(rules, budget, paid)) if paid > LEAST_PRICE else 0.0
    if size * paid + fee(rules, size, paid, 1.0) > room * (1.0 + DUST):
        size = whole(rules, bought(rules, room, paid))
    if size == 0.0:
        return _flat(cash)
    charged = fee(rules, size, paid, side)
    money = cash - (side * size * paid + charged)
    if side < 0.0:
        money += size * lines.owed[bar]
    return Holding(
        money,
        side * size,
        size * paid,
        charged,
        bar,
        bar + 1 if rules.at_close else bar,
        paid,
        nearer(plan.stop, paid * (1.0 - side * own.stop_loss), side),
        nearer(plan.target, paid * (1.0 + side * own.take_profit), -side),
        plan.trail * own.trail_times,
    )


@part
def _write(run: Run, holding: Holding, trips: Trips, held: int) -> None:
    ledger, q, open_now = run.ledger, run.q, holding.units != 0.0
    ledger[q, TRADES], ledger[q, CLOSED] = trips.closed + np.float64(open_now), trips.closed
    ledger[q, TRADED] = trips.traded + holding.value
    ledger[q, WINS], ledger[q, GAIN], ledger[q, LOSS] = trips.wins, trips.gain, trips.loss
    ledger[q, TRADE_RETURNS], ledger[q, CLOSED_BARS], ledger[q, BARS_HELD] = trips.returns, trips.bars, held
