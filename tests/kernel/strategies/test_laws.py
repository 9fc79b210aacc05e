"""The law book against strategies that break it: each is caught, and the bar is named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from aurelius_kernel.model import Signals
from aurelius_kernel.strategies import Parameter, SingleInstrumentStrategy, Strategy
from aurelius_kernel.strategies.frames import union_index
from aurelius_kernel.strategies.laws import LAWS, check_laws


class Rule(SingleInstrumentStrategy):
    """A rule of closes: long while `wanted`."""

    type: ClassVar[str] = "rule"
    summary: ClassVar[str] = "A rule under test."

    @property
    def warm_up(self):
        return 30

    def wanted(self, close: pd.Series) -> pd.Series:
        raise NotImplementedError

    def decide_one(self, bars: pd.DataFrame) -> Mapping[str, np.ndarray]:
        wanted = self.wanted(bars["close"]).to_numpy(np.bool_)
        before = np.concatenate([[False], wanted[:-1]])
        return {"entries": wanted & ~before, "exits": before & ~wanted}


class Honest(Rule):
    def wanted(self, close):
        return close > close.rolling(20).mean()


class PeeksOneBar(Rule):
    """Knows tomorrow's close."""

    def wanted(self, close):
        return close.shift(-1) > close


class PeeksAndHidesIt(Rule):
    """Knows tomorrow's close, and fills the gap that this leaves at the end."""

    def wanted(self, close):
        return close.shift(-1).fillna(close) >= close


class CentredWindow(Rule):
    def wanted(self, close):
        return close > close.rolling(5, center=True).mean()


class FullSampleScore(Rule):
    """Knows the mean and the deviation of all the data."""

    def wanted(self, close):
        return (close - close.mean()) / close.std() < -0.5


class FittedOnEverything(Rule):
    """Regresses tomorrow's return on today's over all the data."""

    def wanted(self, close):
        change = close.pct_change().fillna(0.0).to_numpy()
        model = LinearRegression().fit(change[:-1, None], change[1:])
        return pd.Series(model.predict(change[:, None]) > 0.001)


class ReversedRunningMaximum(Rule):
    """Sells at what will have been the top: a running maximum taken from the end."""

    def wanted(self, close):
        return close < close[::-1].cummax()[::-1]


class BackwardFill(Rule):
    """Resamples to weeks and fills them backward, so that Monday knows Friday."""

    def wanted(self, close):
        friday = close.resample("W-FRI").last().reindex(close.index, method="bfill")
        return (friday > close).fillna(value=False)


class LooksBackFurtherThanItSays(Rule):
    def wanted(self, close):
        return close > close.ewm(span=60, adjust=False).mean()


class DrawsLots(Rule):
    def wanted(self, close):
        return pd.Series(np.random.default_rng().random(len(close)) > 0.5)


class ActsOnFlatPrices(Rule):
    def wanted(self, close):
        return close.diff().eq(0.0) & (np.arange(len(close)) % 2 == 0)


class ThinksInDollars(Rule):
    scale_invariant: ClassVar[bool] = True

    def wanted(self, close):
        return close > 300.0


class ChangesTheBars(Rule):
    def decide_one(self, bars):
        bars.iloc[5, bars.columns.get_loc("close")] = 1.0
        return super().decide_one(bars)

    def wanted(self, close):
        return close > close.rolling(20).mean()


class DecidesOnEveryStamp(Strategy):
    """Holds one share of equity on every stamp, bar or not."""

    type: ClassVar[str] = "every_stamp"
    summary: ClassVar[str] = "A rule under test."

    @property
    def warm_up(self):
        return 30

    def decide(self, bars):
        index = union_index(bars)
        return Signals(index=index, instruments=tuple(bars), weights=np.ones((len(index), len(bars))))


class Forgets(DecidesOnEveryStamp):
    def decide(self, bars):
        frame = next(iter(bars.values())).iloc[1:]
        return Signals(index=pd.DatetimeIndex(frame.index), instruments=("GOOG",), weights=np.ones((len(frame), 1)))


@pytest.fixture(scope="module")
def bars(stocks):
    return {"GOOG": stocks["GOOG"].iloc[:700]}


