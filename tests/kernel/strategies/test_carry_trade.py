from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from aurelius_kernel.data.carry import carry_index
from aurelius_kernel.strategies import CarryTrade
from aurelius_kernel.strategies.carry_trade import spread_ranks, yearly_growth


def noisy(bars_of, seed, bars=400):
    return bars_of(100.0 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0.0, 0.01, bars))))


def paying(rate, frame):
    """A carry index that grows at a yearly rate."""
    years = np.arange(len(frame)) / 252
    level = 100.0 * np.exp(rate * years)
    return frame.assign(open=level, high=level, low=level, close=level)


def market(bars_of, *rates):
    bars = {f"A{column}": noisy(bars_of, column) for column in range(len(rates))}
    return bars | {f"A{column}.CARRY": paying(rate, bars[f"A{column}"]) for column, rate in enumerate(rates)}


def test_what_pays_is_bought_what_costs_is_sold_and_nothing_else(bars_of):
    weights = CarryTrade(rebalance="bar").signals(market(bars_of, 0.03, -0.01, 0.0)).weights[-1]
    assert np.sign(weights).tolist() == [1.0, -1.0, 0.0]


def test_positions_are_sized_by_volatility_and_shared(bars_of):
    """Daily noise of 1 % is about 16 % a year: a target of 15 % is nearly the whole of an instrument's third."""
    weights = CarryTrade(rebalance="bar", max_position=5.0).signals(market(bars_of, 0.03, 0.03, 0.03)).weights
    assert np.nanmedian(weights[252:]) == pytest.approx(0.15 / 0.16 / 3, rel=0.1)


def test_by_rank_the_sides_are_spread_evenly(bars_of):
    bars = market(bars_of, 0.05, 0.01, 0.03, -0.02, 0.04)
    by_rank = CarryTrade(rule="rank", rebalance="bar").signals(bars).weights[-1]
    size = CarryTrade(rebalance="bar").signals(bars).weights[-1]
    np.testing.assert_allclose(by_rank / np.abs(size), [1.0, -0.5, 0.0, -1.0, 0.5], atol=1e-12)


def test_ranks_by_hand():
    assert spread_ranks(np.array([[3.0, 1.0, 2.0]])).tolist() == [[1.0, -1.0, 0.0]]
    assert spread_ranks(np.array([[1.0, 1.0, 2.0]])).tolist() == [[-0.5, -0.5, 1.0]]
    assert spread_ranks(np.array([[7.0, 7.0, 7.0]])).tolist() == [[0.0, 0.0, 0.0]]
    np.testing.assert_array_equal(spread_ranks(np.array([[np.nan, 5.0, 4.0]])), [[np.nan, 1.0, -1.0]])
    assert spread_ranks(np.array([[5.0]])).tolist() == [[0.0]]


def test_yearly_growth_is_the_rate(bars_of):
    frame = noisy(bars_of, 1)
    levels = paying(0.031, frame)["close"].to_numpy()[:, None]
    assert yearly_growth(levels, 63, 252.0)[-1, 0] == pytest.approx(0.031)


def test_an_index_made_of_rates_is_traded_by_its_sign(bars_of):
    frame = noisy(bars_of, 3, bars=800)
    rates = pd.Series([0.02, -0.04], index=frame.index[[0, 400]])
    bars = {"EURUSD": frame, "EURUSD.CARRY": carry_index(rates, frame.index)}
    weights = CarryTrade(rebalance="bar", carry_window=60).signals(bars).weights[:, 0]
    assert (weights[130:400] > 0.0).all()
    assert (weights[460:] < 0.0).all()


def test_ibm_cost_to_hold_in_2007_and_paid_in_2010(stocks, carry):
    """Its dividends were about 1.4 % and 2 % of its price; bills paid 4.7 % and 0.1 %."""
    weights = CarryTrade().signals({"IBM": stocks["IBM"], "IBM.CARRY": carry["IBM.CARRY"]}).frame()["weights"]
    assert (weights.loc["2007-02":"2007-12"].dropna() < 0.0).all()
    assert (weights.loc["2010-02":"2010-12"].dropna() > 0.0).all()
