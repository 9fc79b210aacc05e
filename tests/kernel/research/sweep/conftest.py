"""A home of its own for each test, and a small market that is made once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

BARS = 420


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """Where this test's store is."""
    monkeypatch.setenv("AURELIUS_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="session")
def market() -> dict[str, pd.DataFrame]:
    """Daily bars of four instruments that move together somewhat, B in cents and with a gap, C younger; and their carry indices."""
    draw = np.random.default_rng(12)
    common = draw.normal(0.0, 0.01, BARS)
    index = pd.bdate_range("2015-01-01", periods=BARS, tz="UTC", unit="ns", name="time")
    frames = {}
    for name in "ABCD":
        close = 50.0 * np.exp(np.cumsum(0.0004 + 0.6 * common + draw.normal(0.0, 0.012, BARS)))
        opens = close * np.exp(draw.normal(0.0, 0.004, BARS))
        high, low = np.maximum(opens, close) * 1.006, np.minimum(opens, close) * 0.994
        frame = pd.DataFrame({"open": opens, "high": high, "low": low, "close": close, "volume": 1e6}, index=index)
        frames[name] = frame.round(2) if name == "B" else frame
        growth = 100.0 * np.exp(np.cumsum(draw.normal(0.0, 2e-4, BARS)))
        frames[f"{name}.CARRY"] = pd.DataFrame({"close": growth}, index=index)
    frames["B"] = frames["B"].drop(index[150:160])
    frames["C"] = frames["C"].iloc[60:]
    return frames


@pytest.fixture(scope="session")
def one(market) -> dict[str, pd.DataFrame]:
    """One instrument alone."""
    return {"A": market["A"]}
