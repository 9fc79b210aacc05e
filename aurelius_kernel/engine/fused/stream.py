"""The streaming kernel: any account of the execution model, bar by bar, one combination at a time."""

from __future__ import annotations

import numpy as np

from aurelius_kernel.engine.fused.bar import live, valued, wind_up
from aurelius_kernel.engine.fused.book import ACCOUNT, NOTHING, POSITION, Records, Rules, Run, clear
from aurelius_kernel.engine.fused.borrowing import borrowed
from aurelius_kernel.engine.fused.compiled import kernel, part
from aurelius_kernel.engine.fused.ledger import EQUITY, PEAK, TRADED, TRADES
from aurelius_kernel.engine.fused.marks import glide, mark
from aurelius_kernel.engine.fused.signals import read
from aurelius_kernel.engine.fused.sizes import DUST
from aurelius_kernel.engine.fused.words import Words
from aurelius_kernel.typing import FloatArray, IntArray

__all__ = ["stream"]


@kernel
def stream(
    ledger: FloatArray,
    paths: FloatArray,
    bars: Records,
    benchmark: FloatArray,
    order: IntArray,
    rules: Rules,
    signals: Words,
    plan: Records,
    own: Records,
    begin: int,
    step: int,
) -> None:
    """Take every `step`-th combination from `begin` on through all bars; arguments are the fields of `Run`.

    `paths` of shape (combinations, bars) is filled with equity at each close; with no rows it is left alone.
    """
    account, positions = np.empty(1, dtype=ACCOUNT), np.empty(bars.shape[1], dtype=POSITION)
    for q in range(begin, len(own), step):
        clear(account, positions, rules.capital)
        run = Run(
            borrowed(bars),
            borrowed(benchmark),
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
        _walk(run, borrowed(paths))


@part
def _walk(run: Run, paths: FloatArray) -> None:
    bar, end, rules = 0, run.bars.shape[0], run.rules
    run.ledger[run.q, PEAK] = rules.capital
    while bar < end:
        if len(run.positions) == 1 and run.positions[0].pending == NOTHING and not rules.weights:
            bar = glide(run, paths, bar)
            if bar == end:
                break
        live(run, bar)
        equity = valued(run, bar)
        if equity <= DUST * rules.capital:
            wind_up(run, bar)
            mark(run, paths, bar, end, equity)
            break
        mark(run, paths, bar, bar + 1, equity)
        if not rules.at_close:
            read(run, bar)
        bar += 1
    _finish(run)


@part
def _finish(run: Run) -> None:
    """Count the round trips that are still open, and put down where equity ended."""
    run.ledger[run.q, EQUITY] = run.account[0].marked
    for i in range(len(run.positions)):
        if run.positions[i].units != 0.0:
            run.ledger[run.q, TRADES] += 1.0
            run.ledger[run.q, TRADED] += run.positions[i].value
