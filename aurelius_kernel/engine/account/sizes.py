"""How many units an order trades: what a decision asks, what the budget buys, what leverage and volume leave of it."""

from __future__ import annotations

import math

import numpy as np

from aurelius_kernel.engine.account.book import (
    DUST,
    FLAT,
    LEVERAGE,
    LONG,
    NO_BUDGET,
    NO_REASON,
    NO_WHOLE_SHARE,
    NOTHING,
    REFUSED,
    SHORT,
    VOLUME,
    WEIGHT,
    Book,
    Rules,
    Run,
    affordable,
    commission,
    execute,
    fill_price,
    write,
)
from aurelius_kernel.engine.account.compiled import part
from aurelius_kernel.engine.account.decisions import at

__all__ = ["ROUNDING", "enlarge", "nearer", "reduction", "volume_limit"]

ROUNDING = 1e-12


@part
def whole(rules: Rules, size: float) -> float:
    """`size`, rounded down to whole shares where the run trades only those; 0 for less than anything trades."""
    if rules.whole_shares:
        return math.floor(size * (1.0 + ROUNDING))
    return size if size > ROUNDING else 0.0


@part
def reduction(run: Run, column: int, price: float, equity: float) -> float:
    """The units by which a pending decision makes the position smaller; 0 for none."""
    held, pending = run.book.position[column], run.book.pending[column]
    if held == 0.0:
        return 0.0
    if pending == FLAT or (pending == LONG and held < 0.0) or (pending == SHORT and held > 0.0):
        return float(abs(held))
    if pending != WEIGHT:
        return 0.0
    aim = math.copysign(1.0, held) * run.decisions.weights[run.book.signal_bar[column], column] * max(equity, 0.0)
    if aim <= 0.0:
        return float(abs(held))
    excess = abs(held) * price - aim
    return whole(run.rules, excess / price) if excess > DUST * run.rules.capital else 0.0


@part
def enlarge(run: Run, column: int, price: float, kind: int, equity: float, room: float, spent: float, inside: bool) -> float:
    """Fill the part of a pending decision that opens or enlarges a position; returns the money it took.

    `room` is what leverage leaves; `spent` is what this bar's reductions cost.
    """
    book, rules = run.book, run.rules
    side, budget = intent(run, column, price, equity)
    budget, room = worth_trading(rules, budget), worth_trading(rules, room)
    if book.pending[column] == WEIGHT and budget - spent <= room < budget:
        budget = room
    if side * book.position[column] < 0.0:
        return 0.0
    volume = run.market.volume[run.bar, column]
    wanted = book.rest[column]
    if np.isnan(wanted):
        wanted = whole(rules, affordable(rules, budget, price, side, volume, kind))
    allowed, size, reason = within(rules, wanted, room, price, side, volume, kind)
    taken = 0.0
    if size > 0.0:
        paid = fill_price(rules, price, side, size, volume, kind)
        fee = commission(rules, size, paid, side)
        execute(run, column, side, size, price, paid, kind, wanted, reason, fee)
        guard(run, column, paid, inside)
        taken = size * paid + fee
    elif reason != VOLUME and not (book.pending[column] == WEIGHT and wanted <= 0.0):
        why = reason if wanted > 0.0 else NO_WHOLE_SHARE if rules.whole_shares else NO_BUDGET
        write(run, column, side, kind, wanted, why, REFUSED)
    book.rest[column] = np.nan if book.pending[column] == WEIGHT else allowed - size
    if reason != VOLUME:
        book.pending[column] = NOTHING
    return taken


@part
def intent(run: Run, column: int, price: float, equity: float) -> tuple[float, float]:
    """The side of a pending increase and the money it may spend."""
    pending, signal_bar = run.book.pending[column], run.book.signal_bar[column]
    if pending == WEIGHT:
        aim, held = run.decisions.weights[signal_bar, column] * max(equity, 0.0), run.book.position[column] * price
        return math.copysign(1.0, aim), abs(aim) - abs(held) if aim * held >= 0.0 else 0.0
    side = 1.0 if pending == LONG else -1.0 if pending == SHORT else 0.0
    if run.rules.kelly_trades > 0:
        return side, kelly_fraction(run.rules, run.book) * equity
    budget = at(run.decisions.budget, signal_bar, column)
    return side, 0.0 if np.isnan(budget) else budget if run.rules.budget_in_cash else budget * equity


@part
def worth_trading(rules: Rules, money: float) -> float:
    """`money`, or 0 for less than anybody would trade: a billionth of the starting capital."""
    return money if money > DUST * rules.capital else 0.0


@part
def kelly_fraction(rules: Rules, book: Book) -> float:
    """Half of Kelly's `W - (1 - W)/R` over the account's closed positions, within 0 and a quarter."""
    trades, wins, won, lost = book.closed[0], book.closed[1], book.closed[2], book.closed[3]
    if trades < rules.kelly_trades:
        return float(rules.kelly_initial)
    if wins == 0.0:
        return 0.0
    share = wins / trades
    mean_win, mean_loss = won / wins, lost / max(trades - wins, 1.0)
    return float(min(max(0.5 * (share - (1.0 - share) * mean_loss / mean_win), 0.0), 0.25))


@part
def within(
    rules: Rules, wanted: float, room: float, price: float, side: float, volume: float, kind: int
) -> tuple[float, float, int]:
    """`wanted` cut to the leverage room, then to the volume too, and the reason of the tighter cut."""
    allowed, reason = wanted, NO_REASON
    paid = fill_price(rules, price, side, wanted, volume, kind)
    if wanted * paid + commission(rules, wanted, paid, 1.0) > room * (1.0 + 1e-9):
        allowed, reason = whole(rules, affordable(rules, max(room, 0.0), price, side, volume, kind)), LEVERAGE
    limit = volume_limit(rules, volume)
    if allowed > limit * (1.0 + ROUNDING):
        return allowed, limit, VOLUME
    return allowed, allowed, reason


@part
def volume_limit(rules: Rules, volume: float) -> float:
    """The most that an order takes of a bar's volume, NaN for no limit; where impact counts, a bar without volume fills nothing."""
    if rules.volume_impact > 0.0 and volume == 0.0:
        return 0.0
    limit = rules.max_volume_share * volume
    return limit if np.isnan(limit) else whole(rules, limit)


@part
def guard(run: Run, column: int, paid: float, inside: bool) -> None:
    """Set the stop, target and trail of a position at its first fill, and whether that came after the open."""
    book, decisions, rules = run.book, run.decisions, run.rules
    if not np.isnan(book.best[column]):
        return
    side, signal_bar = math.copysign(1.0, book.position[column]), book.signal_bar[column]
    book.best[column] = paid
    if inside:
        book.entered_inside[column] = run.bar
    book.trail[column] = at(decisions.trail_distance, signal_bar, column)
    book.stop[column] = nearer(at(decisions.stop_price, signal_bar, column), paid * (1.0 - side * rules.stop_loss), side)
    book.target[column] = nearer(at(decisions.target_price, signal_bar, column), paid * (1.0 + side * rules.take_profit), -side)


@part
def nearer(one: float, other: float, side: float) -> float:
    """Of two levels under the price (over it where `side` is negative) the nearer one; NaN is no level."""
    if np.isnan(one):
        return other
    if np.isnan(other):
        return one
    return max(one, other) if side > 0.0 else min(one, other)
