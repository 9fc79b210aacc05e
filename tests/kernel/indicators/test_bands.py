import numpy as np
import pytest
import talib
from scipy import stats

from aurelius_kernel.errors import InvalidField
from aurelius_kernel.indicators import atr, bollinger, donchian, ema, keltner, zscore


def test_the_bands_of_eight_values_with_a_population_deviation_of_two():
    middle, upper, lower = bollinger([2, 4, 4, 4, 5, 5, 7, 9], 8, 1.5)
    assert (middle[-1], upper[-1], lower[-1]) == (5.0, 8.0, 2.0)


def test_bollinger_bands_agree_with_ta_lib_on_goog(goog):
    upper, middle, lower = talib.BBANDS(goog.close, 20, 2, 2)
    for ours, theirs in zip(bollinger(goog.close), (middle, upper, lower), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9)


def test_a_small_spread_far_from_zero_is_not_lost():
    price = 1e9 + np.array([0.0, 1e-3] * 10)
    middle, upper, _ = bollinger(price, 20, 1)
    assert upper[-1] - middle[-1] == pytest.approx(5e-4, rel=1e-3)


@pytest.mark.parametrize("num_std", [0, -1, np.nan, np.inf, "two", None])
def test_a_width_that_is_not_above_zero_is_refused(num_std):
    with pytest.raises(InvalidField, match="num_std must be a number above 0"):
        bollinger([1.0, 2.0], 2, num_std)


def test_the_score_is_scipys(goog):
    expected = [stats.zscore(goog.close[bar - 19 : bar + 1])[-1] for bar in range(19, 500)]
    np.testing.assert_allclose(zscore(goog.close, 20)[19:500], expected, rtol=1e-9, atol=1e-12)


def test_a_price_that_stands_still_has_no_width_and_a_score_of_zero():
    still = np.full(30, 10.1)
    assert [band[-1] for band in bollinger(still)] == [10.1] * 3
    assert zscore(still)[-1] == 0.0


def test_the_donchian_channel_agrees_with_ta_lib_on_goog(goog):
    middle, upper, lower = donchian(goog.high, goog.low, 20)
    np.testing.assert_array_equal(upper, talib.MAX(goog.high, 20))
    np.testing.assert_array_equal(lower, talib.MIN(goog.low, 20))
    np.testing.assert_array_equal(middle, (upper + lower) / 2)


def test_the_keltner_channel_lies_two_ranges_around_the_average(goog):
    middle, upper, lower = keltner(goog.high, goog.low, goog.close)
    np.testing.assert_array_equal(middle, ema(goog.close, 20))
    np.testing.assert_allclose(
        (upper - lower) / 4, np.where(np.isnan(middle), np.nan, atr(goog.high, goog.low, goog.close, 10)), rtol=1e-9
    )
