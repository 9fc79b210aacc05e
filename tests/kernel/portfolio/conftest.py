"""Finished backtests of different lengths and sizes."""

from __future__ import annotations

import pandas as pd
import pytest
from backtesting.test import GOOG

import aurelius_kernel as ak


@pytest.fixture(scope="session")
def bars() -> dict[str, pd.DataFrame]:
    """Real bars of GOOG from 2004-08-19 to 2013-03-01."""
    return {"GOOG": GOOG.rename(columns=str.lower).tz_localize("UTC")}


@pytest.fixture(scope="session")
def runs(bars) -> dict[str, ak.BacktestResult]:
    """Two strategies on GOOG, the second two years later than the first."""
    costs = ak.Costs(commission_bps=20)
    fast = ak.Strategy.create("trend_following", fast=10, slow=30)
    trend = ak.backtest(fast, bars=bars, start="2005-01-03", end="2011-12-30", costs=costs, keep=False)
    revert = ak.backtest("mean_reversion", bars=bars, start="2007-01-03", end="2012-12-31", capital=50_000, costs=costs, keep=False)
    return {"Trend": trend, "Reversion": revert}
