import numpy as np
import talib

from aurelius_kernel.indicators import rsi

# ChartSchool's worked table of the 14-day index: https://chartschool.stockcharts.com, "Relative Strength Index (RSI)".
CLOSES = [
    44.3389, 44.0902, 44.1497, 43.6124, 44.3278, 44.8264, 45.0955, 45.4245, 45.8433, 46.0826,
    45.8931, 46.0328, 45.6140, 46.2820, 46.2820, 46.0028, 46.0328, 46.4116, 46.2222, 45.6439,
]  # fmt: skip


def test_the_chartschool_table_comes_out():
    assert np.round(rsi(CLOSES, 14)[14:], 2).tolist() == [70.53, 66.32, 66.55, 69.41, 66.36, 57.97]


def test_it_agrees_with_ta_lib_on_goog(goog):
    for window in (2, 14, 50):
        np.testing.assert_allclose(rsi(goog.close, window), talib.RSI(goog.close, window), rtol=1e-9)


def test_only_gains_are_100_only_losses_are_0_and_no_move_is_50():
    rising = np.arange(1.0, 31.0)
    assert rsi(rising, 14)[-1] == 100.0
    assert rsi(rising[::-1], 14)[-1] == 0.0
    assert rsi(np.full(30, 10.1), 14)[-1] == 50.0


def test_a_price_that_stops_moving_keeps_its_index():
    price = np.concatenate([np.arange(1.0, 21.0), [19.0], np.full(60, 19.0)])
    assert np.isclose(rsi(price, 2)[-1], rsi(price, 2)[20])
