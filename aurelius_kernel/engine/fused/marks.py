"""The account's value from close to close: on one bar, or over a stretch of bars on which nothing is traded."""

from __future__ import annotations

import math

import numpy as np

from aurelius_kernel.engine.fused.bar import stop_of
from aurelius_kernel.engine.fused.book import Run
from aurelius_kernel.engine.fused.compiled import part
from aurelius_kernel.engine.fused.ledger import BARS_HELD, EQUITY_SUM, PEAK, TROUGH
from aurelius_kernel.engine.fused.signals import next_decision, read
from aurelius_kernel.engine.fused.sizes import DUST
from aurelius_kernel.typing import FloatArray

__all__ = ["glide", "mark"]

GAPS = 7


@part
def mark(run: Run, paths: FloatArray, bar: int, end: int, equity: float) -> None:
    """Put down equity at the close of `bar`, and unchanged on those after it before `end`."""
    account, ledger, q = run.account[0], run.ledger, run.q
    r = equity / account.marked - 1.0
    gap, square, loss = r - run.benchmark[bar], r * r, min(r, 0.0)
    ledger[q, 1] += r
    ledger[q, 2] += square
    ledger[q, 3] += square * r
    ledger[q, 4] += square * square
    ledger[q, 5] += loss
    ledger[q, 6] += loss * loss
    ledger[q, GAPS] += gap * gap
    ledger[q, PEAK] = max(ledger[q, PEAK], equity)
    ledger[q, TROUGH] = min(ledger[q, TROUGH], equity / ledger[q, PEAK])
    held = False
    for i in range(len(run.positions)):
        held |= run.positions[i].units != 0.0
    ledger[q, BARS_HELD] += np.float64(held)
    ledger[q, EQUITY_SUM] += equity
    account.marked = equity
    if paths.shape[0] > 0:
        paths[q, bar] = equity
    _idle(run, paths, bar + 1, end)


@part
def _idle(run: Run, paths: FloatArray, bar: int, end: int) -> None:
    """Let bars pass without a position."""
    gaps, equity = 0.0, run.account[0].marked
    for t in range(bar, end):
        gaps += run.benchmark[t] * run.benchmark[t]
        if paths.shape[0] > 0:
            paths[run.q, t] = equity
    run.ledger[run.q, GAPS] += gaps
    run.ledger[run.q, EQUITY_SUM] += equity * max(end - bar, 0)


@part
def glide(run: Run, paths: FloatArray, bar: int) -> int:
    """Pass over the bars on which the one instrument there is trades nothing; returns the first on which it may.

    Its signals must have nothing pending. What the last bar of the stretch decides is pending afterwards.
    """
    rules, end = run.rules, run.bars.shape[0]
    if rules.liquidate_at_open or rules.liquidate_at_close:
        end -= 1
    asked = next_decision(run, bar, end)
    stop = asked if rules.at_close else min(asked + 1, end)
    if run.positions[0].units == 0.0:
        _idle(run, paths, bar, stop)
        bar = max(bar, stop)
    else:
        bar = _hold(run, paths, bar, stop)
    if not rules.at_close and bar == asked + 1:
        read(run, asked)
    return bar


@part
def _hold(run: Run, paths: FloatArray, bar: int, end: int) -> int:
    """Keep a position until a bar that reaches its stop or target, or that leaves no equity; returns that bar, or `end`."""
    account, position, ledger, q = run.account[0], run.positions[0], run.ledger, run.q
    units, side, cash = position.units, math.copysign(1.0, position.units), account.cash
    borrow, ruin = run.rules.borrow if side < 0.0 else 0.0, DUST * run.rules.capital
    trails = not (np.isnan(position.trail) and np.isnan(run.own[q].trailing_stop))
    stop, target, last, marked = stop_of(run, 0, side), position.target, position.last, account.marked
    peak, trough, total = ledger[q, PEAK], ledger[q, TROUGH], 0.0
    s1 = s2 = s3 = s4 = losses = squared_losses = gaps = 0.0
    begin = bar
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
        r = equity / marked - 1.0
        gap, square, loss = r - run.benchmark[bar], r * r, min(r, 0.0)
        s1 += r
        s2 += square
        s3 += square * r
        s4 += square * square
        losses += loss
        squared_losses += loss * loss
        gaps += gap * gap
        total += equity
        peak = max(peak, equity)
        if equity < trough * peak:
            trough = equity / peak
        if paths.shape[0] > 0:
            paths[q, bar] = equity
        marked = equity
        bar += 1
    account.cash, account.marked, position.last = cash, marked, last
    ledger[q, 1] += s1
    ledger[q, 2] += s2
    ledger[q, 3] += s3
    ledger[q, 4] += s4
    ledger[q, 5] += losses
    ledger[q, 6] += squared_losses
    ledger[q, GAPS] += gaps
    ledger[q, PEAK], ledger[q, TROUGH] = peak, trough
    ledger[q, EQUITY_SUM] += total
    ledger[q, BARS_HELD] += bar - begin
    return bar
