"""raptorbt: signals by numpy, all combinations in one call of its parallel batch, its own metrics."""

from __future__ import annotations

import numpy as np
import raptorbt
from protocol import Run, serve
from work import CAPITAL, FEE, Work

DAY = 86_400 * 10**9


def prepare(work: Work) -> Run:
    stamps = np.arange(len(work.close), dtype=np.int64) * DAY
    config = raptorbt.BacktestConfig(initial_capital=CAPITAL, fees=FEE, fill_timing="next_bar_open", periods_per_year=work.year)
    prices, volume = [price[:, 0].copy() for price in (work.open, work.high, work.low, work.close)], np.ones(len(work.close))

    def run() -> dict[str, np.ndarray]:
        items = [raptorbt.BatchSingleItem(str(q), *signals) for q, signals in enumerate(work.signals())]
        done = raptorbt.batch_single_backtest(stamps, *prices, volume, items, config)
        metrics = [result.metrics for _, result in done]
        return {
            "total_return": np.array([found.total_return_pct for found in metrics]) / 100.0,
            "max_drawdown": -np.array([found.max_drawdown_pct for found in metrics]) / 100.0,
            "total_trades": np.array([found.total_trades for found in metrics], dtype=np.float64),
        }

    return run


if __name__ == "__main__":
    serve(prepare)
