"""Which way each metric is better."""

import pytest

from aurelius_kernel.metrics import Metric, best, better_high


@pytest.mark.parametrize("metric", ["sharpe_ratio", "total_return", "max_drawdown", "var_95", "cvar_99", "profit_factor", "alpha"])
def test_more_of_it_is_better(metric):
    assert better_high(Metric(metric))


@pytest.mark.parametrize("metric", ["volatility", "ulcer_index", "max_drawdown_duration", "turnover", "kurtosis"])
def test_less_of_it_is_better(metric):
    assert not better_high(Metric(metric))


@pytest.mark.parametrize(
    ("metric", "values", "expected"),
    [
        ("sharpe_ratio", [0.4, None, 1.2, float("nan")], 1.2),
        ("max_drawdown", [-0.3, -0.1], -0.1),
        ("volatility", [0.3, 0.1], 0.1),
        ("sharpe_ratio", [0.4, 0.4], None),
        ("sharpe_ratio", [None, 0.4], None),
        ("skew", [-1.0, 1.0], None),
        ("total_trades", [3, 5], None),
    ],
)
def test_the_best_of_several_is_there_where_one_way_is_better_and_they_differ(metric, values, expected):
    assert best(Metric(metric), values) == expected
