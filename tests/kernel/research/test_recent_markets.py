"""Bars of one's own are made ready once, and again as soon as anything in them is different."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from aurelius_kernel.errors import BarsRefused
from aurelius_kernel.model import BacktestSpec, StrategySpec
from aurelius_kernel.research import market_data
from aurelius_kernel.research.market_data import gather
from aurelius_kernel.research.recent_markets import RecentMarkets

BARS = 50


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    monkeypatch.setattr(market_data, "_recent", RecentMarkets())


def frame(seed=1):
    close = 100 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.01, BARS)))
    prices = dict.fromkeys(("open", "high", "low", "close"), close)
    return pd.DataFrame(prices, index=pd.bdate_range("2020-01-01", periods=BARS, tz="UTC", unit="ns")).assign(volume=1.0)


def spec(*names, **asked):
    return BacktestSpec.of(strategy=StrategySpec.of(type="trend_following"), instruments=names or ("A",), source="own", **asked)


def test_equal_bars_in_another_frame_are_the_same_market():
    assert gather(spec(), bars={"A": frame()}).panel is gather(spec(), bars={"A": frame()}).panel


def test_what_is_found_again_is_what_would_have_been_made():
    first, again = (gather(spec(), bars={"A": frame()}) for _ in range(2))
    assert (again.data_hash, again.dataset, again.flags) == (first.data_hash, first.dataset, first.flags)
    pd.testing.assert_frame_equal(again.bars["A"], first.bars["A"])


def test_a_frame_that_was_changed_since_is_another_market():
    own = frame()
    before = gather(spec(), bars={"A": own}).data_hash
    own.iloc[-1, own.columns.get_loc("volume")] = 2.0
    assert gather(spec(), bars={"A": own}).data_hash != before


def test_a_frame_that_was_spoiled_since_is_refused():
    own = frame()
    gather(spec(), bars={"A": own})
    own.iloc[10, 3] = np.nan
    with pytest.raises(BarsRefused, match="row 11"):
        gather(spec(), bars={"A": own})


def test_the_same_prices_at_other_times_are_another_market():
    later = frame().set_index(frame().index + pd.Timedelta(hours=1))
    assert gather(spec(), bars={"A": frame()}).data_hash != gather(spec(), bars={"A": later}).data_hash


def test_the_same_numbers_under_other_names_are_another_market():
    turned = frame().set_axis(["open", "high", "low", "volume", "close"], axis=1).assign(open=1.0, high=1.0, low=1.0)
    plain, other = (gather(spec(), bars={"A": own}).panel.close[0, 0] for own in (frame(), turned))
    assert (plain, other) == (frame()["close"].iloc[0], 1.0)


def test_another_window_of_the_same_bars_is_another_market():
    whole, cut = (gather(spec(**asked), bars={"A": frame()}) for asked in ({}, {"start": "2020-02-01"}))
    assert (len(whole.panel.index), len(cut.panel.index)) == (BARS, (frame().index >= "2020-02-01").sum())


def test_what_a_strategy_does_to_its_bars_stays_with_it():
    seen = gather(spec(), bars={"A": frame()}).bars["A"]
    seen.iloc[:, :] = 1.0
    seen["own"] = 2.0
    pd.testing.assert_frame_equal(gather(spec(), bars={"A": frame()}).bars["A"], frame().rename_axis("time"), check_freq=False)


def test_the_bars_of_one_instrument_are_in_memory_once_and_a_strategy_cannot_reach_the_panel():
    market = gather(spec(), bars={"A": frame()})
    lent = market.bars["A"]
    assert np.shares_memory(market.panel.close, lent.to_numpy())
    lent.iloc[:, :] = 1.0
    assert market.panel.close[:, 0].tolist() == frame()["close"].tolist()


def test_bars_that_are_not_all_numbers_are_made_ready_each_time():
    noted = frame().assign(note="x")
    first, again = (gather(spec(), bars={"A": noted}) for _ in range(2))
    assert again.panel is not first.panel
    assert again.data_hash == first.data_hash == gather(spec(), bars={"A": frame()}).data_hash


def test_no_more_is_kept_than_may_be(monkeypatch):
    one = 6 * 8 * BARS
    monkeypatch.setattr(market_data, "_recent", kept := RecentMarkets(most_bytes=2 * one))
    for seed in range(5):
        gather(spec(), bars={"A": frame(seed)})
    assert (len(kept), kept.bytes) == (1, one)
    for name in "ABCDE":
        gather(spec(name), bars={name: frame()})
    assert (len(kept), kept.bytes) == (2, 2 * one)


def test_bars_too_large_to_keep_are_not_kept(monkeypatch):
    monkeypatch.setattr(market_data, "_recent", kept := RecentMarkets(most_bytes=100))
    gather(spec(), bars={"A": frame()})
    assert (len(kept), kept.bytes) == (0, 0)
