"""The order of events inside one bar: borrow fee, open, range, close."""

from __future__ import annotations

import math

import numpy as np

from aurelius_kernel.engine.fused.book import FLAT, LONG, NOTHING, SHORT, Run, planned
from aurelius_kernel.engine.fused.compiled import part, routine
from aurelius_kernel.engine.fused.orders import fee, fill, priced
from aurelius_kernel.engine.fused.signals import read
from aurelius_kernel.engine.fused.sizes import enlarge, nearer, reduce

__all__ = ["live", "stop_of", "valued", "wind_up"]


@routine
def live(run: Run, bar: int) -> None:
    """Let one bar happen, up to its close."""
    rules, last = run.rules, bar == run.bars.shape[0] - 1
    _borrow(run)
    if last and rules.liquidate_at_open:
        _liquidate(run, bar, True)
        return
    _trade(run, bar, True)
    _inside(run, bar)
    if last and rules.liquidate_at_close:
        _liquidate(run, bar, False)
    elif rules.at_close:
        read(run, bar)
        _trade(run, bar, False)


@part
def valued(run: Run, bar: int) -> float:
    """Equity at the bar's closes; trailing stops learn the bar's best price here, and not before."""
    equity = run.account[0].cash
    for i in range(len(run.positions)):
        position, now = run.positions[i], run.bars[bar, i]
        if not np.isnan(now.close):
            position.last = now.close
            if position.inside != bar:
                if position.units > 0.0:
                    position.best = max(position.best, now.high)
                elif position.units < 0.0:
                    position.best = min(position.best, now.low)
        if position.units != 0.0:
            equity += position.units * position.last
    return float(equity)


@routine
def wind_up(run: Run, bar: int) -> None:
    """Close every position of a bankrupt account at its last close, without costs."""
    for i in run.order:
        position = run.positions[i]
        if position.units != 0.0:
            fill(run, bar, i, -math.copysign(1.0, position.units), abs(position.units), position.last, 0.0)


@part
def _borrow(run: Run) -> None:
    for i in range(len(run.positions)):
        if run.positions[i].units < 0.0:
            run.account[0].cash += run.positions[i].units * run.positions[i].last * run.rules.borrow


@part
def _price(run: Run, bar: int, i: int, at_open: bool) -> float:
    return float(run.bars[bar, i].open if at_open else run.bars[bar, i].close)


@part
def _worth(run: Run, bar: int, at_open: bool) -> tuple[float, float]:
    """Equity and the gross value of positions, the last close standing in for a price that is missing."""
    equity, gross = run.account[0].cash, 0.0
    for i in range(len(run.positions)):
        position = run.positions[i]
        if position.units != 0.0:
            price = _price(run, bar, i, at_open)
            value = position.units * (position.last if np.isnan(price) else price)
            equity += value
            gross += abs(value)
    return equity, gross


@part
def _limit(run: Run, i: int) -> float:
    """The limit price of a pending entry; NaN for everything else."""
    pending = run.positions[i].pending
    return run.plan[planned(run, i), i].limit if run.rules.limits and pending in (LONG, SHORT) else np.nan


@routine
def _trade(run: Run, bar: int, at_open: bool) -> None:
    """Fill what is due at the opens or closes: first everything that reduces a position, then everything that enlarges one."""
    waiting = False
    for i in range(len(run.positions)):
        waiting |= run.positions[i].pending != NOTHING
    if not waiting:
        return
    due = at_open != run.rules.at_close
    before, _ = _worth(run, bar, at_open)
    for i in run.order:
        price, position = _price(run, bar, i, at_open), run.positions[i]
        position.held_up = 0
        if due and position.pending != NOTHING and not np.isnan(price):
            position.held_up = int(reduce(run, bar, i, price, before))
    equity, gross = _worth(run, bar, at_open)
    room = run.rules.leverage * equity - gross
    for i in run.order:
        price, pending = _price(run, bar, i, at_open), run.positions[i].pending
        if pending == NOTHING or run.positions[i].held_up or np.isnan(price):
            continue
        limit = _limit(run, i)
        if np.isnan(limit):
            if due:
                room -= enlarge(run, bar, i, price, equity, room, before - equity, False, not at_open)
        elif at_open and _reached(limit, price, pending):
            room -= enlarge(run, bar, i, price, equity, room, 0.0, True, False)


@part
def _reached(limit: float, price: float, pending: int) -> bool:
    return price <= limit if pending == LONG else price >= limit


@routine
def _inside(run: Run, bar: int) -> None:
    """Let stops and targets act on the bar's range, and limit entries fill or lapse."""
    for i in run.order:
        now, position = run.bars[bar, i], run.positions[i]
        if np.isnan(now.close):
            continue
        _protect(run, bar, i)
        limit = _limit(run, i)
        if np.isnan(limit):
            continue
        side = 1.0 if position.pending == LONG else -1.0
        if position.units == 0.0 and _reached(limit, now.low if side > 0.0 else now.high, position.pending):
            equity, gross = _worth(run, bar, True)
            enlarge(run, bar, i, limit, equity, run.rules.leverage * equity - gross, 0.0, True, True)
            _protect(run, bar, i)
        position.pending = FLAT if side * position.units < 0.0 else NOTHING


@routine
def _protect(run: Run, bar: int, i: int) -> None:
    """Close a position whose stop or target the bar reaches; the stop is taken to come first."""
    now, position = run.bars[bar, i], run.positions[i]
    if position.units == 0.0:
        return
    side, inside = math.copysign(1.0, position.units), position.inside == bar
    worst, best = (now.low, now.high) if side > 0.0 else (now.high, now.low)
    start = position.best if inside else now.open
    stop = stop_of(run, i, side)
    if side * (stop - worst) >= 0.0:
        _close(run, bar, i, start if side * (stop - start) >= 0.0 else stop, False)
    elif side * (best - position.target) >= 0.0 and not inside:
        _close(run, bar, i, start if side * (start - position.target) >= 0.0 else position.target, True)


@part
def stop_of(run: Run, i: int, side: float) -> float:
    """The stop nearest to the price, fixed or trailing; NaN for none."""
    position = run.positions[i]
    fraction = position.best * (1.0 - side * run.own[run.q].trailing_stop)
    return nearer(position.stop, nearer(position.best - side * position.trail, fraction, side), side)


@routine
def _close(run: Run, bar: int, i: int, price: float, exact: bool) -> None:
    """Close a whole position; what was pending for the instrument lapses."""
    size, side = abs(run.positions[i].units), -math.copysign(1.0, run.positions[i].units)
    paid = price if exact else priced(run.rules, price, side, size, run.bars[bar, i].volume)
    fill(run, bar, i, side, size, paid, fee(run.rules, size, paid, side))
    run.positions[i].pending = NOTHING


@routine
def _liquidate(run: Run, bar: int, at_open: bool) -> None:
    """Cancel what is pending and close every position whose instrument has a price."""
    for i in run.order:
        price, position = _price(run, bar, i, at_open), run.positions[i]
        position.pending = NOTHING
        if position.units != 0.0 and not np.isnan(price):
            _close(run, bar, i, price, False)
