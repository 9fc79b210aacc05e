from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

import numpy as np
import pytest

from aurelius_kernel.errors import InvalidField, UnknownName
from aurelius_kernel.strategies import (
    Parameter,
    SingleInstrumentStrategy,
    Strategy,
    TrendFollowing,
    describe,
    register,
    strategy_types,
)
from aurelius_kernel.strategies.laws import check_laws


@pytest.fixture(autouse=True)
def _only_built_in_families_afterwards(monkeypatch):
    monkeypatch.setattr(Strategy, "families", dict(Strategy.families))


class Dips(SingleInstrumentStrategy):
    """Buys the day after a fall."""

    type: ClassVar[str] = "dips"
    summary: ClassVar[str] = "Buys the day after a fall."

    fall: Annotated[float, Parameter(gt=0.0, le=0.5, description="How deep the fall is, as a fraction.")] = 0.02

    @property
    def warm_up(self):
        return 1

    def decide_one(self, bars) -> Mapping[str, np.ndarray]:
        change = bars["close"].pct_change()
        return {"entries": change < -self.fall, "exits": change > 0.0}


def test_a_class_of_ones_own_is_made_by_name_and_obeys_the_law_book(goog):
    register(Dips)
    strategy = Strategy.create("dips", fall=0.03)
    assert strategy == Dips(fall=0.03)
    assert strategy.signals(goog).entries.sum() == (goog["close"].pct_change() < -0.03).sum()
    assert check_laws(strategy, goog.iloc[:500]) == []


def test_a_class_of_ones_own_stands_in_the_table_of_families():
    register(Dips)
    row = strategy_types().loc[("dips", "fall")]
    assert (row["type"], row["default"], row["low"], row["high"]) == ("number", 0.02, 0.0, 0.5)
    assert row["description"] == "How deep the fall is, as a fraction."


def test_a_family_without_parameters_stands_in_the_table_too():
    class Bare(Dips):
        type: ClassVar[str] = "bare"

    Bare.model_fields.clear()
    Bare.model_rebuild(force=True)
    register(Bare)
    assert describe(Bare) == []
    assert strategy_types().loc[("bare", ""), "summary"] == "Buys the day after a fall."


def test_a_class_registered_again_replaces_the_older_one():
    register(Dips)

    class Deeper(Dips):
        type: ClassVar[str] = "dips"

    register(Deeper)
    assert Strategy.families["dips"] is Deeper


def test_a_built_in_family_cannot_be_replaced():
    class Mine(Dips):
        type: ClassVar[str] = "trend_following"

    with pytest.raises(
        InvalidField, match=r"type \(trend_following\) is a built-in family; the class Mine needs a name of its own"
    ):
        register(Mine)
    assert Strategy.families["trend_following"] is TrendFollowing


def with_sentence_missing():
    class NoSentence(Dips):
        type: ClassVar[str] = "no_sentence"
        window: int = 5

    return NoSentence


def with_bad_default():
    class BadDefault(Dips):
        type: ClassVar[str] = "bad_default"
        window: Annotated[int, Parameter(ge=10, description="A window.")] = 5

    return BadDefault


def without_rule():
    class NoRule(SingleInstrumentStrategy):
        type: ClassVar[str] = "no_rule"
        summary: ClassVar[str] = "Nothing."

    return NoRule


def without_summary():
    class NoSummary(SingleInstrumentStrategy):
        type: ClassVar[str] = "no_summary"

    return NoSummary


def with_odd_name():
    class OddName(Dips):
        type: ClassVar[str] = "Odd Name"

    return OddName


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        (with_sentence_missing, "window needs a description"),
        (with_bad_default, "window must be greater than or equal to 10"),
        (without_rule, "decide_one must be defined by the class NoRule"),
        (without_summary, "summary must be set on the class NoSummary"),
        (with_odd_name, "type must be a lower-case word like my_rule, not 'Odd Name'"),
    ],
)
def test_a_class_that_is_not_complete_is_refused_in_one_sentence(made, problem):
    with pytest.raises(InvalidField, match=problem):
        register(made())


@pytest.mark.parametrize(
    ("name", "parameters", "error", "message"),
    [
        ("trend_folowing", {}, UnknownName, "Unknown strategy type 'trend_folowing': did you mean trend_following"),
        ("trend_following", {"fsat": 5}, UnknownName, "Unknown parameter 'fsat': did you mean fast"),
        ("trend_following", {"fast": 50, "slow": 20}, InvalidField, r"fast \(50\) must be less than slow \(20\)"),
        ("trend_following", {"fast": 1}, InvalidField, "fast must be greater than or equal to 2, not 1"),
        ("trend_following", {"fast": 5.5}, InvalidField, "fast must be a valid integer, not 5.5"),
        ("trend_following", {"fast": "ten"}, InvalidField, "fast must be a valid integer, not 'ten'"),
        ("trend_following", {"average": "wma"}, InvalidField, "average must be 'sma' or 'ema', not 'wma'"),
        ("ts_momentum", {"vol_target": float("nan")}, InvalidField, "vol_target must be a finite number"),
        ("ts_momentum", {"vol_target": float("inf")}, InvalidField, "vol_target must be a finite number"),
        ("mean_reversion", {"exit_z": 2.0}, InvalidField, r"exit_z \(2.0\) must be less than num_std \(2.0\)"),
        ("pairs_trading", {"stop_z": 1.0}, InvalidField, "must rise in this order"),
        ("stat_arb", {"lookback": 100}, InvalidField, r"lookback \(100\) must be at most beta_window \(60\)"),
        ("market_neutral", {"skip": 252}, InvalidField, r"skip \(252\) must be less than lookback \(252\)"),
        ("market_neutral", {"fraction": 0.6}, InvalidField, "fraction must be less than or equal to 0.5, not 0.6"),
        ("volatility_trading", {"window": 300}, InvalidField, r"window \(300\) must be less than regime_window \(252\)"),
        ("fib_rsi", {"zone_to": 0.3}, InvalidField, "must rise in this order"),
        ("carry_trade", {"rule": "best"}, InvalidField, "rule must be 'sign' or 'rank', not 'best'"),
        ("ml_classifier", {"threshold": 1.0}, InvalidField, "threshold must be less than 1, not 1.0"),
        ("breakout", {"lookback": 0}, InvalidField, "lookback must be greater than or equal to 2, not 0"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused_by_name(name, parameters, error, message):
    with pytest.raises(error, match=message):
        Strategy.create(name, **parameters)
