"""Compile, once and to disk, what a first backtest would otherwise wait for."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aurelius_kernel.engine.simulation import simulate
from aurelius_kernel.model import BacktestSpec, Panel, Signals

__all__ = ["warm_up"]

BARS = 64


def warm_up() -> None:
    """Run the engine once on made-up bars, so that its machine code is in the cache."""
    panel, spec = _panel(), BacktestSpec.of(strategy={"type": "warm_up"}, instruments=["A"])
    turns = (np.arange(BARS) % 16 == 0)[:, None]
    leaves = (np.arange(BARS) % 16 == 8)[:, None]
    simulate(spec, panel, Signals(index=panel.index, instruments=panel.instruments, entries=turns, exits=leaves))


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
