"""The engine against vectorbt's own simulation and against backtesting.py."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
import vectorbt as vbt
from backtesting import Backtest
from backtesting import Strategy as PeerStrategy
from backtesting.lib import crossover
from backtesting.test import GOOG

import aurelius_kernel as ak
from aurelius_kernel.engine import simulate
from aurelius_kernel.model import BacktestSpec, Panel, Signals

FAST, SLOW = 10, 30


def random_market(seed: int, bars: int = 500) -> Panel:
    rng = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.02, (bars, 1)), axis=0))
    open_ = close * np.exp(rng.normal(0, 0.005, close.shape))
    return Panel(
        index=pd.date_range("2020-01-01", periods=bars, tz="UTC", unit="ns"),
        instruments=("A",),
        open=open_,
        high=np.maximum(open_, close) * 1.01,
        low=np.minimum(open_, close) * 0.99,
        close=close,
        volume=np.full_like(close, 1e6),
        close_only=np.zeros(1, dtype=np.bool_),
        periods_per_year=252.0,
        data_hash="",
    )


def random_signals(panel: Panel, seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed + 1000)
    return {name: rng.random(panel.shape) < 0.05 for name in ("entries", "exits", "short_entries", "short_exits")}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("execution", ["next_open", "close"])
@pytest.mark.parametrize("direction", ["long", "short", "both"])
def test_equity_and_trades_equal_those_of_vectorbt(seed, execution, direction):
    panel = random_market(seed)
    decisions = random_signals(panel, seed)
    spec = BacktestSpec.of(
        strategy={"type": "random"},
        instruments=["A"],
        capital=10_000.0,
        execution=execution,
        direction=direction,
        costs={"commission_bps": 20.0, "slippage_bps": 10.0},
        sizing={"kind": "fixed_cash", "amount": 2_000.0},
    )
    ours = simulate(spec, panel, Signals(index=panel.index, instruments=panel.instruments, **decisions))
    theirs = vectorbt_portfolio(panel, decisions, execution, direction)
    np.testing.assert_allclose(ours.equity, theirs.value().to_numpy(), rtol=1e-12)
    records = theirs.trades.records
    assert len(ours.trades) == len(records)
    np.testing.assert_allclose(np.sort(ours.trades["pnl"]), np.sort(records["pnl"]), rtol=1e-9, atol=1e-9)


def vectorbt_portfolio(panel: Panel, decisions: dict[str, np.ndarray], execution: str, direction: str) -> vbt.Portfolio:
    """The same run by `Portfolio.from_signals`: signals moved to their fill bar, 2,000 of money, fees included, an order."""
    later = 1 if execution == "next_open" else 0
    price = panel.open if execution == "next_open" else panel.close
    moved = {name: np.roll(array, later, axis=0) for name, array in decisions.items()}
    for array in moved.values():
        array[:later] = False
    long, short = direction != "short", direction != "long"
    side = np.where(moved["short_entries"], -1.0, 1.0)
    size = 2_000.0 / (price * (1 + side * 0.001) * 1.002)
    return vbt.Portfolio.from_signals(
        pd.Series(panel.close[:, 0]),
        pd.Series(moved["entries"][:, 0] & long),
        pd.Series(moved["exits"][:, 0] & long),
        short_entries=pd.Series(moved["short_entries"][:, 0] & short),
        short_exits=pd.Series(moved["short_exits"][:, 0] & short),
        price=pd.Series(price[:, 0]),
        size=pd.Series(size[:, 0]),
        fees=0.002,
        slippage=0.001,
        init_cash=10_000.0,
        upon_opposite_entry="reverse",
        freq="1D",
    )


class AverageCross(PeerStrategy):
    def init(self):
        self.fast = self.I(lambda x: pd.Series(x).rolling(FAST).mean(), self.data.Close)
        self.slow = self.I(lambda x: pd.Series(x).rolling(SLOW).mean(), self.data.Close)

    def next(self):
        if len(self.data) == len(GOOG) - 1:
            self.position.close()
        elif crossover(self.fast, self.slow):
            self.buy()
        elif crossover(self.slow, self.fast):
            self.position.close()


@pytest.fixture(scope="module", params=[0, 20], ids=["free", "20 bps"])
def goog(request):
    """GOOG by backtesting.py and by us, both sold at the last open; with and without commission."""
    commission = request.param
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = Backtest(GOOG, AverageCross, cash=10_000, commission=commission / 1e4).run()
    ours = ak.backtest(
        ak.Strategy.create("trend_following", fast=FAST, slow=SLOW),
        bars={"GOOG": GOOG},
        capital=10_000,
        costs=ak.Costs(commission_bps=float(commission), slippage_bps=0.0),
        whole_shares=True,
        liquidate_at_end="open",
        keep=False,
    )
    return peer, ours


def test_the_trades_equal_those_of_backtesting_py(goog):
    peer, ours = goog
    theirs, mine = peer["_trades"].sort_values("EntryTime"), ours.trades
    assert mine["entry_time"].dt.tz_localize(None).tolist() == theirs["EntryTime"].tolist()
    assert mine["exit_time"].dt.tz_localize(None).tolist() == theirs["ExitTime"].tolist()
    assert mine["size"].tolist() == theirs["Size"].tolist()
    np.testing.assert_allclose(mine["entry_price"], theirs["EntryPrice"], rtol=1e-12)
    np.testing.assert_allclose(mine["exit_price"], theirs["ExitPrice"], rtol=1e-12)
    np.testing.assert_allclose(mine["pnl"], theirs["PnL"], rtol=1e-6)


def test_the_final_equity_equals_that_of_backtesting_py(goog):
    peer, ours = goog
    assert ours.equity.iloc[-1] == pytest.approx(peer["Equity Final [$]"], rel=1e-6)


def test_same_bar_fills_give_another_number_and_say_so():
    settings = {"bars": {"GOOG": GOOG}, "capital": 10_000, "keep": False}
    strategy = ak.Strategy.create("trend_following", fast=FAST, slow=SLOW)
    next_open, same_bar = (ak.backtest(strategy, execution=execution, **settings) for execution in ("next_open", "close"))
    assert next_open.equity.iloc[-1] != same_bar.equity.iloc[-1]
    assert ("same_bar_fill" in same_bar.flags, "same_bar_fill" in next_open.flags) == (True, False)


def test_buy_and_hold_of_goog_is_its_return_from_the_second_open():
    result = ak.backtest("trend_following", bars={"GOOG": GOOG}, keep=False)
    assert result.benchmark.iloc[-1] / 100_000 == pytest.approx(GOOG["Close"].iloc[-1] / GOOG["Open"].iloc[1])
