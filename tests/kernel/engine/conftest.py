"""Small markets by hand: bars as rows, decisions by bar number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from aurelius_kernel.engine import Simulation, simulate
from aurelius_kernel.gates import Ledger, simulate_plainly
from aurelius_kernel.model import BacktestSpec, Panel, Signals

FREE = {"commission_bps": 0.0, "slippage_bps": 0.0}

Simulate = Callable[..., Any]


def panel_of(bars: dict[str, Sequence[Sequence[float]]], *, close_only: bool = False) -> Panel:
    """A panel from rows of open, high, low, close (and volume); a row of one number is a bar at that price throughout."""
    rows = {name: [row if len(row) >= 4 else [row[0]] * 4 for row in market] for name, market in bars.items()}
    matrices = {
        column: np.column_stack([[float(row[at]) if len(row) > at else 1e6 for row in market] for market in rows.values()])
        for at, column in enumerate(("open", "high", "low", "close", "volume"))
    }
    length = len(next(iter(bars.values())))
    return Panel(
        index=pd.date_range("2024-01-01", periods=length, tz="UTC", unit="ns"),
        instruments=tuple(bars),
        close_only=np.full(len(bars), close_only),
        periods_per_year=252.0,
        data_hash="",
        **matrices,
    )


def signals_of(panel: Panel, **decisions: dict[int, float] | dict[str, dict[int, float]] | Sequence[int]) -> Signals:
    """Signals from bar numbers (`entries=[0]`), values by bar (`weights={0: .5}`), or either by instrument."""
    arrays = {name: _array(panel, name, given) for name, given in decisions.items()}
    if "weights" not in arrays:
        arrays.setdefault("entries", np.zeros(panel.shape, dtype=np.bool_))
    return Signals(index=panel.index, instruments=panel.instruments, **arrays)


def _array(panel: Panel, name: str, given):
    flags = name in {"entries", "exits", "short_entries", "short_exits"}
    array = np.zeros(panel.shape, dtype=np.bool_) if flags else np.full(panel.shape, np.nan)
    by_instrument = (
        given if isinstance(given, dict) and all(isinstance(key, str) for key in given) else {panel.instruments[0]: given}
    )
    for instrument, bars in by_instrument.items():
        column = panel.instruments.index(instrument)
        for bar in bars:
            array[bar, column] = True if flags else bars[bar]
    return array


@pytest.fixture(params=[simulate, simulate_plainly], ids=["engine", "reference"])
def run(request) -> Simulate:
    """Simulate rows of bars under decisions, by each engine; spec fields in `spec`, no costs unless given."""
    return running(request.param)


@pytest.fixture
def run_with_trades() -> Simulate:
    """The same by the one engine that reads round trips off its orders."""
    return running(simulate)


def running(engine: Callable[[BacktestSpec, Panel, Signals], Any]) -> Simulate:
    def run_market(bars, *, spec=None, close_only=False, **decisions):
        market = bars if isinstance(bars, dict) else {"A": bars}
        panel = panel_of(market, close_only=close_only)
        fields = {"strategy": {"type": "by hand"}, "instruments": list(market), "capital": 1000.0, "costs": FREE, **(spec or {})}
        return engine(BacktestSpec.of(fields), panel, signals_of(panel, **decisions))

    return run_market


def fills(simulation: Simulation | Ledger) -> list[tuple[int, str, str, float, float]]:
    """The filled orders as (day of January 2024 − 1, side, kind, size, price)."""
    done = simulation.orders[simulation.orders["size"] > 0]
    return [(row.time.day - 1, row.side, row.kind, round(row.size, 9), round(row.price, 9)) for row in done.itertuples()]
