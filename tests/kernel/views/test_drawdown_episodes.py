from __future__ import annotations

import pandas as pd
import pytest
from arch.data import sp500

from aurelius_kernel.views import worst_drawdowns


def account(*values: float) -> pd.Series:
    return pd.Series(values, index=pd.date_range("2020-01-01", periods=len(values), tz="UTC"))


def test_an_episode_runs_from_the_peak_to_the_bar_that_reaches_it_again():
    (deepest,) = worst_drawdowns(account(110.0, 99.0, 88.0, 110.0, 120.0), start=100.0)
    assert [stamp.day for stamp in (deepest.peak, deepest.trough, deepest.recovery)] == [1, 3, 4]
    assert (deepest.depth, deepest.bars) == (pytest.approx(-0.2), 3)


def test_an_episode_that_lasts_has_no_recovery_and_counts_to_the_last_bar():
    (only,) = worst_drawdowns(account(100.0, 120.0, 90.0, 100.0), start=100.0)
    assert (only.recovery, only.bars, only.depth) == (None, 2, pytest.approx(-0.25))


def test_the_starting_capital_is_a_peak_dated_by_the_first_bar():
    (only,) = worst_drawdowns(account(90.0, 100.0), start=100.0)
    assert (only.peak.day, only.trough.day, only.recovery.day) == (1, 1, 2)
    assert (only.depth, only.bars) == (pytest.approx(-0.1), 1)


def test_the_deepest_come_first_and_no_more_than_asked_for():
    depths = [episode.depth for episode in worst_drawdowns(account(100, 99, 100, 90, 100, 95, 100), start=100.0, count=2)]
    assert depths == pytest.approx([-0.10, -0.05])


def test_an_account_that_only_rises_has_none():
    assert worst_drawdowns(account(100.0, 100.0, 101.0), start=100.0) == []


def test_the_financial_crisis_is_the_deepest_of_the_sp500():
    close = sp500.load()["Adj Close"].tz_localize("UTC")
    crisis = worst_drawdowns(close, start=float(close.iloc[0]))[0]
    stamps = [f"{stamp:%Y-%m-%d}" for stamp in (crisis.peak, crisis.trough, crisis.recovery)]
    assert stamps == ["2007-10-09", "2009-03-09", "2013-03-28"]
    assert crisis.depth == pytest.approx(-0.567753878, abs=1e-9)
