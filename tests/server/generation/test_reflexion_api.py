"""Reflexion over HTTP: a child that is changed for a reason and measured, told of, and nobody else's business."""

import pytest

import aurelius_kernel as ak
from tests.support.running import PASSWORD
from tests.support.waiting import until_the_end

ASKED = {"feedback": "too many trades", "failed": ["sharpe_ratio"], "train_size_days": 120, "window_size_days": 60}


@pytest.fixture(scope="module")
def parent(staff):
    """A strategy of quant-a's with a short backtest."""
    quant = staff["quant-a"]
    asked = {"name": "Parent", "strategy_type": "trend_following", "parameters": {"fast": 5, "slow": 20}}
    strategy = quant.post("/api/v1/strategies/", asked).json()["id"]
    run = {"strategy_id": strategy, "start_date": "2010-01-01", "end_date": "2011-12-31"}
    backtest = quant.post("/api/v1/backtests/run", run).json()["backtest_id"]
    until_the_end(quant, f"/api/v1/backtests/{backtest}/status")
    return strategy


@pytest.fixture(scope="module")
def queued(staff, parent):
    answer = staff["quant-a"].post(f"/api/v1/reflexion/{parent}/run", ASKED)
    assert answer.status_code == 202, answer.text
    until_the_end(staff["quant-a"], f"/api/v1/jobs/{answer.json()['job_id']}")
    return answer


@pytest.fixture(scope="module")
def told(shop, staff, parent, queued):
    """The event of the child, and the history with it."""
    with ak.Client(shop.url) as client:
        client.login("quant-a@example.com", PASSWORD)
        event = next(client.events(after=0, types=["reflexion_iteration_created"]))
        return event.data, client.reflexions(parent)


def test_the_child_is_a_strategy_changed_for_a_reason(staff, parent, queued, told):
    event, history = told
    (found,) = history.reflexions
    assert (history.total, found.id, found.status) == (1, queued.json()["reflexion_id"], "completed")
    assert event == {"strategy_id": found.child.id, "parent_id": parent, "improvement": found.improvement}
    assert found.reason
    assert all(before != after for before, after in found.changed.values())
    child = staff["quant-a"].get(f"/api/v1/strategies/{found.child.id}").json()["strategy"]
    assert (child["strategy_type"], child["owner_id"]) == ("trend_following", staff["quant-a"].id)
    assert found.spec["strategy"]["parameters"] == child["parameters"]


def test_the_improvement_is_the_difference_out_of_sample_within_two(told):
    (found,) = told[1].reflexions
    assert found.improvement == pytest.approx(max(-2.0, min(2.0, found.child_sharpe - found.parent_sharpe)))


def test_the_reflexion_is_in_the_store_with_parent_and_child(shop, told, monkeypatch):
    monkeypatch.setenv("AURELIUS_HOME", str(shop.folder / "home"))
    (found,) = told[1].reflexions
    kept = ak.Reflexion.load(found.result)
    assert (kept.improvement, kept.reason, kept.feedback) == (found.improvement, found.reason, "too many trades")


def test_the_answer_says_where_the_history_is(queued, parent):
    assert queued.headers["Location"] == f"/api/v1/reflexion/{parent}/history"
    assert set(queued.json()) == {"reflexion_id", "job_id", "status"}


def test_a_strategy_that_was_never_run_has_nothing_to_reflect_on(staff):
    quant = staff["quant-a"]
    fresh = quant.post("/api/v1/strategies/", {"name": "Never run", "strategy_type": "breakout"}).json()["id"]
    assert quant.post(f"/api/v1/reflexion/{fresh}/run", ASKED).status_code == 409
    assert quant.get(f"/api/v1/reflexion/{fresh}/history").json() == {"total": 0, "reflexions": []}


@pytest.mark.parametrize(
    ("change", "field"),
    [({"train_size_days": 30}, "train_size_days"), ({"window_size_days": 30}, "window_size_days"), ({"feedback": 3}, "feedback")],
)
def test_a_reflexion_that_makes_no_sense_is_refused_by_field(staff, parent, change, field):
    answer = staff["quant-a"].post(f"/api/v1/reflexion/{parent}/run", ASKED | change)
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, [field])


def test_b2_another_users_strategy_is_not_there(staff, parent):
    assert staff["quant-b"].post(f"/api/v1/reflexion/{parent}/run", ASKED).status_code == 404
    assert staff["quant-b"].get(f"/api/v1/reflexion/{parent}/history").status_code == 404
    assert staff["viewer-a"].post(f"/api/v1/reflexion/{parent}/run", ASKED).status_code == 403
