from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from aurelius_kernel.strategies import MeanReversion


def test_the_score_by_hand(bars_of):
    """Of 11, 10, 11 and 4 the mean is 9 and the squared distances sum to 34: the score is −5/√8.5 = −1.715."""
    closes = [10.0, 11.0, 10.0, 11.0, 10.0, 11.0, 4.0]
    entered = {width: MeanReversion(window=4, num_std=width).signals(bars_of(closes)).entries[-1, 0] for width in (1.71, 1.72)}
    assert entered == {1.71: True, 1.72: False}


def test_on_goog_the_signals_are_those_of_pandas(goog):
    close = goog["close"]
    score = (close - close.rolling(20).mean()) / close.rolling(20).std(ddof=0)
    signals = MeanReversion(exit_z=0.5).signals(goog).frame()
    warm = np.arange(len(goog)) >= 20
    expected = pd.DataFrame(
        {
            "entries": (score < -2.0) & (score.shift() >= -2.0) & warm,
            "exits": (score >= -0.5) & warm,
            "short_entries": (score > 2.0) & (score.shift() <= 2.0) & warm,
            "short_exits": (score <= 0.5) & warm,
        }
    )
    pd.testing.assert_frame_equal(signals, expected, check_freq=False)


def test_staying_below_the_band_is_one_entry(bars_of):
    """After a stop the close must come back inside the band before it can fall through it again."""
    closes = [10.0, 10.1] * 10 + [9.5, 8.0, 6.0, 3.0]
    signals = MeanReversion(window=20, num_std=1.5).signals(bars_of(closes))
    assert np.flatnonzero(signals.entries).tolist() == [20]


def test_what_comes_back_is_traded_and_what_runs_on_is_not(bars_of, returns_of):
    random = np.random.default_rng(3)
    level = np.zeros(1_500)
    for bar in range(1, len(level)):
        level[bar] = 0.7 * level[bar - 1] + random.normal(0.0, 0.01)
    trend = 100.0 * np.exp(np.cumsum(random.normal(0.003, 0.004, 1_500)))
    assert returns_of(MeanReversion(), bars_of(100.0 * np.exp(level))).sum() > 0.5
    assert returns_of(MeanReversion(), bars_of(trend)).sum() < 0.0


def test_a_price_that_stood_still_gives_no_signal_when_it_first_moves(bars_of):
    signals = MeanReversion(window=5).signals(bars_of([10.0] * 20 + [8.0]))
    assert not signals.entries.any()


@pytest.mark.parametrize("window", [2, 20])
def test_no_entry_is_undone_on_its_own_bar(goog, window):
    signals = MeanReversion(window=window, num_std=0.9).signals(goog)
    assert not (signals.entries & signals.exits).any()
    assert not (signals.short_entries & signals.short_exits).any()
