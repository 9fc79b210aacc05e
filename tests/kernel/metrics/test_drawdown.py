import math

import pytest

from aurelius_kernel import metrics


def test_a_loss_on_the_first_bar_is_a_drawdown_of_the_starting_capital():
    assert metrics.max_drawdown([-0.1, 0.05]) == pytest.approx(-0.1)


def test_an_account_that_only_rises_has_none():
    assert metrics.max_drawdown([0.1, 0.0, 0.2]) == 0.0
    assert metrics.max_drawdown_duration([0.1, 0.0, 0.2]) == 0.0


def test_time_under_water_runs_from_the_last_bar_at_the_peak_to_the_recovery():
    # 1, 1, 2, 2, 1, 1, 2: the last bar at the peak is the fourth value, the recovery the seventh
    assert metrics.max_drawdown_duration([0.0, 1.0, 0.0, -0.5, 0.0, 1.0]) == 3.0


def test_time_under_water_without_a_recovery_runs_to_the_end():
    assert metrics.max_drawdown_duration([0.5, -0.5]) == 1.0
    assert metrics.max_drawdown_duration([-0.5, 0.1, 0.1]) == 3.0


def test_nothing_can_be_said_of_no_bars():
    assert math.isnan(metrics.max_drawdown([]))
    assert math.isnan(metrics.max_drawdown_duration([math.nan]))
    assert math.isnan(metrics.ulcer_index([]))
