"""Returns at today's volatility, and the value at risk of them."""

import math

import numpy as np
import pandas as pd
import pytest

from aurelius_kernel import metrics
from aurelius_kernel.errors import InvalidField


def test_three_returns_by_hand():
    # forecasts with decay 0.5: (1+4+4)/3 = 3, then (3+1)/2 = 2, (2+4)/2 = 3, and for tomorrow (3+4)/2 = 3.5, all in 1e-4
    found = metrics.filtered_returns([0.01, -0.02, 0.02], decay=0.5)
    assert found == pytest.approx([0.01 * math.sqrt(3.5 / 3), -0.02 * math.sqrt(3.5 / 2), 0.02 * math.sqrt(3.5 / 3)])


def test_the_forecast_is_that_of_the_weighted_mean_of_pandas():
    r = np.random.default_rng(5).standard_t(4, 800) / 100
    seeded = pd.Series(np.concatenate([[np.mean(r**2)], r**2]))
    variance = seeded.ewm(alpha=0.06, adjust=False).mean().to_numpy()
    assert metrics.filtered_returns(r) == pytest.approx(r * np.sqrt(variance[-1] / variance[:-1]))


def test_returns_of_one_size_stay_as_they_are():
    r = 0.01 * np.array([1, -1, -1, 1, 1, -1])
    assert metrics.filtered_returns(r) == pytest.approx(r)
    assert metrics.value_at_risk(r, method="filtered") == pytest.approx(metrics.value_at_risk(r))


def test_bars_out_of_the_market_tell_nothing_of_volatility():
    r = np.array([0.01, -0.02, 0.02])
    idle = np.concatenate([r[:1], np.zeros(500), r[1:]])
    found = metrics.filtered_returns(idle, decay=0.5)
    assert found[found != 0.0] == pytest.approx(metrics.filtered_returns(r, decay=0.5))
    assert np.count_nonzero(found == 0.0) == 500


def test_after_a_calm_year_the_risk_of_tomorrow_is_below_that_of_the_whole_past():
    draw = np.random.default_rng(8)
    r = np.concatenate([draw.normal(0, 0.03, 500), draw.normal(0, 0.01, 250)])
    filtered, historical = (metrics.value_at_risk(r, 0.99, method) for method in ("filtered", "historical"))
    assert filtered == pytest.approx(-2.33 * 0.01, rel=0.3)
    assert historical < 2 * filtered
    assert metrics.expected_shortfall(r, 0.99, "filtered") < filtered


def test_without_a_bar_or_a_move_there_is_nothing_to_filter():
    assert metrics.filtered_returns([]).tolist() == []
    assert metrics.filtered_returns([0.0, np.nan, 0.0]).tolist() == [0.0, 0.0]
    with pytest.raises(InvalidField, match="decay"):
        metrics.filtered_returns([0.1], decay=1.5)
