"""The streaming kernel: any account of the execution model, one combination at a time."""

from __future__ import annotations

import numpy as np

from aurelius_kernel.engine.fused.bar import live, valued, wind_up
from aurelius_kernel.engine.fused.book import ACCOUNT, NOTHING, POSITION, Records, Rules, Run, clear
from aurelius_kernel.engine.fused.borrowing import borrowed
from aurelius_kernel.engine.fused.compiled import kernel, part
from aurelius_kernel.engine.fused.equity import add_up, blank_path
from aurelius_kernel.engine.fused.ledger import TRADED, TRADES
from aurelius_kernel.engine.fused.marks import glide, mark
from aurelius_kernel.engine.fused.signals import read
from aurelius_kernel.engine.fused.single import Lines, walk
from aurelius_kernel.engine.fused.sizes import DUST
from aurelius_kernel.engine.fused.words import Words
from aurelius_kernel.typing import FloatArray, IntArray

__all__ = ["stream"]


@kernel
def stream(
    ledger: FloatArray,
    paths: FloatArray,
    bars: Records,
    lines: Lines,
    benchmark: FloatArray,
    order: IntArray,
    rules: Rules,
    signals: Words,
    plan: Records,
    own: Records,
) -> None:
    """Take combinations through all bars; arguments are the fields of `Run`.

    `lines` are those of a single instrument's account, or empty. `paths` of shape (combinations, bars) is filled with equity at
    each close; with no rows it is left alone.
    """
    account, positions, path = np.empty(1, dtype=ACCOUNT), np.empty(bars.shape[1], dtype=POSITION), blank_path(bars.shape[0])
    path[0] = rules.capital
    for q in range(len(own)):
        run = Run(
            borrowed(bars),
            borrowed(path),
            borrowed(order),
            rules,
            borrowed(signals),
            borrowed(plan),
            borrowed(own),
            borrowed(ledger),
            borrowed(account),
            borrowed(positions),
            q,
        )
        if not (len(lines.close) > 0 and _simply(run, _lent(lines), benchmark)):
            _by_bars(run)
            add_up(run.ledger, q, run.path, benchmark, bars.shape[0])
        if paths.shape[0] > 0:
            paths[q] = path[1 : 1 + bars.shape[0]]


@part
def _lent(lines: Lines) -> Lines:
    """The lines, for parts that are called at every order."""
    opens, highs, lows, closes, owed, short = lines
    return Lines(borrowed(opens), borrowed(highs), borrowed(lows), borrowed(closes), borrowed(owed), borrowed(short))


@part
def _simply(run: Run, lines: Lines, benchmark: FloatArray) -> bool:
    """Take an account from order to order; whether that is the whole truth, because it never was ruined."""
    walk(run, lines)
    return add_up(run.ledger, run.q, run.path, benchmark, run.bars.shape[0]) > DUST * run.rules.capital


@part
def _by_bars(run: Run) -> None:
    """Take an account from bar to bar, through every event that there may be."""
    bar, end, rules = 0, run.bars.shape[0], run.rules
    clear(run.account, run.positions, rules.capital)
    run.ledger[run.q] = 0.0
    while bar < end:
        if len(run.positions) == 1 and run.positions[0].pending == NOTHING and not rules.weights:
            bar = glide(run, bar)
            if bar == end:
                break
        live(run, bar)
        equity = valued(run, bar)
        if equity <= DUST * rules.capital:
            wind_up(run, bar)
            mark(run, bar, end, equity)
            break
        mark(run, bar, bar + 1, equity)
        if not rules.at_close:
            read(run, bar)
        bar += 1
    _finish(run)


@part
def _finish(run: Run) -> None:
    """Count the round trips that are still open."""
    for i in range(len(run.positions)):
        if run.positions[i].units != 0.0:
            run.ledger[run.q, TRADES] += 1.0
            run.ledger[run.q, TRADED] += run.positions[i].value
