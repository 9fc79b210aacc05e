"""One store on every kind of place it can be kept."""

from __future__ import annotations

import uuid

import numpy as np
import pandas as pd
import pytest

from aurelius_kernel.artifacts import Store
from aurelius_kernel.model import (
    ORDER_COLUMNS,
    TRADE_COLUMNS,
    BacktestResult,
    BacktestSpec,
    Provenance,
    RunIdentity,
    StrategySpec,
)


@pytest.fixture(params=["folder", "file url", "fsspec url"])
def store(request, tmp_path):
    locations = {
        "folder": tmp_path / "store",
        "file url": f"file://{tmp_path}/store",
        "fsspec url": f"memory://{uuid.uuid4().hex}/store",
    }
    return Store(locations[request.param])


@pytest.fixture
def folder_store(tmp_path):
    return Store(tmp_path / "store")


@pytest.fixture
def result():
    return make_result()


@pytest.fixture
def another_result():
    return make_result(end=111.0)


def make_result(*, end: float = 110.0) -> BacktestResult:
    spec = BacktestSpec(strategy=StrategySpec(type="trend_following", parameters={"fast": 2, "slow": 3}), instruments=("ACME",))
    columns = np.array([100.0, 105.0, end])
    return BacktestResult(
        spec=spec,
        identity=RunIdentity(spec_hash=spec.hash, data_hash="d" * 64, seed=42, engine_version="1"),
        index=pd.date_range("2020-01-02", periods=3, tz="UTC").as_unit("ns"),
        equity_values=columns,
        cash_values=columns,
        benchmark_values=columns,
        position_values=np.zeros((3, 1)),
        borrow_fee_values=np.zeros(3),
        orders=pd.DataFrame({name: [] for name in ORDER_COLUMNS}),
        trades=pd.DataFrame({name: [] for name in TRADE_COLUMNS}),
        metrics={"total_return": end / 100.0 - 1.0, "sharpe_ratio": None},
        benchmark_metrics={"total_return": 0.1},
        flags=(),
        periods_per_year=252.0,
        provenance={"ACME": Provenance(provider="made for this test")},
    )
