"""Aurelius: given signals of any family, in words, through the event kernel."""

from __future__ import annotations

import numpy as np
from protocol import Run, serve
from work import CAPITAL, FEE, METRICS, Work

from aurelius_kernel.engine.fused.all_in import AllIn
from aurelius_kernel.engine.fused.history import History
from aurelius_kernel.engine.fused.measures import Scale, measure
from aurelius_kernel.engine.fused.threads import Crew, cores
from aurelius_kernel.engine.fused.words import as_words
from aurelius_kernel.metrics import Metric
from aurelius_kernel.model import Costs


def prepare(work: Work) -> Run:
    opens, high, low, close = (prices[:, 0].copy() for prices in (work.open, work.high, work.low, work.close))
    history = History(opens, high, low, close, np.full(len(close), np.nan), np.arange(len(close)))
    costs = Costs(commission_bps=FEE * 1e4, slippage_bps=0.0)
    entries, exits = (as_words(signals) for signals in work.random_signals())

    def run() -> dict[str, np.ndarray]:
        crew = Crew(cores())
        account = AllIn(history, costs, next_open=True)
        scale = Scale(capital=CAPITAL, periods_per_year=work.year, benchmark=account.prices.benchmark)
        found = measure(account.follow(entries, exits, crew), scale, [Metric(name) for name in METRICS], crew)
        return dict(zip(METRICS, found.T, strict=True))

    return run


if __name__ == "__main__":
    serve(prepare)
