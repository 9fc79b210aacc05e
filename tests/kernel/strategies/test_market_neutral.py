from __future__ import annotations

import numpy as np
import pytest

from aurelius_kernel.strategies import MarketNeutral


def closes(bars):
    return np.column_stack([frame["close"].to_numpy() for frame in bars.values()])


def beta_of(own, market):
    return np.cov(own, market)[0, 1] / np.var(market, ddof=1)


@pytest.mark.parametrize("bar", [252, 1_000, 2_499])
def test_winners_are_bought_losers_sold_and_the_betas_cancel(universe, bar):
    close = closes(universe)
    change = close[1:] / close[:-1] - 1.0
    window = change[bar - 252 : bar]
    betas = np.array([beta_of(own, window.mean(axis=1)) for own in window.T])
    past = close[bar - 21] / close[bar - 252] - 1.0
    weights = MarketNeutral(rebalance="bar").signals(universe).weights[bar]
    order = np.argsort(past)
    assert set(np.flatnonzero(weights > 0.0)) == set(order[-5:])
    assert set(np.flatnonzero(weights < 0.0)) == set(order[:5])
    assert weights @ betas == pytest.approx(0.0, abs=1e-12)
    assert np.abs(weights).sum() == pytest.approx(1.0)


def test_a_named_benchmark_is_the_market_and_is_not_traded(universe):
    names = list(universe)[:6]
    bars = {name: universe[name] for name in names}
    strategy = MarketNeutral(benchmark="AAPL", rebalance="bar")
    signals = strategy.signals(bars)
    assert signals.instruments == tuple(names[1:])
    close = closes(bars)
    change = close[1:] / close[:-1] - 1.0
    betas = np.array([beta_of(own, change[-252:, 0]) for own in change[-252:, 1:].T])
    assert signals.weights[-1] @ betas == pytest.approx(0.0, abs=1e-12)


def test_planted_winners_and_losers_are_found(bars_of):
    random = np.random.default_rng(12)
    drift = np.linspace(-0.002, 0.002, 8)
    change = random.normal(0.0, 0.01, (400, 1)) + random.normal(0.0, 0.005, (400, 8)) + drift
    bars = {f"A{column}": bars_of(100.0 * np.cumprod(1.0 + change[:, column])) for column in range(8)}
    weights = MarketNeutral(rebalance="bar").signals(bars).weights[-1]
    assert np.flatnonzero(weights > 0.0).tolist() == [6, 7]
    assert np.flatnonzero(weights < 0.0).tolist() == [0, 1]


def test_a_leg_whose_beta_is_not_positive_leaves_the_book_empty(bars_of):
    """Half the instruments move against the market: no scaling of two legs can make their betas cancel."""
    random = np.random.default_rng(7)
    market = random.normal(0.0, 0.01, 300)
    sides = np.array([3.0, 3.0, 3.0, -1.0])
    change = market[:, None] * sides + random.normal(0.0, 0.001, (300, 4)) + np.array([0.0, 0.0, 0.001, -0.003])
    bars = {f"A{column}": bars_of(100.0 * np.cumprod(1.0 + change[:, column])) for column in range(4)}
    assert not np.nan_to_num(MarketNeutral(rebalance="bar").signals(bars).weights).any()


def test_instruments_of_equal_past_have_no_winners(bars_of):
    close = 100.0 * np.exp(np.cumsum(np.random.default_rng(2).normal(0.0, 0.01, 300)))
    bars = {f"A{column}": bars_of(close * factor) for column, factor in enumerate((1.0, 3.0, 0.7, 11.0))}
    assert not np.nan_to_num(MarketNeutral(rebalance="bar").signals(bars).weights).any()
