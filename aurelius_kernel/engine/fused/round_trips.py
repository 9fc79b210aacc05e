"""One combination's trades over one tile of bars: constant work a trade, none a bar."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aurelius_kernel.engine.fused.compiled import part
from aurelius_kernel.engine.fused.ledger import (
    BARS_HELD,
    CLOSED,
    CLOSED_BARS,
    COST,
    EQUITY,
    EQUITY_SUM,
    GAIN,
    LOSS,
    PEAK,
    SOLD,
    SUMS,
    TRADE_RETURNS,
    TRADED,
    TRADES,
    TROUGH,
    UNITS,
    WINS,
)
from aurelius_kernel.engine.fused.tape import FALL, HIGH, LOW, TILE, TOTAL, Tape
from aurelius_kernel.engine.fused.words import highest
from aurelius_kernel.typing import FloatArray

__all__ = ["complete", "settle"]


class Account(NamedTuple):
    """The account as it goes from change to change; `cost` is what a unit of the open position has cost."""

    equity: float
    units: float
    cost: float
    peak: float
    trough: float
    equity_sum: float
    bars_held: float


class Trips(NamedTuple):
    """What the round trips ended in a tile add up to; `bars` is the account's bars held when the last one ended."""

    closed: float
    wins: float
    gain: float
    loss: float
    returns: float
    bars: float
    sold: float


@part
def settle(
    ledger: FloatArray, q: int, changes: NDArray[np.int32], count: int, tape: Tape, closes: FloatArray, low: int, high: int
) -> None:
    """Account for the bars `low` … `high - 1` of the tape: entries and exits in turn at the bars `changes[:count]`.

    `closes` are the closes of the tape's own bars.
    """
    account, trips = _read(ledger, q)
    at = low
    for i in range(count):
        bar = int(changes[i])
        if account.units == 0.0:
            _add(ledger, q, tape.entry, bar)
            account = _entered(_idled(account, bar - at), tape, bar)
        else:
            _add(ledger, q, tape.exit, bar)
            account = _held(account, tape, closes, at, bar)
            trips = _ended(trips, account, tape.exit[bar, 0])
            account = _left(account, tape, bar)
        at = bar
    if account.units == 0.0:
        account = _idled(account, high - at)
        _add(ledger, q, tape.idle, low // TILE)
    else:
        account = _held(account, tape, closes, at, high)
        _add(ledger, q, tape.held, low // TILE)
    _write(ledger, q, account, trips)


@part
def _add(ledger: FloatArray, q: int, lines: FloatArray, line: int) -> None:
    for j in range(1, SUMS):
        ledger[q, j] += lines[line, j]


@part
def _idled(account: Account, bars: int) -> Account:
    """The account after so many bars without a position."""
    equity, units, cost, peak, trough, equity_sum, bars_held = account
    return Account(equity, units, cost, peak, trough, equity_sum + equity * bars, bars_held)


@part
def _entered(account: Account, tape: Tape, bar: int) -> Account:
    """The account with all its money in the instrument."""
    equity, _, _, peak, trough, equity_sum, bars_held = account
    cost = tape.entry[bar, 0]
    return Account(equity, equity / cost, cost, peak, trough, equity_sum, bars_held)


@part
def _held(account: Account, tape: Tape, closes: FloatArray, begin: int, end: int) -> Account:
    """The account after its position went through bars `begin` … `end - 1`.

    The deepest drawdown there is from the peak before, or the deepest fall between two prices of the stretch itself.
    """
    _, units, cost, peak, trough, equity_sum, bars_held = account
    last = end - 1
    if last < begin:
        return account
    if last == begin:
        lowest, top, total = closes[last], closes[last], closes[last]
    else:
        level, ranges = highest(begin ^ last), tape.ranges
        trough = min(trough, ranges[level, begin, FALL], ranges[level, last, FALL])
        top, lowest = ranges[level, begin, HIGH], ranges[level, last, LOW]
        if lowest < trough * top:
            trough = lowest / top
        lowest, top = min(lowest, ranges[level, begin, LOW]), max(top, ranges[level, last, HIGH])
        total = ranges[level, begin, TOTAL] + ranges[level, last, TOTAL]
    trough = min(trough, units * lowest / peak)
    peak, equity_sum, bars_held = max(peak, units * top), equity_sum + units * total, bars_held + (end - begin)
    return Account(units * closes[last], units, cost, peak, trough, equity_sum, bars_held)


@part
def _left(account: Account, tape: Tape, bar: int) -> Account:
    """The account after its position was sold."""
    _, units, cost, peak, trough, equity_sum, bars_held = account
    equity = units * tape.exit[bar, 0]
    trough = min(trough, equity / peak)
    return Account(equity, 0.0, cost, max(peak, equity), trough, equity_sum, bars_held)


@part
def _ended(trips: Trips, account: Account, price: float) -> Trips:
    closed, wins, gain, loss, returns, _, sold = trips
    profit = account.units * (price - account.cost)
    won, gain, loss = np.float64(profit > 0.0), gain + max(profit, 0.0), loss - min(profit, 0.0)
    returns, sold = returns + price / account.cost - 1.0, sold + account.units * price
    return Trips(closed + 1.0, wins + won, gain, loss, returns, account.bars_held, sold)


@part
def _read(ledger: FloatArray, q: int) -> tuple[Account, Trips]:
    account = Account(
        ledger[q, EQUITY],
        ledger[q, UNITS],
        ledger[q, COST],
        ledger[q, PEAK],
        ledger[q, TROUGH],
        ledger[q, EQUITY_SUM],
        ledger[q, BARS_HELD],
    )
    return account, Trips(0.0, 0.0, 0.0, 0.0, 0.0, ledger[q, CLOSED_BARS], 0.0)


@part
def _write(ledger: FloatArray, q: int, account: Account, trips: Trips) -> None:
    ledger[q, EQUITY], ledger[q, UNITS], ledger[q, COST] = account.equity, account.units, account.cost
    ledger[q, PEAK], ledger[q, TROUGH] = account.peak, account.trough
    ledger[q, EQUITY_SUM], ledger[q, BARS_HELD] = account.equity_sum, account.bars_held
    ledger[q, CLOSED] += trips.closed
    ledger[q, WINS] += trips.wins
    ledger[q, GAIN] += trips.gain
    ledger[q, LOSS] += trips.loss
    ledger[q, TRADE_RETURNS] += trips.returns
    ledger[q, CLOSED_BARS] = trips.bars
    ledger[q, SOLD] += trips.sold


@part
def complete(ledger: FloatArray, q: int, commission: float) -> None:
    """Fill in what follows from a row's other fields; entry values are without their commission."""
    open_now = ledger[q, UNITS] > 0.0
    invested = ledger[q, UNITS] * ledger[q, COST] if open_now else 0.0
    bought = ledger[q, SOLD] - (ledger[q, GAIN] - ledger[q, LOSS]) + invested
    ledger[q, TRADES] = ledger[q, CLOSED] + open_now
    ledger[q, TRADED] = bought / (1.0 + commission) + ledger[q, SOLD] / (1.0 - commission)
    ledger[q, TRADE_RETURNS] *= 1.0 + commission
