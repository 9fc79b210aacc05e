from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from aurelius_kernel.data.samples import BokehStocks, CarryIndices, SkfolioCloses
from aurelius_kernel.strategies import Strategy

SHORT = {"ml_classifier": {"min_train": 120, "refit_every": 80, "feature_window": 10}}


@pytest.fixture(scope="session")
def stocks():
    """Daily bars of four real stocks, August 2004 to March 2013; the others begin before GOOG does."""
    provider = BokehStocks()
    return {name: provider.whole(name).bars for name in ("AAPL", "GOOG", "IBM", "MSFT")}


@pytest.fixture(scope="session")
def goog(stocks):
    return stocks["GOOG"]


@pytest.fixture(scope="session")
def carry():
    provider = CarryIndices()
    return {name: provider.whole(name).bars for name in ("GOOG.CARRY", "IBM.CARRY")}


@pytest.fixture(scope="session")
def universe():
    """Closes of twenty real stocks, 2013 to 2022."""
    provider = SkfolioCloses()
    return {name: provider.whole(name).bars.iloc[-2_500:] for name in provider.names[:20]}


@pytest.fixture
def real_bars(stocks, carry):
    """Real bars for a family: as many instruments as it takes, and what it reads beside them."""

    def of(family: str):
        if family == "carry_trade":
            return {"GOOG": stocks["GOOG"], "IBM": stocks["IBM"], **carry}
        if family == "pairs_trading":
            return {"AAPL": stocks["AAPL"], "MSFT": stocks["MSFT"]}
        if family in ("stat_arb", "market_neutral"):
            return stocks
        return {"GOOG": stocks["GOOG"]}

    return of


@pytest.fixture
def family(request):
    """A built-in strategy with its defaults, small where fitting would take long."""
    return Strategy.create(request.param, **SHORT.get(request.param, {}))


@pytest.fixture
def bars_of():
    """Bars from closes: each opens at the close before, and reaches `reach` beyond both."""

    def of(closes, *, reach=0.0, start="2020-01-01"):
        close = np.asarray(closes, dtype=np.float64)
        before = np.concatenate([close[:1], close[:-1]])
        columns = {
            "open": before,
            "high": np.maximum(before, close) + reach,
            "low": np.minimum(before, close) - reach,
            "close": close,
            "volume": np.full(len(close), 1e6),
        }
        return pd.DataFrame(columns, index=pd.date_range(start, periods=len(close), freq="D", tz="UTC"))

    return of


@pytest.fixture
def returns_of():
    """The log returns that a strategy of entries and exits would have had on one instrument, from each close to the next."""

    def of(strategy, bars):
        signals = strategy.signals(bars).frame()
        held, position = [], 0
        for long, left, short, covered in signals[["entries", "exits", "short_entries", "short_exits"]].to_numpy():
            position = 1 if long else -1 if short else 0 if (position > 0 and left) or (position < 0 and covered) else position
            held.append(position)
        change = np.diff(np.log(bars["close"].to_numpy()))
        return np.array(held[:-1]) * change

    return of
