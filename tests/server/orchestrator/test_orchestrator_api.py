"""Orchestrations over HTTP: six stages with state and time, told as they go, and nobody else's business."""

import pytest

import aurelius_kernel as ak
from tests.support.running import PASSWORD
from tests.support.waiting import until, until_the_end

RUNS = "/api/v1/orchestrator/runs"
ASKED = {
    "goal": "breakout on GOOG",
    "risk_preference": "aggressive",
    "end_date": "2007-12-31",
    "options": {"tries": 8},
    "seed": 42,
}
STAGES = ["generate", "backtest", "validate", "dev", "crv", "product"]


@pytest.fixture(scope="module")
def queued(staff):
    answer = staff["quant-b"].post(RUNS, ASKED)
    assert answer.status_code == 202, answer.text
    until_the_end(staff["quant-b"], f"/api/v1/jobs/{answer.json()['job_id']}", seconds=240)
    return answer


@pytest.fixture(scope="module")
def told(shop, queued):
    """The events of the run until its last stage is settled."""
    run_id, seen = queued.json()["run_id"], []
    with ak.Client(shop.url) as client:
        client.login("quant-b@example.com", PASSWORD)
        with client.events(types=["orchestrator_run_created", "orchestrator_stage_updated"], run_id=run_id) as stream:
            while not seen or seen[-1][1].get("stage") != "product" or seen[-1][1]["status"] == "running":
                event = next(stream)
                seen.append((event.type, event.data))
        return seen, client.run(run_id)


def test_every_stage_has_its_state_its_time_and_what_it_rests_on(told):
    run = told[1]
    assert [stage.stage for stage in run.stages] == STAGES
    assert run.status == "completed", run.error
    ended = [stage for stage in run.stages if stage.state in {"passed", "failed"}]
    assert all(stage.started_at <= stage.ended_at and stage.seconds > 0 and stage.message for stage in ended)
    assert all(len(address) == 64 for stage in ended for address in stage.evidence.values())
    assert run.passed is (run.stages[-1].state == "passed")


def test_it_stops_at_the_first_gate_that_is_not_passed(told):
    states = [stage.state for stage in told[1].stages]
    failed = [number for number, state in enumerate(states) if state == "failed" and STAGES[number] != "validate"]
    assert states[failed[0] + 1 :] == ["not reached"] * (5 - failed[0]) if failed else "not reached" not in states


def test_the_strategy_that_was_generated_is_a_row_of_the_owner(staff, told):
    run = told[1]
    strategy = staff["quant-b"].get(f"/api/v1/strategies/{run.strategy_id}").json()["strategy"]
    assert (strategy["strategy_type"], strategy["parameters"]) == ("breakout", run.stages[0].details["strategy"]["parameters"])


def test_the_run_and_each_change_of_a_stage_are_events(told):
    seen, run = told
    assert seen[0] == ("orchestrator_run_created", {"run_id": run.id, "strategy_id": None, "status": "queued"})
    last = {data["stage"]: data["status"] for kind, data in seen if kind == "orchestrator_stage_updated"}
    assert last == {stage.stage: stage.state for stage in run.stages}


def test_the_finished_run_is_in_the_store_under_its_hash(shop, told, monkeypatch):
    monkeypatch.setenv("AURELIUS_HOME", str(shop.folder / "home"))
    kept = ak.Orchestration.load(told[1].result)
    assert [record.message for record in kept.stages] == [stage.message for stage in told[1].stages if stage.message]


def test_the_gates_held_to_the_policy_in_force(shop, staff, told, monkeypatch):
    monkeypatch.setenv("AURELIUS_HOME", str(shop.folder / "home"))
    kept = ak.Orchestration.load(told[1].result)
    versions = staff["admin"].get("/api/v1/policy/versions").json()["policies"]
    assert kept.spec.policy in {ak.gates.Policy().hash, *(one["hash"] for one in versions)}


def test_a_run_is_listed_and_its_place_is_told(staff, queued, told):
    run = told[1]
    assert queued.headers["Location"] == f"{RUNS}/{run.id}"
    listed = staff["quant-b"].get(RUNS, params={"strategy_id": run.strategy_id}).json()
    assert (listed["total"], listed["runs"][0]["id"]) == (1, run.id)


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"goal": None}, 422, "body"),
        ({"strategy_id": "s"}, 422, "body"),
        ({"goal": ""}, 422, "goal"),
        ({"instruments": ["NOPE"]}, 400, "instruments"),
        ({"train_size_days": 30}, 422, "train_size_days"),
        ({"options": {"policy": {"minimum_sharpe": -9}}}, 422, "options.policy"),
        ({"options": {"alias": "another-run"}}, 422, "options.alias"),
        ({"options": {"seed": 1}}, 422, "options.seed"),
    ],
)
def test_a_run_that_makes_no_sense_is_refused_by_field(staff, change, status, field):
    answer = staff["quant-b"].post(RUNS, ASKED | change)
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (status, [field]), answer.text


def test_b2_another_users_run_is_not_there(staff, queued):
    run_id = queued.json()["run_id"]
    assert staff["quant-a"].get(f"{RUNS}/{run_id}").status_code == 404
    assert staff["quant-a"].get(RUNS).json()["total"] == 0
    assert staff["viewer-a"].post(RUNS, ASKED).status_code == 403


def test_a_run_that_was_cancelled_and_is_run_again_opens_its_stages_again(staff):
    quant = staff["quant-b"]
    asked = quant.post(RUNS, ASKED | {"end_date": "2006-12-29", "options": {"tries": 2}, "seed": 7}).raise_for_status().json()
    run, job = f"{RUNS}/{asked['run_id']}", f"/api/v1/jobs/{asked['job_id']}"
    quant.post(f"{job}/cancel").raise_for_status()
    until_the_end(quant, job)
    cut_off = until(lambda: _states(quant, run), lambda states: "pending" not in states)
    assert set(cut_off[1:]) == {"not reached"}
    quant.post(f"{job}/retry").raise_for_status()
    until_the_end(quant, job, seconds=240)
    states = until(lambda: _states(quant, run), lambda states: states[0] == "passed" and not {"pending", "running"} & set(states))
    assert states[1] == "passed"


def _states(person, run):
    return [stage["state"] for stage in person.get(run).json()["stages"]]
