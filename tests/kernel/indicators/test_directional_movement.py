import numpy as np
import talib

from aurelius_kernel.indicators import adx


def wilders_own(high, low, close, window):
    """The index by Wilder's tables in plain Python, with TA-Lib's seed: sums of the first window − 1 bars."""
    plus, minus, reach = [], [], []
    for bar in range(1, len(close)):
        up, down = high[bar] - high[bar - 1], low[bar - 1] - low[bar]
        plus.append(up if up > down and up > 0 else 0.0)
        minus.append(down if down > up and down > 0 else 0.0)
        reach.append(max(high[bar] - low[bar], abs(high[bar] - close[bar - 1]), abs(low[bar] - close[bar - 1])))
    sums = [sum(column[: window - 1]) for column in (plus, minus, reach)]
    indexes, averages = [], []
    for values in zip(plus[window - 1 :], minus[window - 1 :], reach[window - 1 :], strict=True):
        sums = [total - total / window + value for total, value in zip(sums, values, strict=True)]
        plus_di, minus_di = 100 * sums[0] / sums[2], 100 * sums[1] / sums[2]
        indexes.append(100 * abs(plus_di - minus_di) / (plus_di + minus_di))
        if len(indexes) == window:
            averages.append(sum(indexes) / window)
        elif len(indexes) > window:
            averages.append((averages[-1] * (window - 1) + indexes[-1]) / window)
    return averages


def test_it_agrees_with_wilders_tables_on_goog(goog):
    expected = wilders_own(goog.high.tolist(), goog.low.tolist(), goog.close.tolist(), 14)
    np.testing.assert_allclose(adx(goog.high, goog.low, goog.close, 14).adx[27:], expected, rtol=1e-9)


def test_it_agrees_with_ta_lib_on_goog(goog):
    bars = goog.high, goog.low, goog.close
    for ours, theirs in zip(adx(*bars), (talib.ADX(*bars), talib.PLUS_DI(*bars), talib.MINUS_DI(*bars)), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9)


def test_a_steady_rise_is_all_plus():
    rise = np.arange(1.0, 60.0)
    strength, plus_di, minus_di = adx(rise + 0.5, rise - 0.5, rise)
    assert (round(strength[-1], 9), plus_di[-1] > 60.0, minus_di[-1]) == (100.0, True, 0.0)


def test_a_price_that_stands_still_goes_nowhere():
    still = np.full(60, 10.1)
    assert [output[-1] for output in adx(still, still, still)] == [0.0, 0.0, 0.0]
