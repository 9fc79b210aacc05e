"""Walk-forward validation: windows, fits on the past alone, tests from a flat start, and the verdict."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import aurelius_kernel as ak
from aurelius_kernel.artifacts import Store
from aurelius_kernel.errors import NotEnoughBars


def test_windows_follow_each_other_by_a_test_and_leave_the_embargo_between(validated, asked):
    index, w = asked["bars"]["A"].index, validated.windows
    at = {name: index.get_indexer(pd.DatetimeIndex(w[name]).tz_localize("UTC")) for name in w if name.endswith(("_start", "_end"))}
    gap = validated.embargo_days
    starts = 60 * np.arange(len(w))
    np.testing.assert_array_equal(at["train_start"], starts)
    np.testing.assert_array_equal(at["train_end"], starts + 119)
    np.testing.assert_array_equal(at["test_start"], starts + 120 + gap)
    np.testing.assert_array_equal(at["test_end"], starts + 179 + gap)
    assert len(index) - at["test_end"][-1] <= 60


def test_each_window_takes_what_a_sweep_of_its_training_days_alone_finds_best(validated, asked):
    for _, window in validated.windows.iloc[[0, 3, -1]].iterrows():
        alone = ak.sweep(
            "trend_following",
            grid=asked["grid"],
            bars=asked["bars"],
            start=window["train_start"].date(),
            end=window["train_end"].date(),
            keep=False,
        ).best()
        assert (alone.strategy.fast, alone.strategy.slow) == (window["fast"], window["slow"])
        assert alone.found["sharpe_ratio"] == window["train_sharpe"]


def test_the_stitched_account_carries_on_what_each_test_left(validated):
    growth = (1.0 + validated.windows["test_return"]).prod()
    assert validated.equity.iloc[-1] / 100_000.0 == pytest.approx(growth, rel=1e-12)
    assert len(validated.equity) == validated.windows["test_bars"].sum()
    assert (1.0 + validated.returns).prod() == pytest.approx(growth, rel=1e-12)


def test_the_verdict_is_that_of_the_formula(validated):
    train, test = (validated.windows[name].fillna(0.0).mean() for name in ("train_sharpe", "test_sharpe"))
    lost = (train - test) / abs(train) * 100.0
    assert validated.degradation == pytest.approx(lost, rel=1e-12)
    assert validated.stability == pytest.approx(min(max(100.0 - 1.2 * lost, 0.0), 100.0), rel=1e-12)
    assert validated.passed == (validated.stability >= 75.0 and validated.metrics["sharpe_ratio"] > 0.0)


def test_a_validation_comes_back_from_the_store_as_it_was(asked):
    kept = ak.walk_forward("trend_following", **asked)
    back = ak.WalkForwardResult.load(kept.hash[:12])
    assert (back.hash, back.identity.key, back.passed) == (kept.hash, kept.identity.key, kept.passed)
    pd.testing.assert_frame_equal(back.windows, kept.windows)
    pd.testing.assert_frame_equal(back.trades, kept.trades)
    pd.testing.assert_series_equal(back.equity, kept.equity)


def test_too_few_bars_say_how_many_are_missing(asked):
    short = {"A": asked["bars"]["A"].iloc[:150]}
    with pytest.raises(NotEnoughBars, match="needs 180 bars and the window holds 150: 30 are missing"):
        ak.walk_forward("trend_following", **{**asked, "bars": short}, embargo=0)


def test_every_set_of_every_window_is_counted_and_what_they_are_worth_is_remembered(asked):
    found = ak.walk_forward("trend_following", **asked)
    ledger = Store().trials
    lines = list(ledger.all("trend_following"))
    whole = [trial.evaluated for trial in lines if trial.data_hash == found.identity.data_hash]
    assert (sum(trial.evaluated for trial in lines) - sum(whole), whole) == (found.trials, [12])
    assert found.trials == 12 * len(found)
    assert ak.trials("trend_following", found.identity.data_hash) == found.tried() == 12
    assert ledger.effective("trend_following", found.identity.data_hash).effective == found.overfitting.effective_trials
    assert found.deflated_sharpe() == pytest.approx(found.overfitting.dsr, rel=1e-9)


def test_what_was_tried_before_lowers_the_deflated_sharpe_ratio(validated):
    once, often = (validated.deflated_sharpe(tried) for tried in (12, 12_000))
    assert once == pytest.approx(validated.overfitting.dsr, rel=1e-9)
    assert often < once
