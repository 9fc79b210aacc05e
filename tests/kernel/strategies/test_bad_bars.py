from __future__ import annotations

from typing import ClassVar

import numpy as np
import pandas as pd
import pytest

from aurelius_kernel.errors import ImpossibleRequest, InvalidField, NotEnoughBars, UnknownName
from aurelius_kernel.strategies import SingleInstrumentStrategy, Strategy


def test_bars_that_are_no_frames_are_refused():
    with pytest.raises(InvalidField, match="bars must be a DataFrame or a mapping of instrument to DataFrame, not list"):
        Strategy.create("trend_following").signals([1, 2, 3])
    with pytest.raises(InvalidField, match=r"bars.GOOG must be a DataFrame, not ndarray"):
        Strategy.create("trend_following").signals({"GOOG": np.zeros((5, 5))})


def test_a_missing_column_is_named(goog):
    with pytest.raises(InvalidField, match=r"bars.GOOG lacks the column volume; bars have open, high, low, close, volume"):
        Strategy.create("trend_following").signals({"GOOG": goog.drop(columns="volume")})


def test_text_in_a_price_is_refused(goog):
    with pytest.raises(InvalidField, match=r"bars.GOOG must hold numbers in close, not"):
        Strategy.create("trend_following").signals({"GOOG": goog.assign(close=goog["close"].astype(str))})


@pytest.mark.parametrize(
    ("index", "problem"),
    [
        (lambda index: index.tz_localize(None), "must have an index of UTC time stamps"),
        (lambda index: index.tz_convert("America/New_York"), "must have an index of UTC time stamps"),
        (lambda index: pd.RangeIndex(len(index)), "must have an index of UTC time stamps"),
        (lambda index: index[::-1], "must have strictly rising time stamps"),
        (lambda index: index[:1].append(index[:-1]), "must have strictly rising time stamps"),
    ],
)
def test_an_index_that_is_no_rising_utc_time_is_refused(goog, index, problem):
    with pytest.raises(InvalidField, match=problem):
        Strategy.create("trend_following").signals({"GOOG": goog.set_axis(index(goog.index))})


def test_too_few_bars_are_counted(stocks):
    strategy = Strategy.create("trend_following", fast=10, slow=30)
    few = {"IBM": stocks["IBM"], "GOOG": stocks["GOOG"].iloc[:12]}
    with pytest.raises(NotEnoughBars, match="on GOOG needs 31 bars and the window holds 12: 19 are missing") as refused:
        strategy.signals(few)
    assert refused.value.missing == 19


@pytest.mark.parametrize(
    ("name", "count", "wanted"),
    [
        ("pairs_trading", 1, "exactly 2"),
        ("pairs_trading", 3, "exactly 2"),
        ("stat_arb", 3, "at least 4"),
        ("market_neutral", 2, "at least 4"),
    ],
)
def test_the_wrong_number_of_instruments_is_refused(name, count, wanted, stocks):
    with pytest.raises(ImpossibleRequest, match=f"instruments must be {wanted} for {name}, not {count}"):
        Strategy.create(name).signals(dict(list(stocks.items())[:count]))


def test_no_instrument_at_all_is_refused():
    with pytest.raises(ImpossibleRequest, match="instruments must be at least 1 for trend_following, not 0"):
        Strategy.create("trend_following").signals({})


def test_instruments_that_do_not_overlap_in_time_are_refused(stocks):
    early, late = stocks["AAPL"].iloc[:500], stocks["MSFT"].iloc[600:1_200]
    with pytest.raises(ImpossibleRequest, match="do not overlap in time: at no stamp do 2 of AAPL, MSFT have a bar"):
        Strategy.create("pairs_trading").signals({"AAPL": early, "MSFT": late})


def test_instruments_that_hardly_overlap_are_told_how_many_bars_are_missing(stocks):
    early, late = stocks["AAPL"].iloc[:500], stocks["MSFT"].iloc[450:1_200]
    with pytest.raises(NotEnoughBars, match="needs 121 bars and the window holds 50: 71 are missing"):
        Strategy.create("pairs_trading").signals({"AAPL": early, "MSFT": late})


def test_a_missing_carry_series_is_named(stocks, carry):
    bars = {"GOOG": stocks["GOOG"], "IBM": stocks["IBM"], "GOOG.CARRY": carry["GOOG.CARRY"]}
    with pytest.raises(ImpossibleRequest, match=r"bars lack IBM.CARRY, which carry_trade reads beside GOOG, IBM"):
        Strategy.create("carry_trade").signals(bars)


def test_a_carry_series_of_another_time_is_refused(stocks, carry):
    bars = {"GOOG": stocks["GOOG"].iloc[500:], "GOOG.CARRY": carry["GOOG.CARRY"].iloc[:400]}
    with pytest.raises(ImpossibleRequest, match=r"bars of GOOG.CARRY share no stamp with those of GOOG"):
        Strategy.create("carry_trade").signals(bars)


def test_a_missing_benchmark_is_named(stocks):
    with pytest.raises(ImpossibleRequest, match="bars lack SPY, which market_neutral reads beside AAPL, GOOG, IBM, MSFT"):
        Strategy.create("market_neutral", benchmark="SPY").signals(stocks)


def test_what_is_there_for_reference_cannot_be_traded_too():
    with pytest.raises(
        ImpossibleRequest, match="instruments include SPY, which market_neutral reads beside them and does not trade"
    ):
        Strategy.create("market_neutral", benchmark="SPY").check_instruments(["KO", "PEP", "SPY", "XOM", "CVX"])


class Returns(SingleInstrumentStrategy):
    """Returns what it is told to."""

    type: ClassVar[str] = "returns"
    summary: ClassVar[str] = "Returns what it is told to."
    made: ClassVar[dict] = {}

    @property
    def warm_up(self):
        return 1

    def decide_one(self, bars):
        return {kind: make(bars) for kind, make in self.made.items()}


@pytest.mark.parametrize(
    ("made", "error", "problem"),
    [
        ({"entry": lambda bars: bars.close > 0}, UnknownName, "Unknown decision 'entry': did you mean entries"),
        ({"entries": lambda bars: bars.close}, InvalidField, "entries must be booleans, not float64"),
        ({"weights": lambda bars: bars.close > 0}, InvalidField, "weights must be numbers, not bool"),
        ({"entries": lambda bars: (bars.close > 0)[1:]}, InvalidField, "entries must hold one decision for each of 2148 bars"),
        ({"entries": lambda bars: (bars.close > 0).astype(object)}, InvalidField, "entries must be booleans, not object"),
    ],
)
def test_what_a_class_of_ones_own_returns_is_checked(monkeypatch, goog, made, error, problem):
    monkeypatch.setattr(Returns, "made", made)
    with pytest.raises(error, match=problem):
        Returns().signals(goog)
