from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import talib
from hypothesis import given
from hypothesis import strategies as st

from aurelius_kernel import indicators
from aurelius_kernel.strategies import windows

FUNCTIONS = {
    "mean": windows.mean,
    "total": windows.total,
    "decayed total": lambda values, window: windows.total(values, window, 0.9),
    "maximum": windows.maximum,
    "minimum": windows.minimum,
    "squares": lambda values, window: windows.moments(values, window)[1],
    "products": lambda values, window: windows.moments(values, window, windows.shifted(values, 1))[4],
    "exponential": windows.exponential,
    "wilder": windows.wilder,
    "rsi": windows.rsi,
    "score": windows.score,
}


@pytest.fixture(scope="module")
def walk():
    return 100.0 * np.exp(np.cumsum(np.random.default_rng(11).normal(0.0, 0.01, 1_500)))


@pytest.mark.parametrize("window", [1, 2, 3, 7, 20, 64, 100, 255])
def test_windows_are_those_of_pandas(walk, window):
    rolling = pd.Series(walk).rolling(window)
    np.testing.assert_allclose(windows.mean(walk, window), rolling.mean(), rtol=1e-12)
    np.testing.assert_allclose(windows.total(walk, window), rolling.sum(), rtol=1e-12)
    np.testing.assert_array_equal(windows.maximum(walk, window), rolling.max())
    np.testing.assert_array_equal(windows.minimum(walk, window), rolling.min())
    np.testing.assert_allclose(windows.moments(walk, window)[1], rolling.var(ddof=0) * window, rtol=1e-8, atol=1e-9)


def test_joint_moments_are_those_of_numpy(walk):
    other = np.sqrt(walk) + np.random.default_rng(5).normal(0.0, 0.1, len(walk))
    mean_x, squares_x, mean_y, squares_y, products = (part[-1] for part in windows.moments(walk, 90, other))
    covariance = np.cov(walk[-90:], other[-90:], ddof=0) * 90
    assert [mean_x, mean_y] == pytest.approx([walk[-90:].mean(), other[-90:].mean()], rel=1e-13)
    assert [squares_x, products, squares_y] == pytest.approx([covariance[0, 0], covariance[0, 1], covariance[1, 1]], rel=1e-11)


def test_the_place_of_an_extreme_is_its_latest_bar():
    value, bar = windows.highest(np.array([1.0, 5.0, 2.0, 5.0, 3.0, 4.0]), 3)
    assert value.tolist()[2:] == [5.0, 5.0, 5.0, 5.0]
    assert bar.tolist()[2:] == [1.0, 3.0, 3.0, 3.0]
    value, bar = windows.lowest(np.array([4.0, 1.0, 1.0, 2.0]), 3)
    assert (value[-1], bar[-1]) == (1.0, 2.0)


@pytest.mark.parametrize("window", [2, 9, 14])
def test_recursive_filters_are_ta_lib_s_started_a_fixed_number_of_bars_before(walk, window):
    ends = (600, 1_000, 1_499)
    for end in ends:
        assert windows.exponential(walk, window)[end] == pytest.approx(
            talib.EMA(walk[end + 1 - 4 * window : end + 1], window)[-1], rel=1e-12
        )
        assert windows.rsi(walk, window)[end] == pytest.approx(talib.RSI(walk[end - 7 * window : end + 1], window)[-1], rel=1e-10)


def test_the_average_true_range_is_ta_lib_s_started_seven_windows_before(goog):
    high, low, close = (goog[name].to_numpy() for name in ("high", "low", "close"))
    ours = windows.wilder(windows.true_range(high, low, close), 14)
    for end in (400, 2_000):
        begun = slice(end - 7 * 14, end + 1)
        assert ours[end] == pytest.approx(talib.ATR(high[begun], low[begun], close[begun], 14)[-1], rel=1e-12)


def test_what_a_finite_memory_leaves_out_is_small(goog):
    """A quarter of a percent of the seed: on real prices RSI moves by less than half a point, an average by less than a percent."""
    close = goog["close"].to_numpy()
    np.testing.assert_allclose(windows.exponential(close, 100)[400:], talib.EMA(close, 100)[400:], rtol=0.01)
    np.testing.assert_allclose(windows.rsi(close, 14)[99:], talib.RSI(close, 14)[99:], atol=0.5)


def test_windows_agree_with_the_indicators(goog):
    high, low, close = (goog[name].to_numpy() for name in ("high", "low", "close"))
    np.testing.assert_allclose(windows.mean(close, 30), indicators.sma(close, 30), rtol=1e-11)
    np.testing.assert_allclose(windows.score(close, 20), indicators.zscore(close, 20), rtol=1e-8, atol=1e-9)
    np.testing.assert_array_equal(windows.maximum(high, 20), indicators.donchian(high, low, 20).upper)
    np.testing.assert_allclose(windows.true_range(high, low, close), indicators.true_range(high, low, close), rtol=1e-15)


@pytest.mark.parametrize("name", FUNCTIONS)
@given(data=st.data())
def test_where_the_data_begins_changes_no_bit_of_a_window(name, data):
    """Not even when what came before was a spike of a thousand billion."""
    function = FUNCTIONS[name]
    seed, window, before = data.draw(st.integers(0, 2**32 - 1)), data.draw(st.integers(1, 12)), data.draw(st.integers(0, 60))
    random = np.random.default_rng(seed)
    values = (100.0 + np.cumsum(random.normal(0.0, 1.0, 150))).round(data.draw(st.sampled_from([1, 12])))
    spike = np.concatenate([random.normal(0.0, 1e12, before), values])
    warm = 7 * window + 1
    np.testing.assert_array_equal(function(spike, window)[before + warm :], function(values, window)[warm:])


def test_equal_values_average_to_themselves_and_have_no_spread():
    values = np.concatenate([np.random.default_rng(2).uniform(0.0, 1e6, 50), np.full(400, 0.1)])
    for window in (3, 10, 30, 100):
        assert (windows.mean(values, window)[-200:] == 0.1).all()
        assert (windows.moments(values, window)[1][-200:] == 0.0).all()
    assert (windows.rsi(values, 5)[-200:] == 50.0).all()
    assert np.isnan(windows.score(values, 20)[-200:]).all()


def test_a_missing_value_touches_only_the_windows_that_hold_it(walk):
    holed = walk.copy()
    holed[700] = np.nan
    whole, touched = windows.mean(walk, 30), np.isnan(windows.mean(holed, 30))
    assert np.flatnonzero(touched[29:]).tolist() == list(range(700 - 29, 730 - 29))
    np.testing.assert_array_equal(windows.mean(holed, 30)[~touched], whole[~touched])


def test_fewer_values_than_the_window_are_all_nan():
    for function in FUNCTIONS.values():
        assert np.isnan(function(np.arange(1.0, 6.0), 6)).all()
        assert len(function(np.empty(0), 6)) == 0


def test_columns_are_averaged_side_by_side(walk):
    both = np.column_stack([walk, walk[::-1]])
    np.testing.assert_array_equal(windows.mean(both, 25)[:, 1], windows.mean(walk[::-1].copy(), 25))
