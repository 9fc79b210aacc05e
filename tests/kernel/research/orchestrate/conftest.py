"""A market with a strong trend regime in a catalogue of its own, and one orchestration over it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import aurelius_kernel as ak

BARS = 520
ASKED = {"instruments": ["TREND"], "tries": 8, "train_days": 120, "test_days": 31, "risk": "aggressive", "seed": 3}
"""What every orchestration here is asked beside its goal, so that it takes a second."""


def market() -> pd.DataFrame:
    draw = np.random.default_rng(8)
    drift = np.repeat([0.004, -0.0005, 0.004, 0.002], BARS // 4)
    close = 50.0 * np.exp(np.cumsum(drift + draw.normal(0.0, 0.008, BARS)))
    opens = close * np.exp(draw.normal(0.0, 0.002, BARS))
    index = pd.bdate_range("2015-01-01", periods=BARS, tz="UTC", unit="ns", name="time") + pd.Timedelta(hours=21)
    high, low = np.maximum(opens, close) * 1.003, np.minimum(opens, close) * 0.997
    return pd.DataFrame({"open": opens, "high": high, "low": low, "close": close, "volume": 1e6}, index=index)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home whose catalogue has the market."""
    monkeypatch.setenv("AURELIUS_HOME", str(tmp_path / "home"))
    ak.import_bars(market(), "TREND", calendar="24/5")
    return tmp_path / "home"


@pytest.fixture(scope="package")
def whole(tmp_path_factory):
    """An orchestration that nothing interrupted, and the home it is in."""
    folder = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AURELIUS_HOME", str(folder))
        ak.import_bars(market(), "TREND", calendar="24/5")
        heard: list[tuple[float, str]] = []
        found = ak.orchestrate("breakout", **ASKED, progress=lambda at, stage: heard.append((at, stage)))
    return found, heard, folder
