from __future__ import annotations

import numpy as np
import pytest

from aurelius_kernel import indicators
from aurelius_kernel.strategies import VolatilityTrading
from aurelius_kernel.strategies.volatility_forecast import ewma, parkinson, realised


def alternating(size, bars):
    return np.resize([size, -size], bars)


def test_the_weight_is_the_target_over_the_forecast(bars_of):
    """Steps of 1 % a bar are 15.87 % a year: a target of 10 % holds 0.63."""
    bars = bars_of(100.0 * np.cumprod(1.0 + alternating(0.01, 400)))
    weights = VolatilityTrading(estimator="ewma", vol_target=0.10, rebalance="bar").signals(bars).weights
    assert weights[-1, 0] == pytest.approx(0.10 / (0.01 * np.sqrt(252)))


def test_it_is_off_while_the_forecast_is_above_the_threshold(bars_of):
    """Volatility goes from 1 % to 4 %: the forecast is far above its usual level at first, and is the usual level a year later."""
    steps = np.concatenate([alternating(0.01, 400), alternating(0.04, 400)])
    bars = bars_of(100.0 * np.cumprod(1.0 + steps))
    weights = VolatilityTrading(window=20, rebalance="bar").signals(bars).weights[:, 0]
    assert (weights[300:400] > 0.0).all()
    assert (weights[405:425] == 0.0).all()
    assert weights[-1] == pytest.approx(0.15 / (0.04 * np.sqrt(252)), rel=1e-6)


def test_no_position_is_larger_than_the_largest(bars_of):
    bars = bars_of(100.0 * np.cumprod(1.0 + alternating(0.001, 400)))
    assert VolatilityTrading(max_position=1.5, rebalance="bar").signals(bars).weights[-1, 0] == 1.5


def test_closes_alone_have_no_range_and_no_position(bars_of):
    close = 100.0 * np.cumprod(1.0 + alternating(0.01, 400))
    bare = bars_of(close).assign(open=close, high=close, low=close)
    assert (VolatilityTrading(estimator="parkinson", rebalance="bar").signals(bare).weights[252:] == 0.0).all()


def test_realised_and_parkinson_are_those_of_pandas_and_the_indicators(goog):
    high, low, close = (goog[name].to_numpy() for name in ("high", "low", "close"))
    np.testing.assert_allclose(parkinson(high, low, 30) * np.sqrt(252), indicators.parkinson_volatility(high, low, 30), rtol=1e-10)
    np.testing.assert_allclose(realised(close, 30), goog["close"].pct_change().rolling(30).std(), rtol=1e-9)


def test_a_window_of_63_is_riskmetrics_lambda_of_94_percent():
    """One return of 3 % after none: the forecast is √(0.06/0.98)·3 %, 2 % of the weights being cut off."""
    close = np.concatenate([np.full(100, 100.0), [103.0]])
    decay = (63 / 4) / (63 / 4 + 1)
    assert decay == pytest.approx(0.94, abs=0.0005)
    assert 1 - decay**63 == pytest.approx(0.98, abs=0.001)
    assert ewma(close, 63)[-1] == pytest.approx(np.sqrt((1 - decay) / (1 - decay**63)) * 0.03)


def test_parkinson_by_hand():
    """Every bar reaches from 1 to e: √(1/(4·ln 2)) = 0.6006."""
    high, low = np.full(30, np.e), np.ones(30)
    assert parkinson(high, low, 10)[-1] == pytest.approx(0.6006, abs=5e-5)
