import math

import numpy as np
import pytest
import talib

from aurelius_kernel.indicators import ema, sma, wma

UNIT_ROUNDOFF = 2.0**-53


@pytest.fixture(scope="module")
def long_walk():
    steps = np.random.default_rng(7).normal(0.0, 0.0005, 500_000)
    return 100.0 * np.exp(np.cumsum(steps - steps.mean()))


def test_a_simple_average_of_three_values_by_hand():
    assert sma([1.0, 2.0, 6.0, 3.0], 3).tolist()[2:] == [3.0, 11.0 / 3.0]


def test_the_error_of_a_simple_average_stays_within_its_bound_after_half_a_million_bars(long_walk):
    for window in (2, 20, 200):
        average = sma(long_walk, window)
        bound = 5 * len(long_walk) * UNIT_ROUNDOFF * np.ptp(long_walk) + 2 * UNIT_ROUNDOFF * long_walk.max()
        for bar in range(window - 1, len(long_walk), 9_973):
            exact = math.fsum(long_walk[bar - window + 1 : bar + 1]) / window
            assert abs(average[bar] - exact) <= bound
            assert average[bar] == pytest.approx(exact, rel=1e-11)


def test_a_price_that_stops_moving_has_equal_averages_of_every_window():
    price = np.concatenate([np.random.default_rng(3).uniform(5.0, 15.0, 400), np.full(300, 10.1)])
    assert (sma(price, 10)[-100:] == 10.1).all()
    assert (sma(price, 200)[-100:] == 10.1).all()


def test_a_compiled_loop_gets_the_same_bits_as_the_simple_average(long_walk):
    price, window = long_walk[:5_000].tolist(), 30
    moment, moments, averages = 0.0, [], []
    for bar, value in enumerate(price):
        moment += bar * (value - price[max(bar - 1, 0)])
        moments.append(moment)
        start = bar - window + 1
        if start >= 0:
            averages.append(value - ((moment - moments[start]) - start * (value - price[start])) / window)
    assert averages == sma(price, window)[window - 1 :].tolist()


def test_an_exponential_average_starts_from_the_simple_one():
    average = ema([2.0, 4.0, 6.0, 8.0], 3)
    assert average.tolist()[2:] == [4.0, 6.0]


def test_exponential_averages_agree_with_ta_lib_on_goog(goog):
    for window in (2, 12, 200):
        np.testing.assert_allclose(ema(goog.close, window), talib.EMA(goog.close, window), rtol=1e-12)


def test_weighted_averages_agree_with_ta_lib_on_goog(goog):
    for window in (1, 9, 100):
        expected = talib.WMA(goog.close, window) if window > 1 else goog.close
        np.testing.assert_allclose(wma(goog.close, window), expected, rtol=1e-9)


def test_the_newest_of_three_values_weighs_three():
    assert wma([1.0, 2.0, 6.0], 3)[-1] == pytest.approx((1 + 4 + 18) / 6)


def test_a_gap_poisons_ta_libs_average_for_ever_and_ours_for_its_window():
    price = np.arange(1.0, 41.0)
    price[20] = np.nan
    assert np.isnan(talib.SMA(price, 5)[20:]).all()
    assert np.flatnonzero(np.isnan(sma(price, 5))).tolist() == [0, 1, 2, 3, 20, 21, 22, 23, 24]
