"""The past does not change when the future is cut off, and a test sees its own bars and those before it only."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import aurelius_kernel as ak

FITTED = ["train_start", "train_end", "test_start", "test_end", "train_sharpe", "test_sharpe", "test_return", "fast", "slow"]


def cut(asked, bars: int) -> dict:
    return {**asked, "bars": {"A": asked["bars"]["A"].iloc[:bars]}}


@pytest.mark.parametrize("bars", [480, 517, 540])
def test_cutting_the_future_off_changes_no_earlier_window_fit_or_equity(asked, validated, bars):
    earlier = ak.walk_forward("trend_following", **cut(asked, bars), keep=False)
    count = len(earlier)
    assert 3 < count < len(validated)
    assert earlier.embargo_days == validated.embargo_days
    pd.testing.assert_frame_equal(earlier.windows[FITTED], validated.windows.iloc[:count][FITTED])
    np.testing.assert_array_equal(earlier.objective, validated.objective[:count])
    np.testing.assert_array_equal(earlier.equity_values, validated.equity_values[: len(earlier.equity_values)])


def test_another_future_changes_no_earlier_window(asked, validated):
    bars = asked["bars"]["A"].copy()
    bars.iloc[500:] *= np.linspace(1.0, 3.0, len(bars) - 500)[:, None]
    other = ak.walk_forward("trend_following", **{**asked, "bars": {"A": bars}}, keep=False)
    known = (validated.windows["test_end"] < bars.index[500].tz_localize(None)).sum()
    pd.testing.assert_frame_equal(other.windows.iloc[:known][FITTED], validated.windows.iloc[:known][FITTED])


def test_a_test_is_the_backtest_of_its_days_with_memory_of_the_bars_before(asked, validated):
    window = validated.windows.iloc[2]
    chosen = ak.Strategy.create("trend_following", fast=int(window["fast"]), slow=int(window["slow"]))
    days = asked["bars"]["A"].loc[: f"{window['test_end']:%Y-%m-%d}"]
    signals = chosen.signals({"A": days})
    first = days.index.get_indexer([pd.Timestamp(window["test_start"], tz="UTC")])[0]
    entered = [time for time in days.index[signals.entries[:, 0]] if time >= days.index[first]]
    own = validated.trades["entry_time"].between(days.index[first], days.index[-1])
    fills = [days.index[days.index.get_loc(time) + 1] for time in entered if time < days.index[-1]]
    assert validated.trades.loc[own, "entry_time"].tolist() == [pd.Timestamp(time) for time in fills]


def test_no_position_is_carried_from_one_test_into_the_next(validated):
    ends = pd.DatetimeIndex(validated.windows["test_end"]).tz_localize("UTC")
    starts = pd.DatetimeIndex(validated.windows["test_start"]).tz_localize("UTC")
    for _, trade in validated.trades.iterrows():
        window = starts.searchsorted(trade["entry_time"], side="right") - 1
        assert starts[window] < trade["entry_time"] <= trade["exit_time"] <= ends[window]
    assert set(validated.trades["status"]) == {"closed"}
