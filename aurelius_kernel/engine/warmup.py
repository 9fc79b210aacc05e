"""Compile, once and to disk, what a first backtest and a first sweep would otherwise wait for."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aurelius_kernel.engine.simulation import simulate
from aurelius_kernel.engine.sweeping import Crew, Evaluator
from aurelius_kernel.engine.sweeping.decided import Columns
from aurelius_kernel.metrics import Metric
from aurelius_kernel.model import COLUMNS, BacktestSpec, Panel, Signals, StrategySpec
from aurelius_kernel.strategies import MeanReversion, Strategy, TrendFollowing

__all__ = ["warm_up"]

BARS = 64


def warm_up() -> None:
    """Run the engine and every way of the sweep once on made-up bars, so that their machine code is in the cache."""
    panel, spec = _panel(), BacktestSpec.of(strategy={"type": "warm_up"}, instruments=["A"])
    turns = (np.arange(BARS) % 16 == 0)[:, None]
    leaves = (np.arange(BARS) % 16 == 8)[:, None]
    simulate(spec, panel, Signals(index=panel.index, instruments=panel.instruments, entries=turns, exits=leaves))
    _sweep(panel, TrendFollowing, {"fast": np.array([2, 3]), "slow": np.array([5, 8])})
    _sweep(panel, MeanReversion, {"window": np.array([5, 8])})


def _sweep(panel: Panel, family: type[Strategy], columns: Columns) -> None:
    """Take the family through the event kernel, and through the streaming kernel."""
    bars = {"A": pd.DataFrame({name: getattr(panel, name)[:, 0] for name in COLUMNS}, index=panel.index)}
    for stop in (None, 0.05):
        spec = BacktestSpec.of(strategy=_strategy(family, columns), instruments=["A"], stop_loss=stop)
        Evaluator(spec, family, bars, panel, (Metric.SHARPE_RATIO,)).evaluate(columns, Crew(1))


def _strategy(family: type[Strategy], columns: Columns) -> StrategySpec:
    fixed = {name: value for name, value in family().document().items() if name not in columns}
    return StrategySpec.of(type=family.type, version=family.version, parameters=fixed)


def _panel() -> Panel:
    close = 100.0 + np.sin(np.arange(BARS))[:, None]
    return Panel(
        index=pd.date_range("2000-01-03", periods=BARS, tz="UTC", unit="ns"),
        instruments=("A",),
        open=close.copy(),
        high=close + 1.0,
        low=close - 1.0,
        close=close,
        volume=np.full_like(close, 1e6),
        close_only=np.zeros(1, dtype=np.bool_),
        periods_per_year=252.0,
        data_hash="",
    )
