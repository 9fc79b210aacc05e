"""Bars that markets really send: gaps, flat stretches, spikes, missing prices, odd scales. Every family keeps every law on them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aurelius_kernel.errors import ImpossibleRequest
from aurelius_kernel.strategies import Strategy
from aurelius_kernel.strategies.differences import active
from aurelius_kernel.strategies.laws import check_laws

SMALL = {
    "breakout": {"lookback": 5, "exit_lookback": 3, "atr_window": 2},
    "carry_trade": {"carry_window": 8, "vol_window": 5, "rebalance": "bar", "rule": "rank"},
    "fib_rsi": {"swing_window": 8, "rsi_window": 2},
    "market_neutral": {"lookback": 9, "skip": 2, "beta_window": 10, "rebalance": "bar"},
    "mean_reversion": {"window": 6, "num_std": 1.2},
    "ml_classifier": {"feature_window": 4, "min_train": 50, "refit_every": 40, "horizon": 2},
    "pairs_trading": {"window": 10, "entry_z": 1.2, "exit_z": 0.3, "stop_z": 2.5},
    "stat_arb": {"beta_window": 10, "lookback": 3, "rebalance": "bar"},
    "trend_following": {"fast": 2, "slow": 5, "average": "ema", "atr_window": 2, "atr_stop": 2.0},
    "ts_momentum": {"lookback": 7, "vol_window": 6, "rebalance": "day"},
    "volatility_trading": {"window": 4, "regime_window": 12, "estimator": "parkinson", "rebalance": "week"},
}
INSTRUMENTS = {"pairs_trading": 2, "stat_arb": 4, "market_neutral": 5, "carry_trade": 3}
KINDS = ("walk", "cents", "flat", "steps", "spike", "trend")


@st.composite
def closes(draw, bars):
    """A price path pieced together from stretches of different character, at some scale."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    pieces, price = [], 100.0
    while sum(map(len, pieces)) < bars:
        length = draw(st.integers(1, 40))
        kind = draw(st.sampled_from(KINDS))
        steps = random.normal(0.0, 0.02, length)
        if kind == "flat":
            steps[:] = 0.0
        elif kind == "trend":
            steps = np.abs(steps)
        elif kind == "spike":
            steps[0], steps[-1] = 5.0, -5.0
        piece = price * np.exp(np.cumsum(steps))
        if kind == "cents":
            piece = np.maximum(piece.round(1), 0.1)
        elif kind == "steps":
            piece = np.repeat(piece[::3], 3)[:length]
        pieces.append(piece)
        price = piece[-1]
    return np.concatenate(pieces)[:bars] * draw(st.sampled_from([1.0, 1e-6, 1e9, 0.37]))


@st.composite
def frames(draw, bars, *, holes):
    """Bars around such a path, some days left out and some prices missing."""
    close = draw(closes(bars))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    before = np.concatenate([close[:1], close[:-1]])
    reach = np.abs(random.normal(0.0, 0.01, (2, bars))) * draw(st.sampled_from([0.0, 1.0]))
    frame = pd.DataFrame(
        {
            "open": before,
            "high": np.maximum(before, close) * (1 + reach[0]),
            "low": np.minimum(before, close) * (1 - reach[1]),
            "close": close,
            "volume": random.integers(0, 1_000, bars).astype(np.float64),
        },
        index=pd.date_range("2020-01-01", periods=bars, freq="D", tz="UTC"),
    )
    if holes:
        for _ in range(draw(st.integers(0, 3))):
            start, length = draw(st.integers(0, bars - 1)), draw(st.integers(1, 15))
            column = draw(st.sampled_from([["close"], ["high"], ["open", "high", "low", "close"]]))
            frame.loc[frame.index[start : start + length], column] = draw(st.sampled_from([np.nan, 0.0, -1.0, np.inf]))
        frame = frame[random.random(bars) > draw(st.sampled_from([0.0, 0.0, 0.1]))]
    return frame


@st.composite
def markets(draw, family, *, holes, bars=None):
    length = bars or draw(st.integers(1, 220 if family == "ml_classifier" else 120))
    names = [f"A{number}" for number in range(INSTRUMENTS.get(family, 1))]
    market = {name: draw(frames(length, holes=holes)) for name in names}
    if family == "carry_trade":
        market |= {f"{name}.CARRY": draw(frames(length, holes=False)) for name in names}
    return market


@pytest.mark.parametrize("name", sorted(SMALL))
@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(data=st.data())
@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_every_family_keeps_every_law_on_odd_bars(name, data):
    market = data.draw(markets(name, holes=False))
    strategy = Strategy.create(name, **SMALL[name])
    try:
        strategy.signals(market)
    except ImpossibleRequest:
        return
    assert check_laws(strategy, market, cuts=6 if strategy.expanding else 15) == []


@pytest.mark.parametrize("name", sorted(SMALL))
@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(data=st.data())
@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_every_family_keeps_every_law_where_prices_are_missing(name, data):
    market = data.draw(markets(name, holes=True))
    strategy = Strategy.create(name, **SMALL[name])
    try:
        signals = strategy.signals(market)
    except ImpossibleRequest:
        return
    for column, instrument in enumerate(signals.instruments):
        close = market[instrument]["close"].reindex(signals.index).to_numpy()
        assert not active(signals)[~(np.isfinite(close) & (close > 0.0)), column].any()
    assert check_laws(strategy, market, cuts=6 if strategy.expanding else 15) == []


@pytest.mark.parametrize("name", sorted(SMALL))
def test_bars_without_a_single_price_give_no_decision(name):
    strategy = Strategy.create(name, **SMALL[name])
    index = pd.date_range("2020-01-01", periods=strategy.warm_up + 5, freq="D", tz="UTC")
    blank = pd.DataFrame(np.nan, index=index, columns=["open", "high", "low", "close", "volume"])
    names = [f"A{number}" for number in range(INSTRUMENTS.get(name, 1))]
    market = dict.fromkeys([*names, *strategy.references(names)], blank)
    if strategy.max_instruments == 1 or len(names) == 1:
        assert not active(strategy.signals(market)).any()
    else:
        with pytest.raises(ImpossibleRequest, match="do not overlap in time"):
            strategy.signals(market)
