from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from aurelius_kernel import indicators
from aurelius_kernel.strategies import PairsTrading
from aurelius_kernel.strategies.pairs_trading import spread_scores

HEDGE = 1.7


@pytest.fixture(scope="module")
def known_pair():
    """Logs with ln(first) = 0.3 + 1.7·ln(second) + a spread that halves in about five bars."""
    random = np.random.default_rng(21)
    second = 4.0 + np.cumsum(random.normal(0.0, 0.01, 2_000))
    spread = np.zeros(2_000)
    for bar in range(1, 2_000):
        spread[bar] = 0.87 * spread[bar - 1] + random.normal(0.0, 0.01)
    return 0.3 + HEDGE * second + spread, second


@pytest.fixture
def known_bars(known_pair, bars_of):
    first, second = known_pair
    return {"FIRST": bars_of(np.exp(first)), "SECOND": bars_of(np.exp(second))}


def profit(bars, weights):
    """What the weights, held until the next are given, earn from close to close, in logs."""
    change = np.column_stack([np.diff(np.log(frame["close"].to_numpy())) for frame in bars.values()])
    held = pd.DataFrame(weights).ffill().fillna(0.0).to_numpy()
    return (held[:-1] * change).sum(axis=1)


def test_a_known_hedge_ratio_is_found(known_pair):
    hedge, _ = spread_scores(*known_pair, 250)
    assert np.median(hedge[250:]) == pytest.approx(HEDGE, abs=0.05)


def test_a_known_pair_is_traded_with_profit(known_bars):
    strategy = PairsTrading(window=120, entry_z=1.5)
    weights = strategy.signals(known_bars).weights
    entries = np.abs(np.nan_to_num(weights)).sum(axis=1) > 0.0
    assert entries.sum() > 30
    earned = profit(known_bars, weights)
    assert earned.mean() / earned.std() * np.sqrt(252) > 2.0


def test_at_an_entry_both_legs_are_hedged_and_take_the_gross_exposure(known_bars, known_pair):
    strategy = PairsTrading(window=120, gross=0.8)
    weights = strategy.signals(known_bars).weights
    hedge, score = spread_scores(*known_pair, 120)
    entered = np.flatnonzero(np.abs(np.nan_to_num(weights)).sum(axis=1) > 0.0)
    np.testing.assert_allclose(np.abs(weights[entered]).sum(axis=1), 0.8)
    np.testing.assert_allclose(weights[entered, 1], -hedge[entered] * weights[entered, 0])
    np.testing.assert_array_equal(np.sign(weights[entered, 0]), -np.sign(score[entered]))


def test_on_apple_and_microsoft_the_fit_is_that_of_least_squares(stocks):
    first, second = (np.log(stocks[name]["close"].to_numpy()) for name in ("AAPL", "MSFT"))
    hedge, score = spread_scores(first, second, 100)
    for bar in (99, 700, 3_000):
        y, x = first[bar - 99 : bar + 1], second[bar - 99 : bar + 1]
        design = np.column_stack([np.ones(100), x])
        coefficients, squares, _, _ = np.linalg.lstsq(design, y, rcond=None)
        residual = y[-1] - design[-1] @ coefficients
        assert hedge[bar] == pytest.approx(coefficients[1], rel=1e-8)
        assert score[bar] == pytest.approx(residual / np.sqrt(squares[0] / 98), rel=1e-7)


def test_the_hedge_ratio_is_that_of_the_indicators(stocks):
    first, second = (np.log(stocks[name]["close"].to_numpy()) for name in ("AAPL", "MSFT"))
    hedge, _ = spread_scores(first, second, 60)
    np.testing.assert_allclose(hedge[59:], indicators.rolling_hedge_ratio(first, second, 60).slope[59:], rtol=1e-7)


def spread_of(scores, bars_of):
    """Two instruments whose second swings evenly and whose first strays from it by small steps: the scores follow the steps."""
    swing = 0.05 * np.sin(np.arange(len(scores)))
    return {"FIRST": bars_of(100.0 * np.exp(swing + 0.001 * np.asarray(scores))), "SECOND": bars_of(100.0 * np.exp(swing))}


def test_in_at_the_entry_out_past_the_exit_and_given_up_at_the_stop(bars_of):
    """±1 for a long while makes a deviation near 1; the spread then opens to 3, comes back to 0, opens again and runs away."""
    quiet = np.resize([1.0, -1.0], 60)
    path = np.concatenate([quiet, [3.0, 2.5, 0.0, 0.1, 3.0, 9.0, 12.0]])
    strategy = PairsTrading(window=40, entry_z=2.0, exit_z=0.5, stop_z=4.0)
    first = strategy.signals(spread_of(path, bars_of)).weights[60:, 0]
    assert first[0] < 0.0  # sold at 3
    assert np.isnan(first[1])  # held at 2.5
    assert first[2] == 0.0  # left at 0
    assert np.isnan(first[3])
    assert first[4] < 0.0  # sold again
    assert first[5] == 0.0  # given up at 9


def test_a_jump_from_one_side_to_the_other_reverses_the_pair(bars_of):
    path = np.concatenate([np.resize([1.0, -1.0], 60), [3.0, -3.5]])
    first = PairsTrading(window=40, stop_z=6.0).signals(spread_of(path, bars_of)).weights[60:, 0]
    assert first[0] < 0.0 < first[1]


def test_a_pair_that_moves_apart_is_not_entered(bars_of):
    """With a negative hedge ratio both legs would be on one side of the market."""
    path = np.concatenate([np.resize([1.0, -1.0], 60), [3.0]])
    swing = 0.05 * np.sin(np.arange(len(path)))
    bars = {"FIRST": bars_of(100.0 * np.exp(-swing + 0.001 * path)), "SECOND": bars_of(100.0 * np.exp(swing))}
    assert not np.nan_to_num(PairsTrading(window=40).signals(bars).weights).any()


def test_the_pair_is_compared_only_where_both_have_a_bar(stocks):
    """Days that one of them lacks are no bars: leaving them out of the other changes nothing."""
    holed = stocks["MSFT"].drop(stocks["MSFT"].index[100:1_500:7])
    strategy = PairsTrading(window=60)
    ours = strategy.signals({"AAPL": stocks["AAPL"], "MSFT": holed})
    theirs = strategy.signals({"AAPL": stocks["AAPL"].loc[holed.index], "MSFT": holed})
    rows = ours.index.get_indexer(theirs.index)
    np.testing.assert_array_equal(ours.weights[rows], theirs.weights)
    assert np.isnan(np.delete(ours.weights, rows, axis=0)).all()
