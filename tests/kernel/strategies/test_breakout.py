from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import talib

from aurelius_kernel.strategies import Breakout

FLAT = [10.0] * 40


def steady(bars_of, closes, reach=1.0):
    """Bars that reach exactly `reach` to either side of their close."""
    close = np.asarray(closes)
    return bars_of(close).assign(high=close + reach, low=close - reach)


@pytest.mark.parametrize(("close", "entered"), [(11.0, False), (11.01, True)])
def test_a_close_must_be_above_the_highest_high_before_it(bars_of, close, entered):
    """The channel of flat bars at 10 reaches from 9 to 11."""
    signals = Breakout(lookback=5, exit_lookback=3, atr_window=2, atr_mult=0.0).signals(steady(bars_of, [*FLAT, close]))
    assert signals.entries[-1, 0] == entered


@pytest.mark.parametrize(("close", "entered"), [(12.0, False), (12.01, True)])
def test_the_average_true_range_confirms_it(bars_of, close, entered):
    """The bars have a range of 2; half of it on top of 11 is 12, however wide the last bar itself is."""
    signals = Breakout(lookback=5, exit_lookback=3, atr_window=2, atr_mult=0.5).signals(steady(bars_of, [*FLAT, close]))
    assert signals.entries[-1, 0] == entered


def test_a_short_mirrors_it(bars_of):
    signals = Breakout(lookback=5, exit_lookback=3, atr_window=2, atr_mult=0.5).signals(steady(bars_of, [*FLAT, 7.99]))
    assert signals.short_entries[-1, 0]
    assert signals.stop_price[-1, 0] == pytest.approx(7.99 + 2.0 * 2.0)


def test_the_stop_is_two_ranges_from_the_close(bars_of):
    signals = Breakout(lookback=5, exit_lookback=3, atr_window=2, atr_mult=0.0, atr_stop=2.0).signals(
        steady(bars_of, [*FLAT, 12.0])
    )
    assert signals.stop_price[-1, 0] == pytest.approx(12.0 - 4.0)
    assert np.isnan(signals.stop_price[:-1]).all()


def test_the_shorter_channel_ends_the_position(bars_of):
    """After highs of 31 … 35 and lows of 29 … 33, the lowest of the last three lows is 31: a close of 30.9 leaves, 31 does not."""
    rising = [*FLAT, 30.0, 31.0, 32.0, 33.0, 34.0]
    for close, left in ((31.0, False), (30.9, True)):
        signals = Breakout(lookback=5, exit_lookback=3, atr_window=2).signals(steady(bars_of, [*rising, close]))
        assert signals.exits[-1, 0] == left


def test_on_goog_the_signals_are_those_of_pandas_and_ta_lib(goog):
    """TA-Lib's range never forgets its start; by bar 300 its seed is gone."""
    high, low, close = goog["high"], goog["low"], goog["close"]
    reach = pd.Series(talib.ATR(high.to_numpy(), low.to_numpy(), close.to_numpy(), 14), index=goog.index).shift()
    up = close > high.rolling(20).max().shift() + 0.25 * reach
    signals = Breakout().signals(goog).frame()
    pd.testing.assert_series_equal(signals["entries"].iloc[300:], up.iloc[300:], check_names=False)
    assert up.sum() > 50
