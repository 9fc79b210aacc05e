"""Run vectorbt's own simulation once, so that a notebook's first Portfolio need not compile it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import vectorbt as vbt
from vectorbt.portfolio.nb import simulate_from_signals_nb

__all__ = ["warm_up_vectorbt"]

BARS = 64


def warm_up_vectorbt() -> None:
    """Run what a first vectorbt notebook calls: a portfolio from signals with its statistics, and a moving average.

    Nothing here runs in parallel: a process that has started threads cannot be forked safely.
    """
    # It takes functions as arguments, and vectorbt therefore does not cache it; ours are always the same.
    simulate_from_signals_nb.enable_caching()
    index = pd.date_range("2000-01-03", periods=BARS)
    close = pd.Series(100.0 + np.sin(np.arange(BARS)), index=index)
    average = vbt.MA.run(close, 5)
    portfolio = vbt.Portfolio.from_signals(
        close, average.ma_crossed_below(close), average.ma_crossed_above(close), fees=1e-3, freq="1D"
    )
    portfolio.stats()
    portfolio.total_return()
    portfolio.sharpe_ratio()
    portfolio.trades.records_readable  # noqa: B018  # a property that computes
