"""Trials: how many there were, how many different ones they are, and what that leaves of the best Sharpe ratio."""

from __future__ import annotations

import math

import numpy as np
import pytest

import aurelius_kernel as ak
from aurelius_kernel.artifacts import Store
from aurelius_kernel.errors import ImpossibleRequest, InvalidField

GRID = {"fast": range(3, 9), "slow": range(6, 26, 4)}


@pytest.fixture
def found(one) -> ak.SweepResult:
    return ak.sweep("trend_following", grid=GRID, bars=one)


def count(found: ak.SweepResult) -> int:
    return ak.trials("trend_following", found.identity.data_hash)


def test_every_combination_is_a_trial_failed_ones_too(found):
    assert (count(found), found.trials, len(found.failed)) == (30, 30, 3)
    assert [(trial.evaluated, trial.failed) for trial in Store().trials.all("trend_following")] == [(30, 3)]


def test_a_backtest_of_a_row_and_the_same_sweep_again_are_no_new_trials(found, one):
    found.result(4)
    ak.backtest(found.strategy(7), bars=one)
    ak.sweep("trend_following", grid=GRID, bars=one, keep=False)
    ak.sweep("trend_following", grid={"slow": range(6, 26, 4), "fast": range(3, 9)}, bars=one, engine="vectorbt", keep=False)
    assert count(found) == 30


def test_what_is_new_is_added(found, one):
    ak.sweep("trend_following", grid={**GRID, "fast": range(5, 12)}, bars=one, keep=False)
    ak.sweep("trend_following", grid=GRID, bars=one, capital=5.0, keep=False)
    ak.backtest(ak.Strategy.create("trend_following", fast=3, slow=99), bars=one)
    assert count(found) == 30 + 15 + 30 + 1


def test_each_account_counts_on_its_own_data(market):
    bars = {name: market[name] for name in ("A", "D")}
    apart = ak.sweep("trend_following", grid=GRID, bars=bars, accounts="separate", keep=False)
    alone = ak.sweep("trend_following", grid={"fast": [50], "slow": [60]}, bars={"D": market["D"]}, keep=False)
    assert (count(apart), count(alone)) == (0, 31)


def test_exits_that_are_swept_are_the_same_trials_as_backtests_with_them(one):
    found = ak.sweep("trend_following", grid={"stop_loss": [None, 0.05], "fast": [3]}, bars=one)
    ak.backtest(ak.Strategy.create("trend_following", fast=3), bars=one)
    ak.backtest(ak.Strategy.create("trend_following", fast=3), bars=one, stop_loss=0.05)
    assert count(found) == 2


def test_the_deflated_ratio_is_that_of_the_paper_over_all_trials(found):
    best = found.best().found
    sharpes = found.table["sharpe_ratio"].dropna() / math.sqrt(252)
    by_hand = ak.overfitting.deflated_sharpe_ratio(
        best["sharpe_ratio"] / math.sqrt(252), 420, 30, sharpes.var(ddof=1), best["skew"], best["kurtosis"]
    )
    assert found.deflated_sharpe() == pytest.approx(by_hand, rel=1e-12)
    assert found.deflated_sharpe() < best["psr"]
    assert found.deflated_sharpe(trials=1) == pytest.approx(best["psr"], rel=1e-9)
    assert found.deflated_sharpe(trials=1e6) < found.deflated_sharpe()


def test_combinations_that_trade_alike_are_fewer_trials(one):
    alike = ak.sweep("trend_following", grid={"fast": [5], "slow": [40, 41, 42, 43]}, bars=one, keep=False)
    effective = alike.effective_trials()
    assert effective.trials < 4
    returns = np.column_stack([alike.result(row).returns for row in range(4)])
    assert ak.overfitting.effective_trials(returns).trials == effective.trials


@pytest.mark.parametrize("sample", [0, 1, 5_000])
def test_a_sample_that_makes_no_sense_is_refused(found, sample):
    with pytest.raises(InvalidField, match="sample"):
        found.effective_trials(sample)


def test_accounts_on_other_bars_have_no_common_measure(market):
    apart = ak.sweep("trend_following", grid=GRID, bars={"A": market["A"]}, accounts="separate", keep=False)
    for question in (apart.effective_trials, apart.deflated_sharpe):
        with pytest.raises(ImpossibleRequest, match="same bars"):
            question()
