from __future__ import annotations

import math

import empyrical
import numpy as np
import pandas as pd
import pytest

from aurelius_kernel.views import rolling_sharpe, rolling_volatility, rolling_window


@pytest.fixture(scope="module")
def returns() -> pd.Series:
    days = pd.date_range("2020-01-01", periods=60, tz="UTC")
    return pd.Series(np.random.default_rng(3).normal(0.001, 0.02, 60), index=days)


def test_three_returns_by_hand():
    returns = pd.Series([0.01, 0.03, 0.02])
    assert rolling_volatility(returns, 3, 4).tolist()[2] == pytest.approx(0.01 * 2)
    assert rolling_sharpe(returns, 3, 4).tolist()[2] == pytest.approx(0.02 / 0.01 * 2)


def test_every_window_agrees_with_empyrical_on_that_stretch(returns):
    stretches = [returns.iloc[end - 20 : end] for end in range(20, 61)]
    sharpes = [empyrical.sharpe_ratio(stretch, annualization=252) for stretch in stretches]
    volatilities = [empyrical.annual_volatility(stretch, annualization=252) for stretch in stretches]
    assert rolling_sharpe(returns, 20, 252).iloc[19:].tolist() == pytest.approx(sharpes)
    assert rolling_volatility(returns, 20, 252).iloc[19:].tolist() == pytest.approx(volatilities)


def test_nothing_is_known_before_the_first_full_window(returns):
    assert rolling_sharpe(returns, 20, 252).isna().sum() == 19


def test_returns_that_do_not_vary_have_no_sharpe_ratio_and_no_volatility():
    flat = pd.Series([0.05, 0.05, 0.0, 0.0, 0.0])
    assert math.isnan(rolling_sharpe(flat, 3, 252).iloc[4])
    assert rolling_volatility(flat, 3, 252).iloc[4] == 0.0


@pytest.mark.parametrize(
    ("bars", "periods_per_year", "window"),
    [(2_148, 252, 126), (252, 252, 63), (80, 252, 20), (79, 252, None), (5, 252, None), (20_000, 98_280, 5_000), (400, 52, 26)],
)
def test_the_window_is_half_a_year_or_a_quarter_of_a_shorter_run(bars, periods_per_year, window):
    assert rolling_window(bars, periods_per_year) == window
