from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import talib

from aurelius_kernel.strategies import TrendFollowing


def crossings(fast, slow):
    above, below = fast > slow, fast < slow
    return above & ~above.shift(fill_value=False) & slow.shift().notna(), below & ~below.shift(
        fill_value=False
    ) & slow.shift().notna()


def test_on_goog_the_signals_are_those_of_an_independent_computation(goog):
    close = goog["close"]
    above, below = crossings(close.rolling(10).mean(), close.rolling(30).mean())
    signals = TrendFollowing(fast=10, slow=30).signals(goog).frame()
    assert above.sum() > 30
    pd.testing.assert_series_equal(signals["entries"], above, check_names=False, check_freq=False)
    pd.testing.assert_series_equal(signals["exits"], below, check_names=False, check_freq=False)
    assert signals["short_entries"].equals(signals["exits"])
    assert signals["short_exits"].equals(signals["entries"])


def test_exponential_crossings_are_those_of_ta_lib_started_four_slow_windows_before(goog):
    close = goog["close"].to_numpy()
    gap = np.full(len(close), np.nan)
    for bar in range(119, len(close)):
        fast, slow = (talib.EMA(close[bar + 1 - 4 * window : bar + 1], window)[-1] for window in (10, 30))
        gap[bar] = fast - slow
    signals = TrendFollowing(fast=10, slow=30, average="ema").signals(goog)
    assert np.flatnonzero(signals.entries).tolist() == (np.flatnonzero((gap[1:] > 0.0) & (gap[:-1] <= 0.0)) + 1).tolist()


def test_nine_in_ten_exponential_crossings_are_on_the_bar_where_an_endless_memory_has_them(goog):
    close = goog["close"].to_numpy()
    above, _ = crossings(*(pd.Series(talib.EMA(close, window)) for window in (10, 30)))
    ours = set(np.flatnonzero(TrendFollowing(fast=10, slow=30, average="ema").signals(goog).entries))
    theirs = {bar for bar in np.flatnonzero(above) if bar >= 120}
    assert len(ours & theirs) / len(ours) > 0.9


def test_crossings_by_hand(bars_of):
    #         fast mean of 2:      1.5   1.0   1.0   2.0   3.0   2.0   0.75
    #         slow mean of 3:            1.33  1.0   1.67  2.33  2.33  1.5
    closes = [2.0, 1.0, 1.0, 1.0, 3.0, 3.0, 1.0, 0.5]
    signals = TrendFollowing(fast=2, slow=3).signals(bars_of(closes))
    assert np.flatnonzero(signals.entries).tolist() == [4]
    assert np.flatnonzero(signals.exits).tolist() == [6]


def test_an_average_that_is_above_from_the_start_is_no_entry(bars_of):
    signals = TrendFollowing(fast=2, slow=5).signals(bars_of(np.arange(10.0, 60.0)))
    assert not signals.entries.any()


def test_prices_in_cents_whose_averages_tie_are_a_tie_and_not_rounding(bars_of):
    """Both means are 10.10 on the last bar but one; whichever way rounding falls, the cross is on the last."""
    closes = np.array([10.10, 10.20, 10.00, 10.05, 10.05, 10.10, 10.10, 10.10, 10.10, 10.20])
    for factor in (1.0, 3.0, 0.7, 1e-3):
        signals = TrendFollowing(fast=2, slow=4).signals(bars_of(closes * factor))
        assert np.flatnonzero(signals.entries).tolist() == [5, 9]


def test_the_trailing_distance_is_a_multiple_of_the_average_true_range(bars_of):
    """Every bar reaches from 1 below to 1 above its close, so the range is 2 wherever the close moves by no more than that."""
    closes = 100.0 + np.sin(np.arange(80.0))
    signals = TrendFollowing(fast=2, slow=5, atr_window=3, atr_stop=2.5).signals(
        bars_of(closes, reach=1.0).assign(high=closes + 1, low=closes - 1)
    )
    assert signals.trail_distance[30:, 0] == pytest.approx(2.5 * 2.0)


def test_a_trend_is_held_and_noise_around_a_level_is_not(bars_of, returns_of):
    random = np.random.default_rng(4)
    trend = 100.0 * np.exp(np.cumsum(0.002 * np.sign(np.sin(np.arange(1_500) / 120.0)) + random.normal(0.0, 0.004, 1_500)))
    noise = 100.0 * np.exp(random.normal(0.0, 0.02, 1_500))
    strategy = TrendFollowing(fast=10, slow=40)
    assert returns_of(strategy, bars_of(trend)).sum() > 1.0
    assert returns_of(strategy, bars_of(noise)).sum() < 0.0
