from __future__ import annotations

import numpy as np
import pytest

from aurelius_kernel.strategies import FibRsi

UP = np.arange(100.0, 205.0, 5.0)
SHORT_MEMORY = {"swing_window": 40, "rsi_window": 2}


def pulled_back_to(low, bars_of):
    """A swing from 100 to 200, a fall by fives to `low`, and one bar 5 higher, where a two-bar RSI goes from near 0 to 50."""
    return bars_of(np.concatenate([np.full(15, 100.0), UP, np.arange(195.0, low - 1.0, -5.0), [low + 5.0]]))


@pytest.mark.parametrize(("low", "entered"), [(170.0, False), (155.0, True), (140.0, True), (130.0, False)])
def test_only_a_pullback_into_the_zone_is_bought(bars_of, low, entered):
    """38.2 to 61.8 % given back of a swing from 100 to 200 is 161.8 to 138.2; the closes are 175, 160, 145 and 135."""
    assert FibRsi(**SHORT_MEMORY).signals(pulled_back_to(low, bars_of)).entries[-1, 0] == entered


def test_the_stop_is_the_start_of_the_swing_and_the_target_its_extension(bars_of):
    signals = FibRsi(**SHORT_MEMORY).signals(pulled_back_to(145.0, bars_of))
    assert signals.stop_price[-1, 0] == pytest.approx(100.0)
    assert signals.target_price[-1, 0] == pytest.approx(100.0 + 1.272 * 100.0)
    assert np.isnan(signals.target_price[:-1]).all()


def test_other_levels_move_stop_and_target(bars_of):
    strategy = FibRsi(stop_ratio=0.786, target_ratio=1.0, **SHORT_MEMORY)
    signals = strategy.signals(pulled_back_to(145.0, bars_of))
    assert signals.stop_price[-1, 0] == pytest.approx(200.0 - 78.6)
    assert signals.target_price[-1, 0] == pytest.approx(200.0)


def test_a_bounce_after_a_downswing_is_sold(bars_of):
    """From 300 down to 200 and back to 250, mirrored: the stop at 300, the target at 300 − 127.2."""
    down = np.arange(300.0, 195.0, -5.0)
    closes = np.concatenate([np.full(10, 300.0), down, np.arange(205.0, 256.0, 5.0), [250.0]])
    signals = FibRsi(**SHORT_MEMORY).signals(bars_of(closes))
    assert signals.short_entries[-1, 0]
    assert signals.stop_price[-1, 0] == pytest.approx(300.0)
    assert signals.target_price[-1, 0] == pytest.approx(300.0 - 127.2)


def test_without_rsi_rising_through_its_level_nothing_is_bought(bars_of):
    falling = pulled_back_to(145.0, bars_of).iloc[:-1]
    assert not FibRsi(**SHORT_MEMORY).signals(falling).entries.any()


def test_the_stop_is_below_and_the_target_above_every_entry_on_goog(goog):
    signals, close = FibRsi().signals(goog), goog["close"].to_numpy()
    long, short = signals.entries[:, 0], signals.short_entries[:, 0]
    assert long.sum() > 10
    assert (signals.stop_price[long, 0] < close[long]).all()
    assert (signals.target_price[long, 0] > close[long]).all()
    assert (signals.stop_price[short, 0] > close[short]).all()
    assert (signals.target_price[short, 0] < close[short]).all()
