"""How many units a pending decision trades: what it asks, what its budget buys, what leverage and volume leave of it."""

from __future__ import annotations

import math

import numpy as np

from aurelius_kernel.engine.fused.book import FLAT, LONG, NOTHING, SHORT, WEIGHT, Rules, Run, planned
from aurelius_kernel.engine.fused.compiled import part, routine
from aurelius_kernel.engine.fused.orders import affordable, fee, fill, priced

__all__ = ["DUST", "enlarge", "nearer", "reduce", "whole", "worth_trading"]

DUST = 1e-9
"""The share of the starting capital below which nothing is traded."""
ROUNDING = 1e-12


@routine
def reduce(run: Run, bar: int, i: int, price: float, equity: float) -> bool:
    """Fill the part of a pending decision that makes a position smaller; whether volume left some of it over."""
    position, volume = run.positions[i], run.bars[bar, i].volume
    size = _excess(run, i, price, equity)
    most = _volume_limit(run.rules, volume)
    limited = size > most * (1.0 + ROUNDING)
    if limited:
        size = most
    if size > 0.0:
        side = -math.copysign(1.0, position.units)
        paid = priced(run.rules, price, side, size, volume)
        fill(run, bar, i, side, size, paid, fee(run.rules, size, paid, side))
    if position.pending == FLAT and position.units == 0.0:
        position.pending = NOTHING
    return bool(limited)


@routine
def enlarge(run: Run, bar: int, i: int, price: float, equity: float, room: float, spent: float, exact: bool, inside: bool) -> float:
    """Fill the part of a pending decision that opens or enlarges a position; returns the money it took.

    `room` is what leverage leaves, `spent` what this bar's reductions cost; `exact` for a limit order, which fills at its price.
    """
    position, rules, volume = run.positions[i], run.rules, run.bars[bar, i].volume
    side, budget = _intent(run, i, price, equity)
    budget, room = worth_trading(rules, budget), worth_trading(rules, room)
    if position.pending == WEIGHT and budget - spent <= room < budget:
        budget = room
    if side * position.units < 0.0:
        return 0.0
    allowed = position.rest
    if np.isnan(allowed):
        allowed = whole(rules, affordable(rules, budget, price, side, volume, exact))
    paid = price if exact else priced(rules, price, side, allowed, volume)
    if allowed * paid + fee(rules, allowed, paid, 1.0) > room * (1.0 + DUST):
        allowed = whole(rules, affordable(rules, room, price, side, volume, exact))
    most = _volume_limit(rules, volume)
    limited = allowed > most * (1.0 + ROUNDING)
    size, taken = most if limited else allowed, 0.0
    if size > 0.0:
        paid = price if exact else priced(rules, price, side, size, volume)
        charged = fee(rules, size, paid, side)
        fill(run, bar, i, side, size, paid, charged)
        _guard(run, bar, i, side, paid, inside)
        taken = size * paid + charged
    position.rest = np.nan if position.pending == WEIGHT else allowed - size
    position.pending = position.pending if limited else NOTHING
    return taken


@part
def whole(rules: Rules, size: float) -> float:
    """The size as it may be ordered: whole shares where only they are traded, and nothing for what is next to nothing."""
    if rules.whole_shares:
        return math.floor(size * (1.0 + ROUNDING))
    return size if size > ROUNDING else 0.0


@part
def worth_trading(rules: Rules, money: float) -> float:
    """The money, or nothing where it is dust."""
    return money if money > DUST * rules.capital else 0.0


@part
def _volume_limit(rules: Rules, volume: float) -> float:
    """The most that an order takes of a bar's volume; NaN for no limit. Where impact counts, a bar without volume fills nothing."""
    if rules.impact > 0.0 and volume == 0.0:
        return 0.0
    most = rules.volume_share * volume
    return most if np.isnan(most) else whole(rules, most)


@part
def _excess(run: Run, i: int, price: float, equity: float) -> float:
    """The units by which a pending decision makes a position smaller."""
    held, pending = run.positions[i].units, run.positions[i].pending
    if held == 0.0:
        return 0.0
    if pending == FLAT or (pending == LONG and held < 0.0) or (pending == SHORT and held > 0.0):
        return float(abs(held))
    if pending != WEIGHT:
        return 0.0
    wanted = math.copysign(1.0, held) * run.plan[planned(run, i), i].weight * max(equity, 0.0)
    if wanted <= 0.0:
        return float(abs(held))
    excess = abs(held) * price - wanted
    return whole(run.rules, excess / price) if excess > DUST * run.rules.capital else 0.0


@part
def _intent(run: Run, i: int, price: float, equity: float) -> tuple[float, float]:
    """The side of a pending increase, and the money it may spend."""
    pending, plan = run.positions[i].pending, run.plan[planned(run, i), i]
    if pending == WEIGHT:
        wanted, held = plan.weight * max(equity, 0.0), run.positions[i].units * price
        return math.copysign(1.0, wanted), abs(wanted) - abs(held) if wanted * held >= 0.0 else 0.0
    side = 1.0 if pending == LONG else -1.0 if pending == SHORT else 0.0
    if run.rules.kelly_trades > 0:
        return side, _kelly(run) * equity
    if np.isnan(plan.budget):
        return side, 0.0
    return side, plan.budget if run.rules.in_cash else plan.budget * equity


@part
def _kelly(run: Run) -> float:
    """Half of Kelly's fraction over the positions that are over, between nothing and a quarter."""
    account = run.account[0]
    if account.ended < run.rules.kelly_trades:
        return float(run.rules.kelly_fraction)
    if account.won == 0.0:
        return 0.0
    chance, gain = account.won / account.ended, account.gains / account.won
    loss = account.losses / max(account.ended - account.won, 1.0)
    return float(min(max(0.5 * (chance - (1.0 - chance) * loss / gain), 0.0), 0.25))


@part
def _guard(run: Run, bar: int, i: int, side: float, paid: float, inside: bool) -> None:
    """Set the stops and the target of a position at its first fill, and whether that came after the open."""
    position, plan, own = run.positions[i], run.plan[planned(run, i), i], run.own[run.q]
    if not np.isnan(position.best):
        return
    position.best = paid
    position.inside = bar if inside else position.inside
    position.trail = plan.trail * own.trail_times
    position.stop = nearer(plan.stop, paid * (1.0 - side * own.stop_loss), side)
    position.target = nearer(plan.target, paid * (1.0 + side * own.take_profit), -side)


@part
def nearer(one: float, other: float, side: float) -> float:
    """Of two levels below the price, or above it where `side` is negative, the nearer one; NaN is no level."""
    if np.isnan(one):
        return other
    if np.isnan(other):
        return one
    return max(one, other) if side > 0.0 else min(one, other)
