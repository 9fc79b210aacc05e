import math

import numpy as np
import pandas as pd
import pytest

from aurelius_kernel.errors import InvalidField
from aurelius_kernel.indicators import ewma_volatility, garman_klass_volatility, parkinson_volatility, realised_volatility


def test_realised_volatility_is_the_annualised_deviation_of_log_returns(goog):
    expected = np.log(pd.Series(goog.close)).diff().rolling(20).std() * math.sqrt(252)
    np.testing.assert_allclose(realised_volatility(goog.close, 20), expected, rtol=1e-9)


def test_hulls_example_of_historical_volatility():
    """Hull, Options, Futures, and Other Derivatives, table 15.1: 21 prices, daily deviation 0.01216, 19.3 % a year."""
    prices = [20.00, 20.10, 19.90, 20.00, 20.50, 20.25, 20.90, 20.90, 20.90, 20.75, 20.75, 21.00, 21.10, 20.90, 20.90, 21.25, 21.40,
              21.40, 21.25, 21.75, 22.00]  # fmt: skip
    assert realised_volatility(prices, 20, 1)[-1] == pytest.approx(0.01216, abs=5e-6)
    assert realised_volatility(prices, 20, 252)[-1] == pytest.approx(0.193, abs=5e-4)


def test_the_decayed_variance_is_pandas_from_the_same_seed(goog):
    squares = np.diff(np.log(goog.close)) ** 2
    seeded = pd.Series([squares[:20].mean(), *squares[20:]]).ewm(alpha=0.06, adjust=False).mean()
    np.testing.assert_allclose(ewma_volatility(goog.close)[20:], np.sqrt(seeded * 252), rtol=1e-9)


def test_a_constant_range_is_parkinsons_volatility():
    high, low = np.full(5, 101.0), np.full(5, 99.0)
    expected = math.log(101 / 99) / math.sqrt(4 * math.log(2)) * math.sqrt(252)
    assert parkinson_volatility(high, low, 5)[-1] == pytest.approx(expected, rel=1e-12)


def test_one_bar_by_garman_and_klass():
    expected = math.sqrt(0.5 * math.log(1.1 / 0.9) ** 2 - (2 * math.log(2) - 1) * math.log(1.05) ** 2)
    assert garman_klass_volatility([1.0], [1.1], [0.9], [1.05], 1, 1)[-1] == pytest.approx(expected, rel=1e-12)


def test_every_estimator_finds_the_volatility_of_a_simulated_day():
    """Days of 1,000 Gaussian steps at 20 % a year; the discrete path hides part of the range (a few per cent)."""
    rng = np.random.default_rng(11)
    path = np.cumsum(rng.normal(0.0, 0.2 / math.sqrt(252 * 1_000), 1_000_000)).reshape(1_000, 1_000)
    open_, high, low, close = np.exp([np.r_[0.0, path[:-1, -1]], path.max(axis=1), path.min(axis=1), path[:, -1]])
    high, low = np.maximum(high, open_), np.minimum(low, open_)
    found = [
        realised_volatility(close, 999)[-1],
        ewma_volatility(close, decay=0.999, window=999)[-1],
        parkinson_volatility(high, low, 1_000)[-1],
        garman_klass_volatility(open_, high, low, close, 1_000)[-1],
    ]
    assert found == pytest.approx([0.2] * 4, rel=0.05)


def test_a_price_at_or_below_zero_is_a_gap():
    assert np.isnan(realised_volatility([1.0, 2.0, 0.0, 3.0, 4.0, 6.0], 2)).tolist() == [True, True, True, True, True, False]


@pytest.mark.parametrize("decay", [0.0, 1.0, -0.5, np.nan, "fast"])
def test_a_decay_outside_zero_and_one_is_refused(decay):
    with pytest.raises(InvalidField, match="decay must be a number between 0 and 1"):
        ewma_volatility([1.0, 2.0], decay=decay)
