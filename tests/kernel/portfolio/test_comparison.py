from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import aurelius_kernel as ak
from aurelius_kernel.errors import ImpossibleRequest, InvalidField
from aurelius_kernel.portfolio import compare


def test_every_run_is_measured_over_the_bars_that_all_of_them_have(runs):
    shown = compare(runs)
    assert shown.index[0] == runs["Reversion"].index[0]
    assert shown.index[-1] == runs["Trend"].index[-1]
    assert len(shown.index) == len(runs["Trend"].index.intersection(runs["Reversion"].index))


def test_accounts_of_different_sizes_and_starts_begin_as_one(runs):
    shown, trend = compare(runs), runs["Trend"].equity
    before = trend[trend.index < shown.index[0]].iloc[-1]
    assert shown.wealth["Trend"].to_numpy() == pytest.approx((trend.reindex(shown.index) / before).to_numpy(), rel=1e-12)
    assert shown.wealth["Reversion"].iloc[0] == pytest.approx(runs["Reversion"].equity.iloc[0] / 50_000, rel=1e-12)


def test_returns_and_drawdowns_are_those_of_pandas_on_the_shared_bars(runs):
    shown = compare(runs)
    assert shown.returns["Trend"].to_numpy()[1:] == pytest.approx(shown.wealth["Trend"].pct_change().to_numpy()[1:], abs=1e-12)
    falls = shown.wealth / shown.wealth.cummax().clip(lower=1.0) - 1.0
    pd.testing.assert_frame_equal(shown.drawdowns, falls, rtol=1e-12, check_freq=False)


def test_metrics_over_the_whole_of_a_run_are_those_of_the_run(runs):
    twice = {"a": runs["Trend"], "b": runs["Trend"]}
    told = compare(twice).table["a"]
    for name, value in runs["Trend"].metrics.items():
        if value is None or name in {"beta", "alpha", "information_ratio", "expectancy"}:
            continue
        assert told[name] == pytest.approx(value, rel=1e-9), name


def test_money_of_trades_is_counted_per_1_at_the_beginning(runs):
    twice = {"a": runs["Reversion"], "b": runs["Reversion"]}
    assert compare(twice).table["a"]["expectancy"] == pytest.approx(runs["Reversion"].metrics["expectancy"] / 50_000, rel=1e-9)


def test_only_trades_within_the_shared_bars_count(runs):
    shown, trades = compare(runs), runs["Trend"].trades
    inside = (trades["entry_time"] >= shown.index[0]) & (trades["exit_time"] <= shown.index[-1])
    assert shown.table["Trend"]["total_trades"] == inside.sum()
    assert not inside.all()


def test_a_run_correlates_with_itself(runs):
    correlation = compare({"a": runs["Trend"], "b": runs["Trend"], "c": runs["Reversion"]}).correlation
    assert correlation.loc["a", "b"] == pytest.approx(1.0)
    expected = np.corrcoef(compare({"a": runs["Trend"], "c": runs["Reversion"]}).returns.to_numpy().T)[0, 1]
    assert correlation.loc["a", "c"] == pytest.approx(expected, rel=1e-9)


def test_results_without_names_are_called_after_their_strategies(runs):
    assert list(compare([runs["Trend"], runs["Reversion"], runs["Trend"]]).results) == [
        "trend_following",
        "mean_reversion",
        "trend_following 2",
    ]


def test_the_same_results_under_the_same_names_have_one_hash(runs):
    assert compare(runs).hash == compare(dict(runs)).hash
    assert compare(runs).hash != compare({"Trend": runs["Reversion"], "Reversion": runs["Trend"]}).hash


@pytest.mark.parametrize("count", [0, 1, 21])
def test_one_run_or_too_many_are_refused(runs, count):
    with pytest.raises(InvalidField, match=rf"results must hold 2 to 20 backtests, and it holds {count}"):
        compare([runs["Trend"]] * count)


def test_what_is_no_result_is_refused_by_name(runs):
    with pytest.raises(InvalidField, match=r"results\.other must be the result of a backtest, not dict"):
        compare({"Trend": runs["Trend"], "other": {}})


def test_runs_that_never_met_are_refused_with_their_spans(runs, bars):
    early = ak.backtest("trend_following", bars=bars, start="2004-08-19", end="2006-06-30", keep=False)
    with pytest.raises(ImpossibleRequest, match=r"they share 0 \(early: 2004-08-19 to 2006-06-30; "):
        compare({"early": early, "Reversion": runs["Reversion"]})
