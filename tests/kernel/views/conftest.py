"""An account small enough to follow with a pencil."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pytest

from aurelius_kernel.model import ORDER_COLUMNS, TRADE_COLUMNS, BacktestResult, BacktestSpec, RunIdentity, StrategySpec


@pytest.fixture(scope="session")
def account() -> Callable[..., BacktestResult]:
    """A result with that equity, cash and buy and hold, from a capital of 100."""
    return _account


def _account(equity: Sequence[float], cash: Sequence[float] | None = None, held: Sequence[float] | None = None) -> BacktestResult:
    bars = len(equity)
    values = np.array(equity, dtype=np.float64)
    return BacktestResult(
        spec=BacktestSpec(strategy=StrategySpec(type="by_hand"), instruments=("X",), capital=100.0),
        identity=RunIdentity(spec_hash="5" * 64, data_hash="d" * 64, seed=42, engine_version="1"),
        index=pd.date_range("2020-01-01", periods=bars, tz="UTC", unit="ns"),
        equity_values=values,
        cash_values=values if cash is None else np.array(cash, dtype=np.float64),
        benchmark_values=np.full(bars, 100.0) if held is None else np.array(held, dtype=np.float64),
        position_values=np.zeros((bars, 1)),
        borrow_fee_values=np.zeros(bars),
        orders=pd.DataFrame(columns=list(ORDER_COLUMNS)),
        trades=pd.DataFrame(columns=list(TRADE_COLUMNS)),
        metrics={},
        benchmark_metrics={},
        flags=(),
        periods_per_year=252.0,
    )
