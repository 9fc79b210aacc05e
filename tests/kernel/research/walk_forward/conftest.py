"""A home of its own for each test, and a validation that is run once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import aurelius_kernel as ak

BARS = 700
GRID = {"fast": [3, 5, 8, 12], "slow": [15, 20, 30]}


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """Where this test's store is."""
    monkeypatch.setenv("AURELIUS_HOME", str(tmp_path))
    return tmp_path


def daily(close: np.ndarray, begin: str = "2015-01-01") -> pd.DataFrame:
    """Daily bars around the closes."""
    index = pd.bdate_range(begin, periods=len(close), tz="UTC", unit="ns", name="time")
    opens = np.concatenate([close[:1], close[:-1]])
    high, low = np.maximum(opens, close) * 1.004, np.minimum(opens, close) * 0.996
    return pd.DataFrame({"open": opens, "high": high, "low": low, "close": close, "volume": 1e6}, index=index)


@pytest.fixture(scope="session")
def market() -> dict[str, pd.DataFrame]:
    """Daily bars of two instruments, with swings that averages can follow."""
    draw = np.random.default_rng(5)
    frames = {}
    for name, swing in (("A", 0.0035), ("B", 0.002)):
        drift = swing * np.sin(np.arange(BARS) / 14.0)
        frames[name] = daily(60.0 * np.exp(np.cumsum(drift + draw.normal(0.0, 0.006, BARS))))
    return frames


@pytest.fixture(scope="session")
def asked(market) -> dict[str, Any]:
    """A small validation: twelve sets of trend following on A."""
    return {"grid": GRID, "bars": {"A": market["A"]}, "train_days": 120, "test_days": 60}


@pytest.fixture(scope="session")
def validated(asked, tmp_path_factory):
    """That validation, carried out once and not kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AURELIUS_HOME", str(tmp_path_factory.mktemp("validated")))
        return ak.walk_forward("trend_following", **asked, keep=False)
