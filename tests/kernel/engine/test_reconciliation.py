"""Whatever is traded, the books balance: over random markets, decisions and rules."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from aurelius_kernel.engine import Simulation, simulate
from aurelius_kernel.model import BacktestSpec, Panel, Signals

sizings = st.sampled_from(
    [
        {"kind": "fraction_of_equity", "fraction": 0.4},
        {"kind": "fraction_of_equity", "fraction": 2.0},
        {"kind": "fixed_cash", "amount": 700.0},
        {"kind": "volatility_target", "annual_volatility": 0.2, "window": 5},
        {"kind": "half_kelly", "min_trades": 2},
        {"kind": "equal_risk", "window": 5},
    ]
)
costs = st.fixed_dictionaries(
    {
        "commission_bps": st.sampled_from([0.0, 30.0]),
        "slippage_bps": st.sampled_from([0.0, 20.0]),
        "commission_minimum": st.sampled_from([0.0, 2.0]),
        "max_volume_share": st.sampled_from([None, 0.1]),
        "borrow_rate": st.sampled_from([0.0, 0.5]),
    }
)
specs = st.fixed_dictionaries(
    {
        "sizing": sizings,
        "costs": costs,
        "direction": st.sampled_from(["long", "short", "both"]),
        "execution": st.sampled_from(["next_open", "close"]),
        "leverage": st.sampled_from([1.0, 1.5]),
        "whole_shares": st.booleans(),
        "stop_loss": st.sampled_from([None, 0.03]),
        "take_profit": st.sampled_from([None, 0.04]),
        "trailing_stop": st.sampled_from([None, 0.05]),
        "liquidate_at_end": st.sampled_from([None, "open", "close"]),
    }
)


def market(rng: np.random.Generator, bars: int, instruments: int) -> Panel:
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.03, (bars, instruments)), axis=0))
    open_ = close * np.exp(rng.normal(0, 0.01, close.shape))
    high, low = np.maximum(open_, close) * 1.01, np.minimum(open_, close) * 0.99
    volume = rng.integers(50, 500, close.shape).astype(float)
    missing = rng.random(close.shape) < 0.05
    missing[0] = False
    for array in (open_, high, low, close, volume):
        array[missing] = np.nan
    return Panel(
        index=pd.date_range("2020-01-01", periods=bars, tz="UTC", unit="ns"),
        instruments=tuple("ABC"[:instruments]),
        open=open_,
        high=high,
        low=low,
        close=close,
        volume=volume,
        close_only=np.zeros(instruments, dtype=np.bool_),
        periods_per_year=252.0,
        data_hash="",
    )


def decisions(rng: np.random.Generator, panel: Panel, *, weights: bool) -> Signals:
    if weights:
        wanted = np.where(rng.random(panel.shape) < 0.2, rng.uniform(-0.5, 0.5, panel.shape), np.nan)
        return Signals(index=panel.index, instruments=panel.instruments, weights=wanted)
    names = ("entries", "exits", "short_entries", "short_exits")
    limits = np.where(rng.random(panel.shape) < 0.3, np.nan_to_num(panel.close, nan=100.0) * 0.995, np.nan)
    flags = {name: rng.random(panel.shape) < 0.15 for name in names}
    return Signals(index=panel.index, instruments=panel.instruments, limit_price=limits, **flags)


def simulated(fields: dict, seed: int, *, weights: bool) -> tuple[BacktestSpec, Panel, Simulation]:
    rng = np.random.default_rng(seed)
    panel = market(rng, bars=60, instruments=int(rng.integers(1, 4)))
    spec = BacktestSpec.of({"strategy": {"type": "random"}, "instruments": panel.instruments, "capital": 2_000.0, **fields})
    return spec, panel, simulate(spec, panel, decisions(rng, panel, weights=weights))


@settings(max_examples=150)
@given(fields=specs, seed=st.integers(0, 10_000), weights=st.booleans())
def test_equity_is_cash_and_positions_and_both_follow_from_the_orders(fields, seed, weights):
    spec, panel, done = simulated(fields, seed, weights=weights)
    close = pd.DataFrame(panel.close).ffill().to_numpy()
    np.testing.assert_allclose(done.equity, done.cash + (done.positions * close).sum(axis=1), rtol=1e-9, atol=1e-6)
    signed = done.orders["size"] * np.where(done.orders["side"] == "buy", 1.0, -1.0)
    flows = -(signed * done.orders["price"].fillna(0.0)) - done.orders["commission"]
    by_bar = flows.groupby(done.orders["time"]).sum().reindex(panel.index, fill_value=0.0).cumsum()
    np.testing.assert_allclose(done.cash, spec.capital + by_bar - done.borrow_fees.cumsum(), rtol=1e-9, atol=1e-6)
    for column, name in enumerate(panel.instruments):
        own = signed[done.orders["instrument"] == name]
        held = own.groupby(done.orders["time"]).sum().reindex(panel.index, fill_value=0.0).cumsum()
        np.testing.assert_allclose(done.positions[:, column], held, atol=1e-7)


@settings(max_examples=100)
@given(fields=specs, seed=st.integers(0, 10_000), weights=st.booleans())
def test_round_trips_add_up_to_what_the_account_gained(fields, seed, weights):
    spec, _, done = simulated(fields, seed, weights=weights)
    gained = done.equity[-1] - spec.capital + done.borrow_fees.sum()
    np.testing.assert_allclose(done.trades["pnl"].sum(), gained, rtol=1e-8, atol=1e-5)
    closed = done.trades[done.trades["status"] == "closed"]
    assert (closed["exit_kind"] != "").all()


@settings(max_examples=100)
@given(fields=specs, seed=st.integers(0, 10_000), weights=st.booleans())
def test_no_fill_comes_before_its_signal_nor_takes_more_than_leverage_allows(fields, seed, weights):
    spec, _, done = simulated(fields, seed, weights=weights)
    filled = done.orders[done.orders["size"] > 0]
    decided = filled[filled["kind"].isin(["market", "limit"])]
    later = decided["time"] > decided["signal_time"]
    same = decided["time"] == decided["signal_time"]
    assert (later | (same & (spec.execution == "close"))).all()
    assert (filled["size"] <= filled["requested"] * (1 + 1e-9)).all()
    if spec.leverage == 1.0 and spec.direction == "long" and spec.costs.borrow_rate == 0.0:
        assert done.cash.min() >= -1e-6 * spec.capital


@settings(max_examples=60)
@given(fields=specs, seed=st.integers(0, 10_000), weights=st.booleans(), cut=st.integers(5, 55))
def test_cutting_the_future_off_changes_nothing_before(fields, seed, weights, cut):
    rng = np.random.default_rng(seed)
    panel = market(rng, bars=60, instruments=int(rng.integers(1, 4)))
    signals = decisions(rng, panel, weights=weights)
    spec = BacktestSpec.of(
        {"strategy": {"type": "random"}, "instruments": panel.instruments, "capital": 2_000.0, **fields, "liquidate_at_end": None}
    )
    whole = simulate(spec, panel, signals)
    part = simulate(spec, head(panel, cut), head_signals(signals, cut))
    np.testing.assert_array_equal(whole.equity[:cut], part.equity)


def head(panel: Panel, bars: int) -> Panel:
    arrays = {name: getattr(panel, name)[:bars].copy() for name in ("open", "high", "low", "close", "volume")}
    return Panel(**{**vars(panel), **arrays, "index": panel.index[:bars]})


def head_signals(signals: Signals, bars: int) -> Signals:
    arrays = {name: array[:bars].copy() for name, array in signals.arrays().items()}
    return Signals(index=signals.index[:bars], instruments=signals.instruments, **arrays)
