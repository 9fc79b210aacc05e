"""The account's value from close to close: on one bar, or over a stretch of bars on which nothing is traded."""

from __future__ import annotations

import math

import numpy as np

from aurelius_kernel.engine.fused.bar import stop_of
from aurelius_kernel.engine.fused.book import Run
from aurelius_kernel.engine.fused.compiled import part
from aurelius_kernel.engine.fused.ledger import BARS_HELD
from aurelius_kernel.engine.fused.signals import next_decision, read
from aurelius_kernel.engine.fused.sizes import DUST

__all__ = ["glide", "mark"]


@part
def mark(run: Run, bar: int, end: int, equity: float) -> None:
    """Put down equity at the close of `bar`, and unchanged on those after it before `end`."""
    held = False
    for i in range(len(run.positions)):
        held |= run.positions[i].units != 0.0
    run.ledger[run.q, BARS_HELD] += np.float64(held)
    run.path[bar + 1 : end + 1] = equity


@part
def glide(run: Run, bar: int) -> int:
    """Pass over the bars on which the one instrument there is trades nothing; returns the first on which it may.

    Its signals must have nothing pending. What the last bar of the stretch decides is pending afterwards.
    """
    rules, end, units = run.rules, run.bars.shape[0], run.positions[0].units
    if rules.liquidate_at_open or rules.liquidate_at_close:
        end -= 1
    asked = next_decision(run, units, bar, end)
    stop = asked if rules.at_close else min(asked + 1, end)
    if units == 0.0:
        run.path[bar + 1 : stop + 1] = run.account[0].cash
        bar = max(bar, stop)
    else:
        bar = _hold(run, bar, stop)
    if not rules.at_close and bar == asked + 1:
        read(run, asked)
    return bar


@part
def _hold(run: Run, bar: int, end: int) -> int:
    """Keep a position until a bar that reaches its stop or target, or that leaves no equity; returns that bar, or `end`."""
    account, position = run.account[0], run.positions[0]
    units, side, cash, begin = position.units, math.copysign(1.0, position.units), account.cash, bar
    borrow, ruin = run.rules.borrow if side < 0.0 else 0.0, DUST * run.rules.capital
    trails = not (np.isnan(position.trail) and np.isnan(run.own[run.q].trailing_stop))
    stop, target, last = stop_of(run, 0, side), position.target, position.last
    while bar < end:
        now = run.bars[bar, 0]
        worst, best = (now.low, now.high) if side > 0.0 else (now.high, now.low)
        if side * (stop - worst) >= 0.0 or side * (best - target) >= 0.0:
            break
        after = cash + units * last * borrow
        equity = after + units * now.close
        if equity <= ruin:
            break
        cash, last = after, now.close
        position.best = max(position.best, best) if side > 0.0 else min(position.best, best)
        if trails:
            stop = stop_of(run, 0, side)
        run.path[bar + 1] = equity
        bar += 1
    account.cash, position.last = cash, last
    run.ledger[run.q, BARS_HELD] += bar - begin
    return bar
