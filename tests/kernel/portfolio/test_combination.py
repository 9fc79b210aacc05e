from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from aurelius_kernel.errors import InvalidField, UnknownName
from aurelius_kernel.portfolio import Comparison, combine, compare


class Given(Comparison):
    """A comparison whose returns are written by hand."""

    @property
    def returns(self) -> pd.DataFrame:
        return RETURNS

    @property
    def periods_per_year(self) -> float:
        return 252.0


INDEX = pd.DatetimeIndex(["2024-01-30", "2024-01-31", "2024-02-01", "2024-02-02"], tz="UTC")
RETURNS = pd.DataFrame({"a": [0.10, 0.00, -0.05, 0.02], "b": [-0.02, 0.04, 0.01, 0.00]}, index=INDEX)


@pytest.fixture
def given() -> Given:
    return Given({"a": None, "b": None}, INDEX)


def test_parts_left_alone_grow_by_their_own_returns(given):
    held = combine(given, {"a": 0.25, "b": 0.75})
    assert held.wealth.to_numpy() == pytest.approx(0.25 * np.cumprod(1 + RETURNS["a"]) + 0.75 * np.cumprod(1 + RETURNS["b"]))


def test_shares_are_set_anew_at_the_first_bar_of_a_month(given):
    held = combine(given, {"a": 0.5, "b": 0.5}, "monthly")
    january = 0.5 * 1.1 + 0.5 * 0.98 * 1.04  # 1.0596, by hand
    assert held.wealth.iloc[1] == pytest.approx(january)
    assert held.wealth.iloc[2] == pytest.approx(january * (0.5 * 0.95 + 0.5 * 1.01))
    assert held.wealth.iloc[3] == pytest.approx(january * (0.5 * 0.95 * 1.02 + 0.5 * 1.01))


def test_shares_sum_to_one_at_every_bar(given):
    assert combine(given, {"a": 0.3, "b": 0.7}, "quarterly").shares.sum(axis=1).to_numpy() == pytest.approx(np.ones(4))


def test_gains_of_the_parts_sum_to_the_portfolios_total_return(given):
    for rebalance in ("never", "monthly"):
        held = combine(given, {"a": 0.4, "b": 0.6}, rebalance)
        assert held.contributions["gain"].sum() == pytest.approx(held.wealth.iloc[-1] - 1.0)


def test_risk_of_the_parts_is_their_covariance_with_the_whole(given):
    held = combine(given, {"a": 0.4, "b": 0.6})
    before = pd.concat([pd.DataFrame({"a": [0.4], "b": [0.6]}), held.values.iloc[:-1]]).to_numpy()
    earned = before / before.sum(axis=1, keepdims=True) * RETURNS.to_numpy()
    total = earned.sum(axis=1)
    expected = [np.cov(earned[:, part], total)[0, 1] / np.var(total, ddof=1) for part in (0, 1)]
    assert held.contributions["risk"].to_numpy() == pytest.approx(expected)
    assert held.contributions["risk"].sum() == pytest.approx(1.0)


def test_returns_are_what_the_parts_earned_together(given):
    held = combine(given)
    assert held.returns.to_numpy() == pytest.approx(np.diff(np.concatenate([[1.0], held.wealth])) / [1.0, *held.wealth[:-1]])


def test_two_of_the_same_do_not_diversify(runs):
    held = combine({"a": runs["Trend"], "b": runs["Trend"]})
    assert held.diversification == pytest.approx(1.0, rel=1e-9)
    assert held.metrics["total_return"] == pytest.approx(runs["Trend"].metrics["total_return"], rel=1e-9)
    assert held.metrics["sharpe_ratio"] == pytest.approx(runs["Trend"].metrics["sharpe_ratio"], rel=1e-9)


def test_a_portfolio_of_different_strategies_diversifies(runs):
    held = combine(compare(runs))
    parts = compare(runs).returns.std()
    assert held.diversification == pytest.approx(float(parts.mean() / held.returns.std()), rel=1e-9)
    assert held.diversification > 1.0


def test_a_portfolio_that_never_moved_has_no_risk_to_share(given, monkeypatch):
    monkeypatch.setattr(f"{__name__}.RETURNS", RETURNS * 0.0)
    held = combine(given)
    assert held.diversification is None
    assert all(math.isnan(share) for share in held.contributions["risk"])


@pytest.mark.parametrize(
    ("weights", "problem"),
    [
        ({"a": 1.0}, r"weights must name a, b, not a"),
        ({}, r"weights must name a, b, not nothing"),
        ({"a": 0.5, "b": 0.6}, r"weights must sum to 1, and they sum to 1\.1"),
        ({"a": -0.5, "b": 1.5}, r"weights\.a must be a number from 0 to 1, not -0\.5"),
        ({"a": math.nan, "b": 0.5}, r"weights\.a must be a number from 0 to 1, not nan"),
        ({"a": True, "b": 0.0}, r"weights\.a must be a number from 0 to 1, not True"),
    ],
)
def test_impossible_weights_are_refused(given, weights, problem):
    with pytest.raises(InvalidField, match=problem):
        combine(given, weights)


def test_an_unknown_rebalancing_names_the_known_ones(given):
    with pytest.raises(UnknownName, match="monthly"):
        combine(given, rebalance="monthy")
