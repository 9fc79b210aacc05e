import numpy as np
import talib

from aurelius_kernel.indicators import stochastic


def test_three_bars_by_hand():
    k, d = stochastic([10.0, 12.0, 14.0], [8.0, 9.0, 10.0], [9.0, 11.0, 12.5], window=2, signal=2)
    assert k.tolist()[1:] == [75.0, 70.0]
    assert d.tolist()[2:] == [72.5]


def test_fast_and_slow_agree_with_ta_lib_on_goog(goog):
    bars = goog.high, goog.low, goog.close
    for ours, theirs in zip(stochastic(*bars), talib.STOCHF(*bars, 14, 3, 0), strict=True):
        np.testing.assert_allclose(ours[15:], theirs[15:], rtol=1e-9)
    for ours, theirs in zip(stochastic(*bars, smooth=3), talib.STOCH(*bars, 14, 3, 0, 3, 0), strict=True):
        np.testing.assert_allclose(ours[17:], theirs[17:], rtol=1e-9)


def test_a_price_that_stands_still_is_in_the_middle():
    still = np.full(20, 10.1)
    assert stochastic(still, still, still)[0][-1] == 50.0
