import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aurelius_kernel import metrics
from aurelius_kernel.errors import InvalidField

some_returns = st.lists(st.floats(-0.5, 0.5).map(lambda value: round(value, 3)), min_size=1, max_size=40)
OF_RETURNS = [
    metrics.total_return, metrics.cagr, metrics.volatility, metrics.sharpe_ratio, metrics.sortino_ratio, metrics.calmar_ratio,
    metrics.max_drawdown, metrics.max_drawdown_duration, metrics.ulcer_index, metrics.skew, metrics.kurtosis, metrics.omega_ratio,
    metrics.tail_ratio, metrics.value_at_risk, metrics.expected_shortfall, metrics.win_rate, metrics.profit_factor,
    metrics.expectancy,
]  # fmt: skip


@given(some_returns)
@settings(max_examples=60, deadline=None)
def test_the_maximum_drawdown_is_the_worst_of_all_pairs(r):
    path = np.concatenate([[1.0], np.cumprod(1.0 + np.array(r))])
    worst = min(path[later] / path[earlier] - 1.0 for later in range(len(path)) for earlier in range(later + 1))
    assert metrics.max_drawdown(r) == pytest.approx(worst, abs=1e-12)


@given(some_returns)
@settings(max_examples=60, deadline=None)
def test_the_time_under_water_is_what_a_walk_along_the_path_counts(r):
    peak, since, longest, value = 1.0, 0, 0, 1.0
    for step in r:
        value *= 1.0 + step
        since += 1
        if value >= peak:
            longest, peak, since = max(longest, since if since > 1 else 0), value, 0
    assert metrics.max_drawdown_duration(r) == max(longest, since)


@pytest.mark.parametrize("metric", OF_RETURNS)
@given(r=some_returns, gap=st.integers(0, 40))
@settings(max_examples=15, deadline=None)
def test_a_gap_among_the_returns_is_as_if_it_were_not_there(metric, r, gap):
    assert metric([*r[:gap], math.nan, *r[gap:]]) == pytest.approx(metric(r), nan_ok=True)


@pytest.mark.parametrize("metric", OF_RETURNS)
def test_a_series_a_list_and_an_array_are_the_same(metric):
    r = [0.01, -0.02, 0.03, -0.005]
    assert metric(pd.Series(r, index=list("abcd"))) == metric(r) == metric(np.array(r))
    assert isinstance(metric(r), float)


@pytest.mark.parametrize("metric", OF_RETURNS)
@pytest.mark.parametrize("malformed", [[["0.1"]], ["0.1"], [[0.1]], [None], [True], 0.1])
def test_what_is_not_one_dimensional_numbers_is_refused(metric, malformed):
    with pytest.raises(InvalidField, match=r"must hold numbers|must be one-dimensional"):
        metric(malformed)


@pytest.mark.parametrize(
    "metric", [metrics.cagr, metrics.volatility, metrics.sharpe_ratio, metrics.sortino_ratio, metrics.calmar_ratio]
)
@pytest.mark.parametrize("year", [0, -252, math.nan, math.inf, "daily"])
def test_a_year_that_is_not_above_zero_is_refused(metric, year):
    with pytest.raises(InvalidField, match="periods_per_year must be a number above 0"):
        metric([0.1, -0.1], year)


def test_a_benchmark_of_another_length_is_refused():
    with pytest.raises(InvalidField, match=r"benchmark has 1 values where returns has 2\."):
        metrics.beta([0.1, 0.2], [0.1])


def test_only_bars_that_both_have_count_against_a_benchmark():
    assert metrics.beta([0.1, math.nan, 0.3, 0.4], [0.1, 0.2, math.nan, 0.2]) == metrics.beta([0.1, 0.4], [0.1, 0.2])
