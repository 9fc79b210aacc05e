import numpy as np
import pytest
import talib

from aurelius_kernel.indicators import cci


def test_three_bars_by_hand():
    # typical prices 1, 2, 6: mean 3, mean absolute deviation 2
    price = [1.0, 2.0, 6.0]
    assert cci(price, price, price, 3)[-1] == pytest.approx(3.0 / (0.015 * 2.0))


def test_it_agrees_with_ta_lib_on_goog(goog):
    np.testing.assert_allclose(
        cci(goog.high, goog.low, goog.close, 20), talib.CCI(goog.high, goog.low, goog.close, 20), rtol=1e-9, atol=1e-9
    )


def test_a_price_that_stands_still_is_at_its_mean():
    still = np.full(30, 10.1)
    assert cci(still, still, still)[-1] == 0.0