def broken(strategy, bars):
    return {violation.law: violation for violation in check_laws(strategy, bars)}


def test_an_honest_rule_breaks_no_law(bars):
    assert broken(Honest(), bars) == {}


@pytest.mark.parametrize(
    "peeker",
    [
        PeeksOneBar,
        PeeksAndHidesIt,
        CentredWindow,
        FullSampleScore,
        FittedOnEverything,
        ReversedRunningMaximum,
        BackwardFill,
    ],
)
def test_a_rule_that_peeks_is_caught_with_the_bar_named(peeker, bars):
    found = broken(peeker(), bars)
    violation = found["future_cut"]
    assert violation.bar in bars["GOOG"].index
    assert violation.instrument == "GOOG"
    assert f"{violation.bar:%Y-%m-%d}" in violation.message


@pytest.mark.parametrize("peeker", [PeeksOneBar, CentredWindow, FullSampleScore, FittedOnEverything, BackwardFill])
def test_a_rule_that_peeks_changes_with_the_future_too(peeker, bars):
    assert "future_changed" in broken(peeker(), bars)


def test_the_bar_named_is_the_first_that_changes(bars):
    """Where the data ends after the named bar, the rule decides otherwise on it; before it, nothing differs."""
    violation = broken(PeeksOneBar(), bars)["future_cut"]
    whole = PeeksOneBar().signals(bars).frame()
    cut = PeeksOneBar().signals(bars["GOOG"].loc[: violation.bar]).frame()
    assert not whole.loc[violation.bar].equals(cut.loc[violation.bar])
    assert whole.loc[: violation.bar].iloc[:-1].equals(cut.iloc[:-1])


@pytest.mark.parametrize(
    ("rule", "law"),
    [
        (LooksBackFurtherThanItSays, "memory"),
        (DrawsLots, "repeatable"),
        (ChangesTheBars, "repeatable"),
        (ActsOnFlatPrices, "constant"),
        (ThinksInDollars, "scale"),
        (DecidesOnEveryStamp, "missing"),
        (DecidesOnEveryStamp, "quiet"),
        (DecidesOnEveryStamp, "constant"),
        (Forgets, "shape"),
    ],
)
def test_every_other_law_is_kept_too(rule, law, bars):
    violation = broken(rule(), bars)[law]
    assert violation.message.endswith(".")


def test_every_law_has_a_test(bars):
    """Each law of the book is broken by one of the rules above."""
    rules = (PeeksOneBar, LooksBackFurtherThanItSays, DrawsLots, ActsOnFlatPrices, ThinksInDollars, DecidesOnEveryStamp, Forgets)
    assert {law for rule in rules for law in broken(rule(), bars)} == set(LAWS)


def test_a_strategy_that_says_it_uses_all_history_may_depend_on_where_the_data_begins(bars):
    class Cumulative(LooksBackFurtherThanItSays):
        expanding: ClassVar[bool] = True

    assert broken(Cumulative(), bars) == {}


def test_the_law_book_finds_the_bar_in_a_universe(stocks):
    class PeeksAtOne(Strategy):
        type: ClassVar[str] = "peeks_at_one"
        summary: ClassVar[str] = "A rule under test."
        min_instruments: ClassVar[int] = 2
        window: Annotated[int, Parameter(ge=1, le=9, description="A window.")] = 5

        @property
        def warm_up(self):
            return self.window

        def decide(self, bars):
            index = union_index(bars)
            close = pd.DataFrame({name: frame["close"] for name, frame in bars.items()}, index=index)
            ahead = close.pct_change().shift({"AAPL": 0, "IBM": -1}["IBM"])
            weights = close.pct_change().assign(IBM=ahead["IBM"]).gt(0.0).to_numpy(np.float64)
            weights[: self.window] = np.nan
            return Signals(index=index, instruments=tuple(bars), weights=np.where(close.isna(), np.nan, weights))

    bars = {name: stocks[name].iloc[:300] for name in ("AAPL", "IBM")}
    assert broken(PeeksAtOne(), bars)["future_cut"].instrument == "IBM"
