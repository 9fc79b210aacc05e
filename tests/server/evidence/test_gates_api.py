"""The gates over HTTP: verdicts with evidence, nothing true by default, and nobody else's business."""

import pytest

GATES = "/api/v1/gates"


@pytest.fixture(scope="module")
def status_before(staff, judged):
    return staff["analyst-a"].get(f"{GATES}/{judged['strategy']}/status").json()


@pytest.fixture(scope="module")
def verdicts(staff, judged, status_before):
    """The verdict of each gate, in turn."""
    found = {}
    for gate in ("dev", "crv", "product"):
        answer = staff["analyst-a"].post(f"{GATES}/{gate}-gate", {"strategy_id": judged["strategy"]})
        assert answer.status_code == 200, answer.text
        found[gate] = answer.json()
    return found


def test_before_any_verdict_nothing_is_ready(status_before):
    assert status_before["production_ready"] is False
    assert status_before["readiness"] is None
    assert status_before["gates"] == {"dev": None, "crv": None, "product": None}
    assert len(status_before["promotion_block_reasons"]) == 3


def test_the_dev_gate_runs_it_again_and_compares_both_paths(verdicts, judged):
    dev = verdicts["dev"]
    assert dev["backtest_id"] == judged["backtest"]
    assert dev["passed"] is True, dev["checks"]
    assert {"replay_identical", "strategy_validates", "run_identity_present"} <= {check["check_name"] for check in dev["checks"]}


def test_a_gate_is_passed_when_all_of_its_checks_are(verdicts):
    for verdict in verdicts.values():
        assert verdict["passed"] is all(check["passed"] for check in verdict["checks"])
        assert len(verdict["verdict"]) == 64
        assert verdict["evidence"]


def test_the_product_gate_names_the_validation_it_looked_at(verdicts, judged):
    assert verdicts["product"]["validation_id"] == judged["validation"]


def test_the_status_shows_the_latest_verdicts_and_what_keeps_from_promotion(staff, judged, verdicts):
    status = staff["analyst-a"].get(f"{GATES}/{judged['strategy']}/status").json()
    assert status["gates"] == verdicts
    assert status["readiness"]["band"] in {"Green", "Amber", "Red"}
    assert set(status["readiness"]["components"]) == {"determinism", "risk", "policy", "operations", "understanding"}
    assert status["production_ready"] is (not status["promotion_block_reasons"])
    failed = [gate for gate, verdict in verdicts.items() if not verdict["passed"]]
    for gate in failed:
        assert any(gate in reason for reason in status["promotion_block_reasons"])


def test_verdicts_are_listed_newest_first_and_filtered(staff, judged, verdicts):
    listed = staff["analyst-a"].get(f"{GATES}/", params={"strategy_id": judged["strategy"]}).json()
    assert [one["gate"] for one in listed["gates"]] == ["product", "crv", "dev"]
    only = staff["analyst-a"].get(f"{GATES}/", params={"gate": "crv", "strategy_id": judged["strategy"]}).json()
    assert (only["total"], only["gates"]) == (1, [verdicts["crv"]])


def test_each_verdict_is_told_as_an_event(staff, judged, verdicts):
    events = staff["analyst-a"].get("/api/v1/events", params={"limit": 1000, "events": "gate_verified"}).json()["events"]
    told = [event["data"] for event in events if event["data"]["strategy_id"] == judged["strategy"]]
    assert [(one["gate"], one["passed"]) for one in told] == [(gate, verdict["passed"]) for gate, verdict in verdicts.items()]


def test_a_strategy_without_a_current_backtest_cannot_be_judged(staff, judged):
    analyst = staff["analyst-a"]
    fresh = analyst.post("/api/v1/strategies/", {"name": "Never run", "strategy_type": "breakout", "parameters": {}}).json()["id"]
    answer = analyst.post(f"{GATES}/dev-gate", {"strategy_id": fresh})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "conflict")
    other = analyst.post(f"{GATES}/dev-gate", {"strategy_id": fresh, "backtest_id": judged["backtest"]})
    assert other.status_code == 409


def test_b2_another_users_verdicts_are_not_there(staff, judged, verdicts):
    quant = staff["quant-b"]
    assert quant.get(f"{GATES}/{judged['strategy']}/status").status_code == 404
    assert quant.post(f"{GATES}/dev-gate", {"strategy_id": judged["strategy"]}).status_code == 404
    assert quant.get(f"{GATES}/").json()["total"] == 0
    assert staff["viewer-a"].post(f"{GATES}/dev-gate", {"strategy_id": judged["strategy"]}).status_code == 403
