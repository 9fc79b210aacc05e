from __future__ import annotations

from collections import Counter

from aurelius_kernel.metrics import Metric
from aurelius_kernel.views.metric_table import GROUPS, label, metric_table, written


def test_every_metric_stands_under_exactly_one_heading():
    assert Counter(metric for metrics in GROUPS.values() for metric in metrics) == Counter(Metric)


def test_no_two_metrics_have_the_same_label():
    assert len({label(metric) for metric in Metric}) == len(Metric)


def test_a_row_holds_label_value_and_that_of_buy_and_hold():
    own = {"total_return": 0.5, "sharpe_ratio": 1.234, "total_trades": 34.0, "profit_factor": None}
    assert metric_table(own, {"total_return": -0.25}) == [
        ("Total return", "50.00%", "−25.00%"),
        ("Sharpe ratio", "1.23", ""),
        ("Trades", "34", ""),
    ]


def test_bars_are_whole_unless_they_are_a_mean():
    assert written(Metric.MAX_DRAWDOWN_DURATION, 794.0) == "794"
    assert written(Metric.AVG_HOLDING, 35.94) == "35.9"
