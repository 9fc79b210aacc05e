import numpy as np
import talib

from aurelius_kernel.indicators import momentum, roc


def test_they_agree_with_ta_lib_on_goog(goog):
    np.testing.assert_allclose(momentum(goog.close, 10), talib.MOM(goog.close, 10), rtol=1e-12)
    np.testing.assert_allclose(roc(goog.close, 10), talib.ROCP(goog.close, 10), rtol=1e-9, atol=1e-14)


def test_a_doubled_price_is_a_change_of_one():
    assert roc([2.0, 3.0, 4.0], 2)[-1] == 1.0


def test_a_price_of_zero_has_no_rate_of_change():
    assert np.isnan(roc([0.0, 3.0], 1)[-1])
