"""The gates on a market with a planted trend: what passes, what does not, and what each verdict rests on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, ClassVar

import numpy as np
import pandas as pd
import pytest

import aurelius_kernel as ak
from aurelius_kernel import engine
from aurelius_kernel.artifacts import Store, lineage, verify
from aurelius_kernel.errors import ImpossibleRequest, InvalidField, UnknownName
from aurelius_kernel.gates import Policy, Waiver
from aurelius_kernel.gates.keeping import keep_promotion, load_verdict
from aurelius_kernel.gates.lineage_gaps import lineage_gaps
from aurelius_kernel.strategies import Parameter, SingleInstrumentStrategy, Strategy

FAMILY = {"fast": 5, "slow": 20}
GRID = {"fast": [3, 5], "slow": [15, 20, 30]}


def trending(seed=3, bars=900):
    """Bars that drift up or down for sixty days at a time."""
    random = np.random.default_rng(seed)
    side = np.where(np.cumsum(random.random(bars) < 1 / 60) % 2 == 0, 1.0, -1.0)
    close = 100.0 * np.exp(np.cumsum(0.002 * side + random.normal(0.0, 0.006, bars)))
    opens = np.concatenate([[100.0], close[:-1]])
    columns = {"open": opens, "high": np.maximum(opens, close) * 1.001, "low": np.minimum(opens, close) * 0.999, "close": close}
    index = pd.bdate_range("2015-01-02", periods=bars, tz="UTC") + pd.Timedelta(hours=21)
    return pd.DataFrame({**columns, "volume": 1e7}, index=index.rename("time"))


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AURELIUS_HOME", str(tmp_path_factory.mktemp("home")))
        ak.import_bars(trending(), instrument="EDGE")
        yield


@pytest.fixture(scope="module")
def edge():
    """A run that earns what was planted."""
    return ak.backtest(Strategy.create("trend_following", **FAMILY), instruments=["EDGE"], direction="both")


@pytest.fixture(scope="module")
def other():
    """A run like it, for verdicts that are not to be the newest of the first."""
    return ak.backtest(Strategy.create("trend_following", fast=5, slow=18), instruments=["EDGE"], direction="both")


@pytest.fixture(scope="module")
def validation():
    return ak.walk_forward("trend_following", grid=GRID, instruments=["EDGE"], direction="both", train_days=300, test_days=150)


@pytest.fixture(scope="module")
def passed(edge, validation):
    return ak.gates.product(edge, validation=validation)


def failed(verdict):
    return [check.check_name for check in verdict.failed_checks]


# --- dev --------------------------------------------------------------------------------------------------------------


def test_an_honest_run_passes_the_dev_gate_and_is_really_run_again(edge):
    verdict = ak.gates.dev(edge)
    assert [check.check_name for check in verdict.checks] == [
        "strategy_exists",
        "strategy_validates",
        "backtest_completed",
        "run_identity_present",
        "replay_identical",
        "paths_agree",
    ]
    assert failed(verdict) == []
    assert edge.hash[:12] in verdict.check("replay_identical").message


def test_the_same_evidence_is_the_same_verdict(edge):
    assert ak.gates.dev(edge).hash == ak.gates.dev(edge.hash).hash == ak.gates.dev(edge.hash[:10]).hash


def test_an_edited_result_is_not_what_its_run_gives(edge):
    edited = replace(edge, metrics={**edge.metrics, "sharpe_ratio": 9.9})
    verdict = ak.gates.dev(edited)
    assert failed(verdict) == ["replay_identical", "paths_agree"]
    assert verdict.check("replay_identical").evidence == (edited.hash, edge.hash)


def test_a_spec_that_its_identity_does_not_name_is_found(edge):
    spec = edge.spec.model_copy(update={"leverage": 0.5})
    assert "run_identity_present" in failed(ak.gates.dev(replace(edge, spec=spec)))


def test_a_strategy_nobody_registered_fails_each_check_that_needs_it(edge):
    named = edge.spec.strategy.model_copy(update={"type": "lost_and_gone"})
    verdict = ak.gates.dev(replace(edge, spec=edge.spec.model_copy(update={"strategy": named})))
    assert {"strategy_exists", "strategy_validates", "replay_identical", "paths_agree"} <= set(failed(verdict))
    assert "Unknown strategy type 'lost_and_gone'" in verdict.check("strategy_exists").message
    assert verdict.check("replay_identical").message == "The run was not repeated."


def test_a_strategy_of_chance_does_not_replay():
    class DrawsLots(SingleInstrumentStrategy):
        type: ClassVar[str] = "draws_lots"
        summary: ClassVar[str] = "Buys by chance."

        @property
        def warm_up(self):
            return 1

        def decide_one(self, bars):
            drawn = np.random.default_rng().random(len(bars))
            return {"entries": drawn > 0.9, "exits": drawn < 0.1}

    verdict = ak.gates.dev(ak.backtest(DrawsLots(), instruments=["EDGE"], keep=False), strategy=DrawsLots())
    assert {"replay_identical", "paths_agree"} <= set(failed(verdict))


@pytest.mark.parametrize("family", ["mean_reversion", "volatility_trading"])
def test_both_paths_agree_on_other_families_too(family):
    verdict = ak.gates.dev(ak.backtest(family, instruments=["EDGE"], keep=False))
    assert failed(verdict) == []


# --- crv --------------------------------------------------------------------------------------------------------------


def test_the_crv_gate_holds_the_numbers_to_the_policy(other):
    strict = Policy(minimum_sharpe=50.0, minimum_return=100.0, maximum_drawdown=0.01)
    verdict = ak.gates.crv(other, policy=strict)
    assert failed(verdict) == ["sharpe_ratio", "max_drawdown", "total_return", "verification"]
    assert "drawdown_limit" in verdict.check("verification").message
    assert failed(ak.gates.crv(other)) == []


def test_an_edited_metric_does_not_get_through_the_crv_gate():
    weak = ak.backtest("mean_reversion", instruments=["EDGE"])
    edited = replace(weak, metrics={**weak.metrics, "sharpe_ratio": 2.0, "total_return": 1.0, "max_drawdown": -0.1})
    verdict = ak.gates.crv(edited)
    assert failed(verdict) == ["verification"]
    assert "metric_mismatch" in verdict.check("verification").message


def test_a_report_on_another_result_or_under_another_policy_shows_nothing(other):
    foreign = ak.verify(ak.backtest("breakout", instruments=["EDGE"]), probes=5)
    assert "another result" in ak.gates.crv(other, report=foreign).check("verification").message
    report = ak.verify(other, probes=5, policy=Policy(maximum_leverage=3.0))
    assert "another policy" in ak.gates.crv(other, report=report).check("verification").message


def test_a_result_that_cannot_be_verified_fails(other):
    ours = {"EDGE": trending(seed=4)}
    verdict = ak.gates.crv(ak.backtest("trend_following", bars=ours, keep=False))
    assert verdict.check("verification").message == "The result was not verified."


# --- product ----------------------------------------------------------------------------------------------------------


def test_everything_together_passes_the_product_gate(passed):
    assert [check.check_name for check in passed.checks] == [
        "dev_gate",
        "crv_gate",
        "validation_passed",
        "deflated_sharpe",
        "lineage_complete",
    ]
    assert (passed.passed, passed.grade) == (True, "B")


def test_a_verdict_is_stored_and_leads_to_everything_it_rests_on(passed, edge, validation):
    store = Store()
    assert load_verdict(store, passed.hash) == passed
    steps = {step.role: step.address for step in lineage(store, passed.hash)}
    assert {"dev", "crv", "report", "validation", "result", "spec", "data", "policy"} <= steps.keys()
    assert (steps["result"], steps["validation"]) == (edge.hash, validation.hash)
    assert [fault for step in steps.values() for fault in verify(store, step)] == []


def test_without_evidence_nothing_is_true():
    fresh = ak.backtest(Strategy.create("trend_following", fast=4, slow=22), instruments=["EDGE"], direction="both")
    verdict = ak.gates.product(fresh)
    assert failed(verdict) == ["validation_passed", "deflated_sharpe"]
    assert verdict.check("validation_passed").message == "There is no walk-forward validation."
    assert verdict.grade == "F"


def test_a_validation_of_another_strategy_shows_nothing(other):
    foreign = ak.walk_forward("breakout", grid={"lookback": [10, 20]}, instruments=["EDGE"], train_days=400, test_days=250)
    assert (
        ak.gates.product(other, validation=foreign.hash).check("validation_passed").message
        == "The validation is of another strategy."
    )


def test_bars_of_ones_own_leave_a_gap_in_the_lineage():
    bars = {"OWN": trending(seed=5)}
    result = ak.backtest(Strategy.create("trend_following", **FAMILY), bars=bars, direction="both")
    verdict = ak.gates.product(result, bars=bars)
    assert "import them" in verdict.check("lineage_complete").message


def test_a_result_that_was_not_kept_has_no_lineage():
    unkept = ak.backtest(Strategy.create("trend_following", fast=6, slow=21), instruments=["EDGE"], keep=False)
    assert "not in the store as that of its run" in ak.gates.product(unkept).check("lineage_complete").message


def test_what_was_judged_before_it_was_kept_is_found_and_has_a_lineage_once_it_is():
    settings = {"instruments": ["EDGE"], "direction": "both"}
    judged = ak.gates.dev(ak.backtest(Strategy.create("trend_following", fast=7, slow=21), keep=False, **settings))
    kept = ak.backtest(Strategy.create("trend_following", fast=7, slow=21), **settings)
    assert ak.gates.dev(kept.hash).hash == judged.hash
    assert lineage_gaps(Store(), kept, {"dev": judged}) == []


def test_an_edited_result_never_becomes_that_of_its_run():
    strategy = Strategy.create("trend_following", fast=7, slow=23)
    honest = ak.backtest(strategy, instruments=["EDGE"], keep=False)
    edited = replace(honest, metrics={**honest.metrics, "sharpe_ratio": 9.9})
    ak.gates.dev(edited)
    assert ak.backtest(strategy, instruments=["EDGE"]).hash == honest.hash
    assert Store().runs.find(honest.identity) == honest.hash
    assert "not in the store as that of its run" in lineage_gaps(Store(), edited, {})[0]


def test_every_state_of_a_promotion_is_stored_and_leads_to_the_one_before(passed, edge, tmp_path):
    card = ak.readiness(edge, report=edge.report(tmp_path / "report.json"), maturity="candidate")
    store, two = Store(), Policy(two_person_approval=True)
    asked = ak.gates.propose(passed, card, two, by="Ada", at="2026-01-05T09:00:00Z", stale=ak.gates.stale(passed))
    approved = ak.gates.decide(asked, by="Bob", decision="approve", at="2026-01-06T09:00:00Z", stale=ak.gates.stale(passed))
    addresses = [keep_promotion(store, state) for state in (asked, approved)]
    assert addresses == [asked.hash, approved.hash]
    assert {asked.hash, passed.hash, card.hash, edge.hash} <= {step.address for step in lineage(store, addresses[1])}


def test_a_waiver_is_recorded_with_reason_and_name_and_costs_a_letter(validation):
    result = ak.backtest(Strategy.create("trend_following", fast=5, slow=21), instruments=["EDGE"], direction="both")
    strict = Policy(minimum_deflated_sharpe=1.0)
    assert failed(ak.gates.product(result, validation=validation, policy=strict)) == ["deflated_sharpe"]
    waiver = ak.gates.waive(result, by="Ada", reason="Seed money only, reviewed in a month.")
    verdict = ak.gates.product(result, validation=validation, policy=strict)
    assert (verdict.passed, verdict.grade, verdict.waivers) == (True, "C", (waiver.hash,))
    assert verdict.check("deflated_sharpe").message.endswith("Waived by Ada: Seed money only, reviewed in a month.")
    assert Store().document(waiver.hash)["reason"] == "Seed money only, reviewed in a month."


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"by": " ", "reason": "A reason that is long enough."}, InvalidField),
        ({"by": "Ada", "reason": "because"}, InvalidField),
        ({"by": "Ada", "reason": "A reason that is long enough.", "check_name": "crv_gate"}, ImpossibleRequest),
    ],
)
def test_a_waiver_without_name_or_reason_or_for_a_gate_is_refused(edge, fields, error):
    with pytest.raises(error):
        ak.gates.waive(edge, **fields)


def test_a_waiver_counts_for_its_own_run_alone(edge, passed):
    waiver = Waiver.granted(passed.subject, by="Ada", reason="A reason that is long enough.")
    other = ak.gates.dev(ak.backtest("breakout", instruments=["EDGE"]))
    assert waiver.subject == passed.subject.key != other.subject.key


# --- the locked stretch -----------------------------------------------------------------------------------------------


def test_each_look_at_the_locked_stretch_is_counted_shown_and_lowers_the_grade():
    ak.import_bars(trending(seed=4, bars=1_100), instrument="LOCKED")
    ak.lock_holdout("LOCKED", share=0.2)
    settings = {"instruments": ["LOCKED"], "direction": "both"}
    result = ak.backtest(Strategy.create("trend_following", **FAMILY), **settings)
    assert "holdout_cut" in result.flags
    blind = ak.gates.product(result)
    assert "holdout" in failed(blind)
    assert (blind.check("holdout").message[:39], blind.holdout_looks) == ("The locked stretch was not looked at: e", None)
    validation = ak.walk_forward("trend_following", grid=GRID, train_days=300, test_days=150, **settings)
    grades = [ak.gates.product(result, validation=validation) for _ in range(2)]
    assert [(one.passed, one.grade, one.holdout_looks) for one in grades] == [(True, "A", 1), (True, "B", 2)]
    assert "220 locked bars" in grades[0].check("holdout").message
    assert Store().record(grades[0].evidence["holdout"]).kind == "holdout_look"
    assert "looks at the holdout: 2" in str(grades[1])


# --- policy and staleness ---------------------------------------------------------------------------------------------


def test_a_policy_is_changed_on_the_record(tmp_path, monkeypatch):
    monkeypatch.setenv("AURELIUS_STORE", str(tmp_path))
    before = ak.gates.policy_in_force()
    ak.gates.set_policy(by="Ada", reason="A calmer fund.", maximum_drawdown=0.1)
    second = ak.gates.set_policy(by="Bob", reason="Too calm.", maximum_drawdown=0.2)
    now = ak.gates.policy_in_force()
    assert (now, now.version, now.set_by, now.maximum_drawdown) == (second, 3, "Bob", 0.2)
    kinds = [(step.role, step.record.kind) for step in lineage(Store(), now.hash)]
    assert kinds == [("self", "policy"), ("supersedes", "policy"), ("supersedes", "policy")]
    assert before.version == 1


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"by": "", "reason": "Why not.", "maximum_drawdown": 0.1}, InvalidField),
        ({"by": "Ada", "reason": "", "maximum_drawdown": 0.1}, InvalidField),
        ({"by": "Ada", "reason": "Nothing.", "maximum_drawdown": 0.25}, InvalidField),
        ({"by": "Ada", "reason": "Typo.", "maximum_drawdwon": 0.1}, UnknownName),
        ({"by": "Ada", "reason": "Too much.", "maximum_drawdown": 1.5}, InvalidField),
    ],
)
def test_a_policy_without_name_reason_or_sense_is_refused(change, error):
    with pytest.raises(error):
        ak.gates.set_policy(**change)
    assert ak.gates.policy_in_force() == Policy()


def test_a_verdict_holds_until_the_engine_changes(passed, monkeypatch):
    assert ak.gates.stale(passed) == ()
    monkeypatch.setattr(engine, "ENGINE_VERSION", "2")
    assert ak.gates.stale(passed.hash) == ("the engine is version 2 now, and was 1",)


def test_a_verdict_goes_stale_when_the_strategy_changes(monkeypatch):
    class Mine(SingleInstrumentStrategy):
        type: ClassVar[str] = "mine_until_it_changes"
        summary: ClassVar[str] = "Buys above an average."
        window: Annotated[int, Parameter(ge=2, description="The window.")] = 20

        @property
        def warm_up(self):
            return self.window

        def decide_one(self, bars):
            above = (bars["close"] > bars["close"].rolling(self.window).mean()).to_numpy()
            return {"entries": above, "exits": ~above}

    monkeypatch.setattr(Strategy, "families", dict(Strategy.families))
    ak.register(Mine)
    verdict = ak.gates.dev(ak.backtest(Mine(), instruments=["EDGE"]))
    assert (verdict.passed, ak.gates.stale(verdict)) == (True, ())
    monkeypatch.setattr(Mine, "version", 2)
    assert ak.gates.stale(verdict) == ("the strategy mine_until_it_changes has changed since",)
    monkeypatch.delitem(Strategy.families, "mine_until_it_changes")
    assert ak.gates.stale(verdict)[0] == "the strategy mine_until_it_changes is gone"


def test_a_verdict_goes_stale_when_the_data_change():
    ak.import_bars(trending(seed=8, bars=500), instrument="MOVES")
    verdict = ak.gates.dev(ak.backtest("breakout", instruments=["MOVES"]))
    assert ak.gates.stale(verdict) == ()
    ak.import_bars(trending(seed=9, bars=500), instrument="MOVES", replace=True)
    assert ak.gates.stale(verdict) == ("the data of MOVES have changed since",)
    assert "running it again" not in ak.gates.dev(verdict.subject.result).check("replay_identical").message
    assert failed(ak.gates.dev(verdict.subject.result)) == ["replay_identical", "paths_agree"]


# --- readiness and how it is shown ------------------------------------------------------------------------------------


def test_readiness_counts_what_is_in_the_store_and_grows_with_it(passed, edge, tmp_path):
    fresh = ak.backtest(Strategy.create("trend_following", fast=5, slow=19), instruments=["EDGE"], direction="both")
    first = ak.readiness(fresh)
    assert (first.band, first.change) == ("Red", None)
    ak.gates.dev(fresh)
    second = ak.readiness(fresh)
    assert (second.components["determinism"], second.previous) == (100.0, first.hash)
    assert second.change == pytest.approx(second.score - first.score)


def test_a_passed_strategy_with_a_report_and_a_label_is_green(passed, edge, tmp_path):
    report = edge.report(tmp_path / "report.json")
    card = ak.readiness(edge, report=report, maturity="candidate")
    assert (card.score, card.band, card.blockers) == (100.0, "Green", ())
    assert Store().record(card.evidence["report"]).kind == "report"
    again = ak.readiness(edge)
    assert (again.score, again.maturity, again.change) == (100.0, "candidate", 0.0)


def test_old_evidence_and_a_sick_platform_cost_points(passed, edge):
    soon = datetime.now(UTC) + timedelta(hours=25)
    old = ak.readiness(edge, at=soon)
    assert old.components["operations"] == 70.0
    sick = ak.readiness(edge, reasons=("the database is slow", "the disk is full"))
    assert sick.components["operations"] == 30.0


def test_an_edited_result_has_no_share_in_the_verdicts_of_its_run(passed, edge):
    edited = replace(edge, metrics={**edge.metrics, "sharpe_ratio": 8.8})
    assert (ak.readiness(edited).components["determinism"], ak.readiness(edge).components["determinism"]) == (30.0, 100.0)


@pytest.mark.parametrize("report", ["nowhere.pdf", "notes.txt"])
def test_a_report_that_is_none_is_refused(edge, report):
    with pytest.raises(InvalidField, match="must be the file of a report"):
        ak.readiness(edge, report=report)


def test_verdicts_reports_and_scorecards_show_themselves(passed, edge):
    for shown in (passed, ak.verify(edge, probes=5), ak.readiness(edge)):
        bundle = shown._repr_mimebundle_()
        assert bundle["text/plain"] == str(shown)
        assert "<script" not in bundle["text/html"]
    assert "grade B" in str(passed)
    assert "✓ dev_gate" in str(passed)


def test_what_a_result_bears_and_how_ready_it_is_can_be_drawn(edge):
    for figure in (ak.verify(edge, probes=5).plot(), ak.readiness(edge).plot()):
        assert figure.svg().startswith("<?xml")


def test_text_from_outside_is_escaped():
    result = ak.backtest("breakout", instruments=["EDGE"])
    waiver = ak.gates.waive(result, by="<b>Ada</b>", reason="<script>alert(1)</script>")
    shown = ak.gates.product(result, policy=Policy(minimum_sharpe=0.0))._repr_mimebundle_()["text/html"]
    assert "&lt;script&gt;" in shown
    assert "<script>" not in shown
    assert waiver.by == "<b>Ada</b>"
