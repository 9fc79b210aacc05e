"""Which way each metric is better."""

import pytest

from aurelius_kernel.metrics import Metric, better_high


@pytest.mark.parametrize("metric", ["sharpe_ratio", "total_return", "max_drawdown", "var_95", "cvar_99", "profit_factor", "alpha"])
def test_more_of_it_is_better(metric):
    assert better_high(Metric(metric))


@pytest.mark.parametrize("metric", ["volatility", "ulcer_index", "max_drawdown_duration", "turnover", "kurtosis"])
def test_less_of_it_is_better(metric):
    assert not better_high(Metric(metric))
