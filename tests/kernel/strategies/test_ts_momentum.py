from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from aurelius_kernel.strategies import TimeSeriesMomentum


def ewma_volatility(close, window):
    """The plain sum of the definition, one bar at a time."""
    decay = (window / 4) / (window / 4 + 1)
    weights = decay ** np.arange(window)[::-1]
    change = np.diff(close) / close[:-1]
    squares = [np.sum(weights * change[bar - window : bar] ** 2) / weights.sum() for bar in range(window, len(close))]
    return np.concatenate([np.full(window, np.nan), np.sqrt(squares)])


def test_on_goog_the_weights_are_those_of_an_independent_computation(goog):
    close = goog["close"]
    past = close / close.shift(252) - 1.0
    volatility = ewma_volatility(close.to_numpy(), 120) * np.sqrt(252)
    wanted = np.sign(past) * np.minimum(0.15 / volatility, 1.0)
    first = pd.Series(goog.index.month, goog.index).diff().fillna(0) != 0
    wanted = wanted.where(first & (np.arange(len(goog)) >= 252))
    weights = TimeSeriesMomentum().signals(goog).weights[:, 0]
    np.testing.assert_allclose(weights, wanted, rtol=1e-9)
    assert np.isfinite(weights).sum() > 80


def test_the_dead_band_is_in_deviations_of_the_return_over_the_lookback(bars_of):
    """Steps of +1 %, −1 % and now and then one more +1 %: a deviation of 1 % a bar, and a return of about 4 % over 100 bars."""
    steps = np.tile([0.01, -0.01], 200)
    steps[::50] += 0.02
    bars = bars_of(100.0 * np.cumprod(1.0 + steps))
    last = {
        band: TimeSeriesMomentum(lookback=100, vol_window=40, dead_band=band, rebalance="bar").signals(bars).weights[-1, 0]
        for band in (0.0, 0.3, 1.0)
    }
    assert last[0.0] == last[0.3] > 0.0
    assert last[1.0] == 0.0


def test_a_price_that_grows_without_a_ripple_is_held_at_the_largest_position(bars_of):
    weights = (
        TimeSeriesMomentum(lookback=20, vol_window=20, max_position=0.8, rebalance="bar")
        .signals(bars_of(1.0001 ** np.arange(60.0)))
        .weights
    )
    assert weights[-1, 0] == 0.8


def test_a_fall_is_shorted(bars_of):
    random = np.random.default_rng(1)
    bars = bars_of(100.0 * np.exp(np.cumsum(random.normal(-0.003, 0.01, 400))))
    assert TimeSeriesMomentum(lookback=60, vol_window=60, rebalance="bar").signals(bars).weights[-1, 0] < 0.0


def test_half_the_volatility_makes_twice_the_position(bars_of):
    steps = np.random.default_rng(8).normal(0.002, 0.02, 400)
    strategy = TimeSeriesMomentum(lookback=100, vol_window=50, vol_target=0.05, rebalance="bar")
    calm, wild = (strategy.signals(bars_of(100.0 * np.cumprod(1.0 + steps * scale))).weights[-1, 0] for scale in (0.5, 1.0))
    assert calm == pytest.approx(2.0 * wild)


def test_positions_change_on_the_first_bar_of_a_period_only(goog):
    for every, key in (("week", goog.index.isocalendar().week), ("month", goog.index.month)):
        weights = TimeSeriesMomentum(rebalance=every).signals(goog).weights[:, 0]
        begins = pd.Series(np.asarray(key, dtype=np.int64)).diff().fillna(0).to_numpy() != 0
        np.testing.assert_array_equal(np.isfinite(weights), begins & (np.arange(len(goog)) >= 252))
