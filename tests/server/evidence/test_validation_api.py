"""Validations over HTTP: refitted in each window, stitched, judged, and nobody else's business."""

import math

import pytest

from tests.server.evidence.conftest import asked_validation
from tests.support.waiting import until_the_end

RUN = "/api/v1/validation/run"


@pytest.fixture(scope="module")
def found(staff, judged):
    return staff["analyst-a"].get(f"/api/v1/validation/{judged['validation']}").json()


def test_a_validation_has_its_windows_its_account_and_its_verdict(found):
    validation = found["validation"]
    assert validation["status"] == "completed"
    assert validation["passed"] is (validation["stability"] >= 75 and validation["metrics"]["sharpe_ratio"] > 0)
    assert validation["trials"] == 6 * len(found["windows"])
    assert found["equity_curve"][0]["time"] >= "2009"
    assert 0.0 <= found["overfitting"]["pbo"] <= 1.0


def test_stability_follows_from_the_mean_sharpe_ratios_of_the_windows(found):
    train, test = (
        [window[name] for window in found["windows"] if window[name] is not None] for name in ("train_sharpe", "test_sharpe")
    )
    mean_train, mean_test = sum(train) / len(train), sum(test) / len(test)
    degradation = (mean_train - mean_test) / abs(mean_train) * 100
    assert found["validation"]["stability"] == pytest.approx(min(100, max(0, 100 - 1.2 * degradation)), abs=1e-6)


def test_returns_of_the_windows_are_percent_numbers_that_follow_one_another(found):
    grown = math.prod(1.0 + window["test_return"] / 100 for window in found["windows"])
    assert grown == pytest.approx(1.0 + found["validation"]["metrics"]["total_return"] / 100)


def test_every_call_of_a_validation_says_the_same(staff, judged, found):
    analyst = staff["analyst-a"]
    listed = analyst.get("/api/v1/validation/", params={"strategy_id": judged["strategy"]}).json()
    assert (listed["total"], listed["validations"]) == (1, [found["validation"]])
    status = analyst.get(f"/api/v1/validation/{judged['validation']}/status").json()
    assert status == {
        "validation_id": judged["validation"],
        "status": "completed",
        "progress": 1.0,
        "stage": status["stage"],
        "error": None,
    }


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"window_size_days": 30}, 422, "window_size_days"),
        ({"train_size_days": 30}, 422, "train_size_days"),
        ({"train_size_days": 9_000}, 400, "window_size_days"),
        ({"grid": {"fst": [1]}}, 400, "grid.fst"),
        ({"instruments": ["GOOGL"]}, 400, "instruments"),
        ({"start_date": "2013-01-01", "end_date": "2012-01-01"}, 400, "start_date"),
        ({"options": {"train_days": 3}}, 422, "options.train_days"),
        ({"options": {"x; import os": 1}}, 400, "parameter"),
    ],
)
def test_a_validation_that_makes_no_sense_is_refused_by_field(staff, judged, change, status, field):
    answer = staff["analyst-a"].post(RUN, asked_validation(judged["strategy"], **change))
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (status, [field]), answer.text


def test_too_few_bars_are_counted(staff, judged):
    answer = staff["analyst-a"].post(RUN, asked_validation(judged["strategy"], start_date="2012-09-01"))
    assert answer.status_code == 400
    assert "are missing" in answer.json()["error"]["message"]


def test_b2_another_users_validation_is_not_there(staff, judged):
    for path in ("", "/status"):
        assert staff["quant-b"].get(f"/api/v1/validation/{judged['validation']}{path}").status_code == 404
    assert staff["quant-b"].post(RUN, asked_validation(judged["strategy"])).status_code == 404
    assert staff["viewer-a"].post(RUN, asked_validation(judged["strategy"])).status_code == 403
    assert staff["quant-b"].get("/api/v1/validation/").json()["total"] == 0


def test_the_ends_of_a_validation_are_events(staff, judged):
    events = staff["analyst-a"].get("/api/v1/events", params={"limit": 1000}).json()["events"]
    own = [event for event in events if event["data"].get("validation_id") == judged["validation"]]
    assert own[0]["type"] == "validation_started"
    assert own[-1]["type"] == "validation_completed"
    assert own[-1]["data"]["passed"] in (True, False)


def test_a_validation_that_fails_says_why(staff, judged):
    analyst = staff["analyst-a"]
    asked = asked_validation(judged["strategy"], options={"where": "fast > 1000"})
    queued = analyst.post(RUN, asked)
    assert queued.status_code == 202, queued.text
    state = until_the_end(analyst, f"/api/v1/validation/{queued.json()['validation_id']}/status")
    assert state["status"] == "failed"
    assert state["error"]
