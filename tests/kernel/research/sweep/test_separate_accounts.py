"""Each instrument in an account of its own: together they have the numbers, the reasons and the trials that each has alone."""

from __future__ import annotations

import numpy as np
import pytest

import aurelius_kernel as ak
from aurelius_kernel.artifacts import Store
from aurelius_kernel.engine.sweeping import SeparateDoor
from aurelius_kernel.research.sweep import tiles

NAMES = ["A", "B", "C", "D"]
GRID = {"fast": [5, 10, 370], "slow": [20, 40, 380], "average": ["sma", "ema"]}
"""Windows that are longer than the bars of the younger instrument, and pairs that the family refuses."""


def asked(market, names, **more):
    bars = {name: market[name] for name in names}
    return ak.sweep("trend_following", **{"grid": GRID, "bars": bars, "accounts": "separate", **more})


@pytest.fixture
def taken_together(monkeypatch):
    """How many accounts were taken at a time."""
    numbers, evaluate = [], SeparateDoor.evaluate
    monkeypatch.setattr(SeparateDoor, "evaluate", lambda door, *asked: numbers.append(len(door.panels)) or evaluate(door, *asked))
    return numbers


@pytest.mark.parametrize("where", [None, "fast < slow"], ids=["some refused", "all able"])
def test_instruments_together_have_the_rows_that_each_has_alone(market, taken_together, where):
    together = asked(market, NAMES, where=where)
    assert taken_together == [4]
    alone = [asked(market, [name], where=where) for name in NAMES]
    np.testing.assert_array_equal(together.values, np.concatenate([one.values for one in alone]))
    assert together.table["failed"].to_list() == [reason for one in alone for reason in one.table["failed"].to_list()]
    assert any("on C" in reason or "needs" in reason for reason in together.failed.values())


def test_tiles_of_a_few_accounts_have_the_same_rows(market, taken_together, monkeypatch):
    monkeypatch.setattr(tiles, "first_size", lambda _evaluator: 1)
    monkeypatch.setattr(tiles, "next_size", lambda _rows, _seconds: 40)
    few = asked(market, NAMES)
    assert taken_together[0] == 1
    monkeypatch.undo()
    np.testing.assert_array_equal(few.values, asked(market, NAMES).values)


@pytest.mark.parametrize(
    ("family", "more"),
    [
        ("trend_following", {"stop_loss": 0.05}),
        ("trend_following", {"metrics": "all"}),
        ("trend_following", {"grid": {"fast": [5, 10], "slow": [20, 40], "atr_stop": [0.0, 3.0]}}),
        ("breakout", {"grid": {"lookback": [20, 40]}}),
    ],
    ids=["a stop", "whole paths", "a trailing stop", "another family"],
)
def test_what_cannot_go_together_goes_one_by_one(market, family, more):
    names = ["A", "C"]
    bars = {name: market[name] for name in names}
    together = ak.sweep(family, **{"grid": GRID, "bars": bars, "accounts": "separate", **more})
    alone = [ak.sweep(family, **{"grid": GRID, "bars": {name: bars[name]}, **more}) for name in names]
    np.testing.assert_array_equal(together.values, np.concatenate([one.values for one in alone]))


def test_every_instrument_has_its_own_trials(market):
    found = asked(market, NAMES)
    told = {trial.data_hash: trial for trial in Store().trials.all("trend_following")}
    assert len(told) == len(NAMES)
    for name in NAMES:
        alone = asked(market, [name])
        again = list(Store().trials.all("trend_following"))[-1]
        before = told[alone.identity.data_hash]
        assert (before.dataset, before.evaluated, before.failed) == (again.dataset, again.evaluated, again.failed)
        assert before.sketch.tolist() == again.sketch.tolist()
        assert before.identity == found.identity.key
