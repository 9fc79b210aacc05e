from __future__ import annotations

import pytest

from aurelius_kernel.data.samples import BokehStocks, CarryIndices


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home of its own."""
    monkeypatch.setenv("AURELIUS_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="session")
def stocks():
    """Daily bars of four real stocks, August 2004 to March 2013; the others begin before GOOG does."""
    provider = BokehStocks()
    return {name: provider.whole(name).bars for name in ("AAPL", "GOOG", "IBM", "MSFT")}


@pytest.fixture(scope="session")
def carry():
    """What the carry strategy reads beside GOOG and IBM."""
    provider = CarryIndices()
    return {name: provider.whole(name).bars for name in ("GOOG.CARRY", "IBM.CARRY")}


@pytest.fixture(scope="session")
def goog(stocks):
    return stocks["GOOG"]
