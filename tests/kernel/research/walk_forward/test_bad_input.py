"""What cannot be validated is refused in one sentence that names the field, and nothing is run, counted or left behind."""

from __future__ import annotations

import numpy as np
import pytest

import aurelius_kernel as ak
from aurelius_kernel.errors import ImpossibleRequest, InvalidField, NotEnoughBars, NotFound, UnknownName


@pytest.mark.parametrize(
    ("change", "error", "sentence"),
    [
        ({"train_days": 0}, InvalidField, "train_days"),
        ({"train_days": 1}, InvalidField, "train_days"),
        ({"train_days": 120.5}, InvalidField, "train_days"),
        ({"train_days": "120"}, InvalidField, "train_days"),
        ({"train_days": True}, InvalidField, "train_days"),
        ({"train_days": None}, InvalidField, "train_days"),
        ({"train_days": 10**9}, InvalidField, "train_days"),
        ({"test_days": -5}, InvalidField, "test_days"),
        ({"test_days": float("nan")}, InvalidField, "test_days"),
        ({"embargo": -1}, InvalidField, "embargo"),
        ({"embargo": 2.5}, InvalidField, "embargo"),
        ({"anchored": "yes"}, InvalidField, "anchored must be True or False"),
        ({"objective": "sharp_ratio"}, UnknownName, "sharpe_ratio"),
        ({"objective": ["sharpe_ratio", "cagr"]}, InvalidField, "objective must be one metric"),
        ({"grid": {"fst": [3, 5]}}, UnknownName, "fast"),
        ({"grid": {"fast": []}}, ImpossibleRequest, "grid.fast holds no values"),
        ({"grid": "fast"}, InvalidField, "grid must be a mapping"),
        ({"grid": {"fast": [3, "x"]}}, InvalidField, "grid.fast"),
        ({"grid": {"fast": [50], "slow": [20]}}, ImpossibleRequest, "fast .50. must be less than slow .20."),
        ({"grid": {"fast": [5], "slow": [400]}}, ImpossibleRequest, "no combination that runs on a training window"),
        ({"where": "fast <"}, InvalidField, "where must be an expression"),
        ({"where": "fast > slow"}, ImpossibleRequest, "where leaves nothing"),
        ({"samples": 0}, ImpossibleRequest, "samples"),
        ({"capital": -1.0}, InvalidField, "capital"),
        ({"costs": {"commission_bp": 1}}, InvalidField, "costs.commission_bp"),
        ({"start": "2030-01-01"}, ImpossibleRequest, "No bars of A"),
        ({"start": "2016-01-01", "end": "2015-01-01"}, ImpossibleRequest, "the start comes first"),
        ({"start": "yesterday"}, InvalidField, "start"),
        ({"instruments": ["B"]}, UnknownName, "instrument"),
        ({"executor": "cluster"}, UnknownName, "dask"),
        ({"memory": "much"}, InvalidField, "memory"),
        ({"seed": -1}, InvalidField, "seed"),
        ({"train_days": 600, "test_days": 200}, NotEnoughBars, "needs 800 bars and the window holds 700: 100 are missing"),
        ({"train_days": 600, "test_days": 90, "embargo": 30}, NotEnoughBars, "20 are missing"),
    ],
    ids=str,
)
def test_bad_input_is_one_sentence_and_leaves_nothing(asked, home, change, error, sentence):
    with pytest.raises(error, match=sentence) as caught:
        ak.walk_forward("trend_following", **{**asked, **change})
    assert "\n" not in caught.value.message
    assert [path.name for path in (home / "store").glob("objects/*/*")] == []


@pytest.mark.parametrize("strategy", [None, 5, "trend_folowing", object, np.array([1])], ids=repr)
def test_what_is_no_strategy_is_refused(asked, strategy):
    with pytest.raises((InvalidField, UnknownName), match="strategy"):
        ak.walk_forward(strategy, **asked)
    with pytest.raises((InvalidField, UnknownName), match="strategy"):
        ak.walk_forward(strategy, **{**asked, "grid": None})


def test_the_embargo_of_the_first_fit_may_leave_too_few_bars(asked, validated):
    short = {"A": asked["bars"]["A"].iloc[:180]}
    with pytest.raises(NotEnoughBars, match=f"{validated.embargo_days} are missing"):
        ak.walk_forward("trend_following", **{**asked, "bars": short})


def test_what_is_not_stored_or_is_something_else_is_not_loaded(asked):
    with pytest.raises(NotFound, match="No artifact"):
        ak.WalkForwardResult.load("0" * 64)
    other = ak.backtest("trend_following", bars=asked["bars"]).hash
    with pytest.raises(InvalidField, match="is of the kind backtest_result, not walk_forward_result"):
        ak.WalkForwardResult.load(other)


def test_an_unknown_parameter_has_no_landscape(validated):
    with pytest.raises(UnknownName, match="did you mean slow"):
        validated.landscape("slo")
