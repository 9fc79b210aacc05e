from __future__ import annotations

import numpy as np
import pytest

from aurelius_kernel.strategies import StatArb


def simple_returns(bars):
    return np.column_stack([frame["close"].pct_change().to_numpy() for frame in bars.values()])


def test_the_book_is_dollar_neutral_and_takes_the_gross_exposure(universe):
    weights = StatArb(gross=1.5).signals(universe).weights
    held = weights[np.isfinite(weights).any(axis=1)]
    assert len(held) > 400
    np.testing.assert_allclose(held.sum(axis=1), 0.0, atol=1e-12)
    np.testing.assert_allclose(np.abs(held).sum(axis=1), 1.5)


@pytest.mark.parametrize("bar", [60, 1_234, 2_499])
def test_the_weights_are_those_of_the_regression_by_least_squares(universe, bar):
    change = simple_returns(universe)
    market = change.mean(axis=1)
    window = slice(bar - 59, bar + 1)
    design = np.column_stack([np.ones(60), market[window]])
    scores = []
    for own in change.T:
        coefficients, squares, _, _ = np.linalg.lstsq(design, own[window], rcond=None)
        ahead = np.sum(own[bar - 4 : bar + 1] - coefficients[1] * market[bar - 4 : bar + 1])
        scores.append(ahead / np.sqrt(5 * squares[0] / 58))
    wanted = np.mean(scores) - np.array(scores)
    weights = StatArb(rebalance="bar").signals(universe).weights[bar]
    np.testing.assert_allclose(weights, wanted / np.abs(wanted).sum(), rtol=1e-7)


def test_the_one_that_ran_ahead_is_sold_and_the_one_that_fell_behind_is_bought(bars_of):
    change = np.random.default_rng(6).normal(0.0, 0.01, (80, 5))
    change[-1] = [0.0, 0.08, 0.0, -0.08, 0.0]
    bars = {f"A{column}": bars_of(100.0 * np.cumprod(1.0 + change[:, column])) for column in range(5)}
    weights = StatArb(lookback=1, rebalance="bar").signals(bars).weights[-1]
    assert weights.argmin() == 1
    assert weights.argmax() == 3


def test_residuals_that_reverse_are_traded_with_profit_and_those_that_run_on_are_not(bars_of):
    earned = {}
    for persistence in (-0.4, 0.4):
        random = np.random.default_rng(9)
        market = random.normal(0.0, 0.01, 1_200)
        own = random.normal(0.0, 0.01, (1_200, 8))
        for bar in range(1, 1_200):
            own[bar] += persistence * own[bar - 1]
        change = market[:, None] * np.linspace(0.5, 1.5, 8) + own
        bars = {f"A{column}": bars_of(100.0 * np.cumprod(1.0 + change[:, column])) for column in range(8)}
        weights = np.nan_to_num(StatArb(lookback=1, rebalance="bar").signals(bars).weights)
        earned[persistence] = (weights[:-1] * change[1:]).sum(axis=1).mean()
    assert earned[-0.4] > 0.001
    assert earned[0.4] < -0.001


def test_an_instrument_takes_part_once_its_own_windows_are_full(stocks):
    """GOOG was listed in August 2004; the others had begun."""
    strategy = StatArb(rebalance="bar")
    more = {**stocks, "COPY": stocks["IBM"].assign(close=stocks["IBM"]["close"] * np.exp(0.01 * np.sin(np.arange(3_270.0))))}
    weights = strategy.signals(more).frame("GOOG")["weights"]
    listed = stocks["GOOG"].index[0]
    begins = weights.index[(weights.fillna(0.0) != 0.0)][0]
    assert begins == stocks["GOOG"].index[60]
    assert weights.loc[listed:begins].iloc[:-1].fillna(0.0).eq(0.0).all()


def test_instruments_that_all_move_alike_leave_no_residual_and_no_book(bars_of):
    close = 100.0 * np.exp(np.cumsum(np.random.default_rng(2).normal(0.0, 0.01, 200)))
    bars = {f"A{column}": bars_of(close * factor) for column, factor in enumerate((1.0, 3.0, 0.7, 11.0))}
    assert not np.nan_to_num(StatArb(rebalance="bar").signals(bars).weights).any()
