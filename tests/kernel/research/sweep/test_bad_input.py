"""What a sweep refuses, in one sentence that names the field, before anything is run or stored; and what is only a failed row."""

from __future__ import annotations

import time
from typing import Annotated, ClassVar

import numpy as np
import pandas as pd
import pytest

import aurelius_kernel as ak
from aurelius_kernel.errors import BarsRefused, ImpossibleRequest, InvalidField, UnknownName

SMALL = {"fast": [3, 8], "slow": [10, 25]}

REFUSED = {
    "no grid": ({"grid": None}, ImpossibleRequest, "grid is empty"),
    "an empty grid": ({"grid": {}}, ImpossibleRequest, "grid is empty"),
    "an axis without values": ({"grid": {"fast": []}}, ImpossibleRequest, "grid.fast holds no values"),
    "a grid that is a list": ({"grid": [{"fast": 3}]}, InvalidField, "grid must be a mapping"),
    "a million millions": ({"grid": {"fast": range(2, 10**6 + 2), "slow": range(10**6)}}, ImpossibleRequest, "1,000,000,000,000"),
    "a parameter that is not the family's": ({"grid": {"fsat": [3]}}, UnknownName, "did you mean fast"),
    "a fixed one that is not the family's": ({"fixed": {"averge": "ema"}}, UnknownName, "did you mean average"),
    "a fixed value out of range": ({"fixed": {"atr_window": 1}}, InvalidField, "atr_window"),
    "text for a number": ({"grid": {"fast": ["3"]}}, InvalidField, "grid.fast"),
    "not a number": ({"grid": {"atr_stop": [1.0, np.nan]}}, InvalidField, "grid.atr_stop"),
    "a family that does not exist": ({"strategy": "trend_folowing"}, UnknownName, "did you mean trend_following"),
    "a constraint that leaves nothing": ({"where": "fast > slow"}, ImpossibleRequest, "leaves nothing of the 4 combinations"),
    "a constraint of an unknown name": ({"where": "fast < slwo"}, UnknownName, "did you mean slow"),
    "a constraint that is a programme": ({"where": "__import__('os')"}, InvalidField, "where"),
    "an objective that does not exist": ({"objective": "sharp_ratio"}, UnknownName, "did you mean sharpe_ratio"),
    "no objective": ({"objective": ()}, InvalidField, "objective"),
    "the deflated ratio as an objective": ({"objective": "dsr"}, UnknownName, "dsr"),
    "metrics that do not exist": ({"metrics": ["cagrr"]}, UnknownName, "did you mean cagr"),
    "an engine that does not exist": ({"engine": "fussed"}, UnknownName, "did you mean fused"),
    "an executor that does not exist": ({"executor": "tasks"}, UnknownName, "did you mean dask"),
    "accounts of another kind": ({"accounts": "apart"}, UnknownName, "accounts"),
    "a search that does not exist": ({"search": "bayes"}, UnknownName, "search"),
    "memory of another kind": ({"memory": "much"}, InvalidField, "memory"),
    "ranges in a grid": ({"grid": None, "ranges": {"fast": (3, 8)}}, ImpossibleRequest, "samples"),
    "ranges that are no ends": ({"grid": None, "ranges": {"fast": [3]}, "samples": 3}, InvalidField, "ranges.fast"),
    "a parameter in both": ({"ranges": {"fast": (3, 8)}, "samples": 3}, InvalidField, "ranges.fast"),
    "no samples": ({"samples": 0}, (InvalidField, ImpossibleRequest), "samples"),
    "half a sample": ({"samples": 2.5}, InvalidField, "samples"),
    "a search without trials": ({"search": "tpe"}, InvalidField, "trials"),
    "samples of tpe": ({"search": "tpe", "trials": 5, "samples": 5}, ImpossibleRequest, "samples"),
    "trials of a grid": ({"search": "grid", "trials": 5}, ImpossibleRequest, "trials"),
    "tpe over accounts apart": ({"search": "tpe", "trials": 5, "accounts": "separate"}, ImpossibleRequest, "accounts"),
    "no bars of the instrument": ({"instruments": ["B"]}, UnknownName, "instrument"),
    "too few instruments": ({"strategy": "pairs_trading", "grid": {"window": [20]}}, ImpossibleRequest, "exactly 2"),
    "a start after the end": ({"start": "2016-01-01", "end": "2015-01-01"}, ImpossibleRequest, "start"),
    "a window without bars": ({"start": "2030-01-01"}, ImpossibleRequest, "No bars of A"),
    "no capital": ({"capital": 0.0}, InvalidField, "capital"),
    "an unknown direction": ({"direction": "up"}, InvalidField, "direction"),
    "a cost that does not exist": ({"costs": {"comission_bps": 3}}, InvalidField, "costs.comission_bps"),
    "bars without names": ({"bars": pd.DataFrame({"close": [1.0]})}, InvalidField, "bars"),
    "volume rules without volume": ({"costs": {"volume_impact": 0.1}, "novolume": True}, ImpossibleRequest, "volume"),
    "a spec field that is not an argument": ({"plan": True, "stop_los": 0.1}, UnknownName, "did you mean stop_loss"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_makes_no_sense_is_refused_before_anything_is_run(case, one, home):
    changes, error, said = REFUSED[case]
    asked = {"strategy": "trend_following", "grid": SMALL, "bars": one, **changes}
    if asked.pop("novolume", False):
        asked["bars"] = {"A": one["A"].assign(volume=np.nan)}
    ask = ak.plan_sweep if asked.pop("plan", False) else ak.sweep

    began = time.perf_counter()
    with pytest.raises(error, match=said) as refused:
        ask(asked.pop("strategy"), **asked)

    assert time.perf_counter() - began < 5.0
    assert refused.value.fields or isinstance(refused.value, BarsRefused)
    assert list(home.rglob("*")) == []


def test_a_hopeless_grid_is_refused_with_its_size_and_without_its_memory(one):
    grid = {"fast": range(2, 500), "slow": range(3, 1_000), "atr_window": range(2, 200), "atr_stop": np.linspace(0, 50, 10_000)}
    with pytest.raises(ImpossibleRequest, match=r"grid has 983,081,880,000 combinations"):
        ak.sweep("trend_following", grid=grid, bars=one)


def test_a_large_grid_is_refused_or_run_by_the_memory_given(one):
    grid = {"fast": range(2, 300), "slow": range(300, 1_000)}
    with pytest.raises(ImpossibleRequest, match="208,600 combinations, more than the 12,019"):
        ak.sweep("trend_following", grid=grid, bars=one, memory="10MB")
    few = ak.sweep("trend_following", grid=grid, bars=one, memory="10MB", where="fast % 100 == 0 and slow % 100 == 50")
    assert len(few) == 14


@pytest.mark.parametrize("broken", ["nan", "zero", "inf", "duplicate"])
def test_impossible_bars_are_refused_by_row(one, broken):
    frame = one["A"].copy()
    row, column = frame.index[7], "close"
    if broken == "duplicate":
        frame.index = frame.index.delete(7).insert(7, frame.index[6])
    else:
        frame.loc[row, column] = {"nan": np.nan, "zero": 0.0, "inf": np.inf}[broken]
    with pytest.raises(BarsRefused, match="row 8"):
        ak.sweep("trend_following", grid=SMALL, bars={"A": frame})


def test_a_combination_that_the_family_refuses_is_a_failed_row(one):
    found = ak.sweep("trend_following", grid={"fast": [1, 8, 25], "slow": [10, 25]}, bars=one)
    assert found.table["failed"].to_list() == [
        "fast must be greater than or equal to 2, not 1.",
        "fast must be greater than or equal to 2, not 1.",
        pytest.approx(np.nan, nan_ok=True),
        pytest.approx(np.nan, nan_ok=True),
        "fast (25) must be less than slow (10).",
        "fast (25) must be less than slow (25).",
    ]
    assert found.table["sharpe_ratio"].notna().tolist() == [False, False, True, True, False, False]
    assert (found.trials, found.best().row) == (6, int(found.table["sharpe_ratio"].idxmax()))


def test_a_combination_that_needs_more_bars_is_a_failed_row(one):
    found = ak.sweep("trend_following", grid={"slow": [25, 900]}, fixed={"fast": 5}, bars=one)
    assert found.failed == {1: "trend_following with these parameters needs 901 bars and the window holds 420: 481 are missing."}


def test_a_sweep_of_failures_is_a_table_that_has_no_best(one):
    found = ak.sweep("trend_following", grid={"fast": [30], "slow": [10, 20]}, bars=one)
    assert (len(found), len(found.failed)) == (2, 2)
    with pytest.raises(ImpossibleRequest, match=r"none of 2 combinations has one: fast \(30\) must be less than slow \(10\)"):
        found.best()
    with pytest.raises(InvalidField, match="fast"):
        found.strategy(0)


class Moody(ak.SingleInstrumentStrategy):
    """Breaks for some of its parameters."""

    type: ClassVar[str] = "moody"
    summary: ClassVar[str] = "For this test."
    way: Annotated[int, ak.Parameter(ge=0, le=9, description="How.")] = 0

    @property
    def warm_up(self):
        return 1

    def decide_one(self, bars):
        entries = bars["close"].to_numpy() > bars["open"].to_numpy()
        if self.way == 1:
            raise ZeroDivisionError("division by zero")
        if self.way == 2:
            return {"entries": entries[:-1]}
        if self.way == 3:
            return {"entrys": entries}
        return {"entries": entries, "exits": ~entries}


@pytest.mark.parametrize("engine", ["fused", "vectorbt"])
def test_a_rule_that_breaks_for_some_parameters_fails_their_rows_only(one, engine):
    found = ak.sweep(Moody, grid={"way": range(5)}, bars=one, engine=engine)
    assert list(found.failed) == [1, 2, 3]
    assert found.failed[1] == "ZeroDivisionError: division by zero"
    assert "420 bars" in found.failed[2]
    assert "did you mean entries" in found.failed[3]
    assert found.table["total_return"].notna().tolist() == [True, False, False, False, True]


@pytest.mark.parametrize("row", [-1, 4, 10**9])
def test_a_row_that_is_not_there_is_refused(one, row):
    found = ak.sweep("trend_following", grid=SMALL, bars=one)
    with pytest.raises(InvalidField, match="row must be between 0 and 3"):
        found.result(row)
