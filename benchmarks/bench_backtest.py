"""A single backtest: the whole door, and the engine beside vectorbt's own simulation of the same run."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from unittest import mock

import numpy as np
import pandas as pd
import vectorbt as vbt

import aurelius_kernel as ak
from benchmarks.measure import Measured, ratio, seconds

BARS = 2_500


def market() -> pd.DataFrame:
    """2,500 daily bars of a random walk."""
    rng = np.random.default_rng(1)
    close = 100 * np.exp(np.cumsum(rng.normal(0.0003, 0.015, BARS)))
    open_ = close * np.exp(rng.normal(0, 0.003, BARS))
    high, low = np.maximum(open_, close) * 1.005, np.minimum(open_, close) * 0.995
    index = pd.bdate_range("2010-01-04", periods=BARS, tz="UTC")
    return pd.DataFrame({"open": open_, "high": high, "low": low, "close": close, "volume": 1e6}, index=index)


def bench_one_backtest() -> Iterator[Measured]:
    """Later runs of `ak.backtest` in one process, stored and not, beside vectorbt's from_signals with its statistics."""
    bars, strategy = market(), ak.Strategy.create("trend_following", fast=10, slow=30)
    signals = strategy.signals(bars).frame()
    moved = signals[["entries", "exits"]].shift(1, fill_value=False)

    def peer() -> pd.Series:
        run = vbt.Portfolio.from_signals(
            bars["close"], moved["entries"], moved["exits"], price=bars["open"], fees=5e-4, slippage=5e-4, init_cash=1e5, freq="1D"
        )
        run.stats()
        return run.value()

    def ours(*, keep: bool) -> ak.BacktestResult:
        return ak.backtest(strategy, bars={"A": bars}, keep=keep)

    with tempfile.TemporaryDirectory() as home, mock.patch.dict("os.environ", {"AURELIUS_HOME": home}):
        np.testing.assert_allclose(ours(keep=False).equity.to_numpy(), peer().to_numpy(), rtol=1e-9)
        stored, plain = (seconds(lambda keep=keep: ours(keep=keep), repeats=15) for keep in (True, False))
        faster = ratio(peer, lambda: ours(keep=False), repeats=15)
    yield Measured(what="a backtest of 2,500 bars, stored with its lineage", value=1e3 * stored, unit="ms", at_most=50)
    yield Measured(what="the same without storing", value=1e3 * plain, unit="ms", at_most=50)
    yield Measured(what="vectorbt's from_signals with stats, over that", value=faster, unit="×", at_least=1)
