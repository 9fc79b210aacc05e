import math

import numpy as np
import pytest

from aurelius_kernel import metrics

PROFITS = [100.0, -50.0, 0.0, 25.0]


def test_four_trades_by_hand():
    assert metrics.win_rate(PROFITS) == 0.5
    assert metrics.profit_factor(PROFITS) == 2.5
    assert metrics.expectancy(PROFITS) == 18.75


def test_there_is_no_profit_factor_without_a_loss():
    assert math.isnan(metrics.profit_factor([1.0, 2.0]))
    assert metrics.profit_factor([-1.0, -2.0]) == 0.0


def test_nothing_can_be_said_of_no_trades():
    assert [math.isnan(f([])) for f in (metrics.win_rate, metrics.profit_factor, metrics.expectancy)] == [True] * 3


def test_exposure_counts_bars_with_any_position():
    assert metrics.exposure([0.0, 1.0, -1.0, np.nan]) == 0.5
    assert metrics.exposure([[0.0, 0.0], [1.0, -1.0], [0.0, 3.0], [0.0, np.nan]]) == 0.5


def test_buying_and_selling_the_whole_account_in_a_year_is_a_turnover_of_two():
    assert metrics.turnover(2_000.0, np.full(252, 1_000.0), 252) == pytest.approx(2.0)
