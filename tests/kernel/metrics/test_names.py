import pytest

from aurelius_kernel.metrics import Metric, Unit

DOMAIN = (
    "total_return cagr volatility sharpe_ratio sortino_ratio max_drawdown max_drawdown_duration calmar_ratio "
    "var_95 var_99 cvar_95 cvar_99 skew kurtosis tail_ratio omega ulcer_index information_ratio beta alpha "
    "total_trades win_rate profit_factor avg_trade expectancy avg_holding exposure turnover psr dsr min_trl"
)


def test_every_metric_of_the_domain_is_on_the_list():
    assert set(DOMAIN.split()) <= {metric.value for metric in Metric}


@pytest.mark.parametrize("metric", Metric)
def test_a_metric_tells_its_label_unit_formula_and_source(metric):
    assert metric == metric.value == str(metric)
    assert all([metric.label, metric.formula, metric.source])
    assert isinstance(metric.unit, Unit)


def test_a_metric_is_found_by_its_name():
    assert Metric("max_drawdown") is Metric.MAX_DRAWDOWN
