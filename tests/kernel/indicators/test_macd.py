import numpy as np
import pytest
import talib

from aurelius_kernel.errors import ImpossibleRequest
from aurelius_kernel.indicators import ema, macd


def test_the_line_is_the_difference_of_two_averages_and_the_signal_its_average(goog):
    line, signal, histogram = macd(goog.close)
    np.testing.assert_array_equal(line, ema(goog.close, 12) - ema(goog.close, 26))
    assert signal[33] == pytest.approx(line[25:34].mean(), rel=1e-12)
    np.testing.assert_array_equal(histogram, line - signal)


def test_it_meets_ta_lib_once_the_seeds_have_faded(goog):
    for ours, theirs in zip(macd(goog.close), talib.MACD(goog.close, 12, 26, 9), strict=True):
        np.testing.assert_allclose(ours[400:], theirs[400:], atol=1e-9)


def test_a_fast_average_that_is_not_faster_is_refused():
    with pytest.raises(ImpossibleRequest, match=r"fast \(26\) must be less than slow \(26\)\."):
        macd([1.0, 2.0], fast=26, slow=26)
