import numpy as np
import pytest

from aurelius_kernel.errors import InvalidField
from aurelius_kernel.indicators import kalman_hedge_ratio, rolling_beta, rolling_hedge_ratio


@pytest.fixture(scope="module")
def pair():
    """y = 3 + 1.5·x + noise."""
    rng = np.random.default_rng(4)
    x = 50.0 + np.cumsum(rng.normal(0.0, 0.5, 400))
    return 3.0 + 1.5 * x + rng.normal(0.0, 0.05, 400), x


def test_the_rolling_line_is_numpys_least_squares(pair):
    y, x = pair
    slope, intercept = rolling_hedge_ratio(y, x, 30)
    for bar in range(29, 400, 13):
        expected = np.polyfit(x[bar - 29 : bar + 1], y[bar - 29 : bar + 1], 1)
        assert [slope[bar], intercept[bar]] == pytest.approx(expected.tolist(), rel=1e-9)


def test_beta_is_covariance_over_variance(pair):
    y, x = pair
    covariance = np.cov(y[-60:], x[-60:])
    assert rolling_beta(y, x)[-1] == pytest.approx(covariance[0, 1] / covariance[1, 1], rel=1e-10)


def test_a_flat_benchmark_has_no_beta():
    assert np.isnan(rolling_beta([1.0, 2.0, 3.0], [10.1, 10.1, 10.1], 3)[-1])


def test_the_filter_agrees_with_chans_matrix_form(pair):
    y, x = pair
    state, spread, step = np.zeros(2), np.eye(2) * 1e6, np.eye(2) * 1e-4 / (1 - 1e-4)
    rows = []
    for now, price in zip(y, x, strict=True):
        design = np.array([price, 1.0])
        spread = spread + step
        error, variance = now - design @ state, design @ spread @ design + 1e-3
        gain = spread @ design / variance
        state, spread = state + gain * error, spread - np.outer(gain, design @ spread)
        rows.append([*state, error, variance])
    for ours, theirs, first in zip(kalman_hedge_ratio(y, x), np.transpose(rows), (1, 1, 2, 2), strict=True):
        np.testing.assert_allclose(ours[first:], theirs[first:], rtol=1e-5)


def test_without_steps_the_filter_is_least_squares_over_all_bars_so_far(pair):
    y, x = pair
    slope, intercept, _, _ = kalman_hedge_ratio(y, x, delta=1e-18, observation_variance=1e-4)
    assert [slope[-1], intercept[-1]] == pytest.approx(np.polyfit(x, y, 1).tolist(), rel=1e-4)


def test_the_filter_follows_a_ratio_that_changes():
    x = 50.0 + np.cumsum(np.random.default_rng(8).normal(0.0, 0.5, 600))
    y = np.where(np.arange(600) < 300, 1.0, 2.0) * x
    slope = kalman_hedge_ratio(y, x).slope
    assert [slope[299], slope[-1]] == pytest.approx([1.0, 2.0], abs=0.15)


def test_the_forecast_error_knows_only_the_bars_before_it():
    y, x = np.array([1.0, 2.0, 3.0, 10.0]), np.array([1.0, 2.0, 3.0, 4.0])
    found = kalman_hedge_ratio(y, x)
    forecast = found.intercept[2] + found.slope[2] * x[3]
    assert found.error[3] == pytest.approx(10.0 - forecast, rel=1e-12)


@pytest.mark.parametrize(("field", "value"), [("delta", 0.0), ("delta", 1.0), ("observation_variance", 0.0)])
def test_a_setting_out_of_range_is_refused(field, value):
    with pytest.raises(InvalidField) as refusal:
        kalman_hedge_ratio([1.0, 2.0], [1.0, 2.0], **{field: value})
    assert list(refusal.value.fields) == [field]
