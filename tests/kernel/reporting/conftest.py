"""Results to report on: real GOOG prices under a simulation simple enough to check by eye."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from backtesting.test import GOOG

import aurelius_kernel as ak
from aurelius_kernel.metrics import summarise
from aurelius_kernel.model import (
    ORDER_COLUMNS,
    TRADE_COLUMNS,
    BacktestResult,
    BacktestSpec,
    Costs,
    Provenance,
    RunIdentity,
    StrategySpec,
)

YEAR = 252.0


def simulate(
    closes: pd.DataFrame,
    strategy: StrategySpec,
    *,
    fast: int = 10,
    slow: int = 30,
    capital: float = 10_000.0,
    **spec: Any,
) -> BacktestResult:
    """Hold each instrument with an equal share of capital of its own while its fast average is above its slow one."""
    names = tuple(closes.columns)
    costs = Costs(commission_bps=20.0, slippage_bps=5.0)
    sleeves = [_sleeve(closes[name], capital / len(names), costs, fast, slow) for name in names]
    index = pd.DatetimeIndex(closes.index)
    equity = sum(sleeve["equity"] for sleeve in sleeves)
    benchmark = capital * (closes / closes.iloc[0]).mean(axis=1).to_numpy()
    trades = pd.DataFrame([row for sleeve in sleeves for row in sleeve["trades"]], columns=list(TRADE_COLUMNS))
    open_at_end = bool((trades["status"] == "open").any()) if len(trades) else False
    units = np.column_stack([sleeve["units"] for sleeve in sleeves])
    return BacktestResult(
        spec=BacktestSpec(strategy=strategy, instruments=names, capital=capital, costs=costs, **spec),
        identity=RunIdentity(spec_hash="5" * 64, data_hash="d" * 64, seed=42, engine_version="1"),
        index=index,
        equity_values=equity,
        cash_values=sum(sleeve["cash"] for sleeve in sleeves),
        benchmark_values=benchmark,
        position_values=units,
        borrow_fee_values=np.zeros(len(index)),
        orders=pd.DataFrame([row for sleeve in sleeves for row in sleeve["orders"]], columns=list(ORDER_COLUMNS)),
        trades=trades,
        metrics=summarise(equity, capital, trades=trades, positions=units, benchmark=benchmark, index=index),
        benchmark_metrics=summarise(benchmark, capital, index=index),
        flags=("open_at_end",) if open_at_end else (),
        periods_per_year=YEAR,
        provenance={name: _source() for name in names},
    )


def _source() -> Provenance:
    return Provenance(provider="backtesting.py sample", licence="AGPL-3.0, tests only", adjustment="split")


def _sleeve(close: pd.Series, capital: float, costs: Costs, fast: int, slow: int) -> dict[str, Any]:
    """One instrument's account: what is decided at a close fills at the next."""
    above = (close.rolling(fast).mean() > close.rolling(slow).mean()).to_numpy()
    prices, index = close.to_numpy(), close.index
    cash, units = capital, 0.0
    track: dict[str, Any] = {"equity": [], "cash": [], "units": [], "orders": [], "trades": []}
    for bar, price in enumerate(prices):
        wanted = bar > 0 and above[bar - 1]
        if wanted and units == 0.0:
            fill = price * (1 + costs.slippage_bps * 1e-4)
            units = cash / (fill * (1 + costs.commission_bps * 1e-4))
            commission, entry = units * fill * costs.commission_bps * 1e-4, (bar, fill)
            track["orders"].append(_order(index, bar, str(close.name), "buy", units, fill, price, commission))
            cash, paid = cash - units * fill - commission, commission
        elif not wanted and units > 0.0:
            fill = price * (1 - costs.slippage_bps * 1e-4)
            commission = units * fill * costs.commission_bps * 1e-4
            track["orders"].append(_order(index, bar, str(close.name), "sell", units, fill, price, commission))
            track["trades"].append(_trade(index, close.name, units, entry, (bar, fill), paid + commission, "closed"))
            cash, units = cash + units * fill - commission, 0.0
        track["cash"].append(cash)
        track["units"].append(units)
        track["equity"].append(cash + units * price)
    if units > 0.0:
        track["trades"].append(_trade(index, close.name, units, entry, (len(prices) - 1, prices[-1]), paid, "open"))
    return track | {name: np.array(track[name]) for name in ("equity", "cash", "units")}


def _order(index, bar, name, side, units, fill, price, commission):
    slippage = abs(fill - price) * units
    return (index[bar], name, side, "market", units, units, fill, price, commission, slippage, index[bar - 1], "filled", "")


def _trade(index, name, units, entry, leave, commission, status):
    (first, bought), (last, sold) = entry, leave
    pnl = units * (sold - bought) - commission
    kind = "market" if status == "closed" else ""
    row = (name, "long", units, index[first], bought, index[last], sold, pnl, pnl / (units * bought), last - first)
    return (*row, commission, status, kind)


def goog_closes() -> pd.DataFrame:
    closes = GOOG[["Close"]].rename(columns={"Close": "GOOG"})
    closes.index = pd.DatetimeIndex(closes.index).tz_localize("UTC").as_unit("ns") + pd.Timedelta(hours=21)
    return closes


@pytest.fixture(scope="session")
def goog() -> BacktestResult:
    """Eight and a half years of GOOG under an average cross of 10 and 30 bars, with costs."""
    return simulate(goog_closes(), StrategySpec(type="trend_following", parameters={"average": "sma", "fast": 10, "slow": 30}))


@pytest.fixture(scope="session")
def run() -> Callable[..., BacktestResult]:
    """The simulation itself, for results of one's own shape."""
    return simulate


@pytest.fixture(scope="session")
def closes() -> pd.DataFrame:
    """GOOG's closes, stamped in UTC."""
    return goog_closes()


@pytest.fixture(scope="session")
def waves() -> pd.DataFrame:
    """Bars of a price in slow waves without a trend, 300 business days of them."""
    close = 60.0 * np.exp(np.cumsum(0.004 * np.sin(np.arange(300) / 14.0)))
    index = pd.bdate_range("2015-01-01", periods=300, tz="UTC", unit="ns", name="time")
    return pd.DataFrame({"open": close, "high": close, "low": close, "close": close, "volume": 1e6}, index=index)


@pytest.fixture(scope="session")
def walked(waves, tmp_path_factory) -> ak.WalkForwardResult:
    """A validation of six sets of lengths on an instrument whose name is markup."""
    grid = {"fast": [3, 5], "slow": [15, 20, 30]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AURELIUS_HOME", str(tmp_path_factory.mktemp("home")))
        return ak.walk_forward(
            "trend_following", grid=grid, bars={"<b>A</b>": waves}, train_days=100, test_days=50, embargo=5, keep=False
        )
