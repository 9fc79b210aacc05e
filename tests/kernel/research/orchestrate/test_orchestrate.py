"""Six stages from a goal to a verdict: recorded, stopped at the first gate that is not passed, replayed to the same hashes."""

from __future__ import annotations

import pytest

import aurelius_kernel as ak
from aurelius_kernel.artifacts import Store, verify
from aurelius_kernel.errors import ImpossibleRequest, InvalidField, NotFound, RunCancelled
from aurelius_kernel.research.orchestrate import STAGES, journals

ASKED = {"instruments": ["TREND"], "tries": 8, "train_days": 120, "test_days": 31, "risk": "aggressive", "seed": 3}
NAMES = ["generate", "backtest", "validate", "dev", "crv", "product"]


def outcomes(found: ak.Orchestration) -> dict[str, str]:
    return {str(record.stage): str(record.outcome) for record in found.stages}


def in_home_of(monkeypatch, folder) -> Store:
    monkeypatch.setenv("AURELIUS_HOME", str(folder))
    return Store()


def test_the_stages_come_in_their_order_and_end_with_the_first_gate_that_is_not_passed(whole):
    found, _, _ = whole
    reached = [str(record.stage) for record in found.stages]
    failed = [name for name, outcome in outcomes(found).items() if outcome == "failed" and name != "validate"]
    assert reached == NAMES[: len(reached)]
    assert failed == reached[-1:] or (not failed and found.passed)
    assert found.finished


def test_every_stage_names_evidence_that_is_in_the_store(whole, monkeypatch):
    found, _, folder = whole
    store = in_home_of(monkeypatch, folder)
    kinds = {store.record(address).kind for record in found.stages for address in record.evidence.values()}
    assert {"generation_result", "backtest_result", "verdict"} <= kinds
    assert verify(store) == []


def test_a_verdict_is_the_one_that_the_gate_computed(whole, monkeypatch):
    found, _, folder = whole
    store = in_home_of(monkeypatch, folder)
    judged = [record for record in found.stages if record.stage in {"dev", "crv", "product"}]
    assert judged
    for record in judged:
        verdict = store.document(record.evidence["verdict"])
        assert (verdict["gate"], verdict["passed"]) == (str(record.stage), record.outcome == "passed")
        assert verdict["subject"]["result"] == found.stage("backtest").evidence["result"]


def test_windows_are_judged_on_what_generation_did_not_see(whole, monkeypatch):
    found, _, folder = whole
    in_home_of(monkeypatch, folder)
    generation = ak.Generation.load(found.stage("generate").evidence["generation"])
    validation = ak.WalkForwardResult.load(found.stage("validate").evidence["validation"])
    assert validation.windows["test_start"].min().date() > generation.spec.stretch.seen_until


def test_progress_names_each_stage_and_rises_to_the_end(whole):
    found, heard, _ = whole
    fractions = [at for at, _ in heard]
    assert list(dict.fromkeys(stage.partition(":")[0] for _, stage in heard[:-1])) == NAMES[: len(found.stages)]
    assert (fractions[0], fractions[-1], fractions == sorted(fractions)) == (0.0, 1.0, True)


def test_asked_again_it_comes_back_as_it_is_and_nothing_is_done_twice(whole, monkeypatch):
    found, _, folder = whole
    in_home_of(monkeypatch, folder)
    before = ak.Orchestration.load(found.run).timed
    again = ak.orchestrate("breakout", **ASKED)
    assert (again.hash, again.timed) == (found.hash, before)


def test_a_run_is_found_by_its_name_and_by_its_hash(whole, monkeypatch):
    found, _, folder = whole
    in_home_of(monkeypatch, folder)
    assert {ak.Orchestration.load(name).hash for name in (found.run, found.run[:8], found.hash)} == {found.hash}


def test_the_table_has_every_stage_with_its_state_and_time(whole, monkeypatch):
    found, _, folder = whole
    in_home_of(monkeypatch, folder)
    table = ak.Orchestration.load(found.run).table
    assert list(table.index) == NAMES
    assert set(table.loc[list(outcomes(found)), "state"]) <= {"passed", "failed"}
    assert (table.loc[list(outcomes(found)), "seconds"] > 0).all()


def test_a_cancel_stops_between_stages_and_what_is_finished_stays(home):
    heard: list[str] = []
    with pytest.raises(RunCancelled):
        ak.orchestrate(
            "breakout",
            **ASKED,
            progress=lambda _, stage: heard.append(stage),
            cancel=lambda: any(stage.startswith("backtest") for stage in heard),
        )
    (name,) = journals(Store())
    standing = ak.Orchestration.load(name)
    assert (list(outcomes(standing)), standing.status, standing.passed) == (["generate", "backtest"], "unfinished", False)


def test_a_strategy_that_is_given_skips_generation_and_is_validated_on_all_the_data(home):
    strategy = ak.Strategy.create("trend_following", fast=5, slow=20)
    grid = {"fast": [5, 10], "slow": [20, 40]}
    found = ak.orchestrate(strategy=strategy, grid=grid, **{**ASKED, "tries": 60})
    assert outcomes(found)["generate"] == "skipped"
    assert found.spec.judged_from == found.spec.base.start
    assert found.stage("backtest").details["strategy"] == strategy.spec().document()


def test_a_goal_that_no_candidate_meets_ends_at_generation_without_a_verdict(home):
    found = ak.orchestrate("breakout, drawdown < 0.01%", **ASKED)
    assert (outcomes(found), found.status, found.passed) == ({"generate": "failed"}, "stopped at generate", False)
    assert "is met by none of 8 candidates" in found.stages[0].message
    assert [record.kind for record in map(Store().record, Store().hashes()) if record.kind == "verdict"] == []


@pytest.mark.parametrize(
    ("goal", "asked", "said"),
    [
        (None, {}, "goal or a strategy must be given"),
        ("momentum", {"strategy": "breakout"}, "and not both"),
        ("momentum", {"sizing": {"kind": "fraction_of_equity"}}, "sizing belongs to a strategy"),
        ("momentum", {"direction": "long"}, "direction belongs to a strategy"),
        ("momentum", {"train_days": 3}, "train_days"),
        ("momentum", {"risk": "none"}, "risk"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_written(home, goal, asked, said):
    with pytest.raises((ImpossibleRequest, InvalidField), match=said):
        ak.orchestrate(goal, **{**ASKED, **asked})
    assert journals(Store()) == []


@pytest.mark.parametrize("name", ["nothing", "0123456789abcdef", ""])
def test_a_run_that_is_not_there_is_one_sentence(home, name):
    with pytest.raises(NotFound, match="No orchestration"):
        ak.Orchestration.load(name)


def test_there_are_six_stages():
    assert [str(stage) for stage in STAGES] == NAMES
