import numpy as np
import talib

from aurelius_kernel.indicators import atr, true_range


def test_the_true_range_looks_at_the_close_before():
    assert true_range([10, 12, 9], [8, 11, 8], [9, 11, 8]).tolist()[1:] == [3.0, 3.0]


def test_the_average_is_seeded_by_the_mean_of_the_first_true_ranges():
    high, low, close = np.array([10.0, 12, 13, 12, 15]), np.array([8.0, 10, 11, 10, 12]), np.array([9.0, 11, 12, 11, 14])
    # true ranges 3, 2, 2, 4
    assert atr(high, low, close, 2).tolist()[2:] == [2.5, 2.25, 3.125]


def test_it_agrees_with_ta_lib_on_goog(goog):
    for window in (1, 14, 100):
        np.testing.assert_allclose(
            atr(goog.high, goog.low, goog.close, window), talib.ATR(goog.high, goog.low, goog.close, window), rtol=1e-9
        )
