"""Jobs, and what is run as jobs, shared as strategies are: read and heard by whom they are shared with, changed by their owner."""

import pytest

from tests.support.waiting import told_of, until_the_end

JOB = {"notebook": "research/quick.ipynb"}
SWEEP = {"strategy_type": "trend_following", "grid": {"fast": [5, 10], "slow": [30]}}
SCHEDULE = {"name": "Mondays", "notebook": "research/quick.ipynb", "cron": "0 6 * * 1"}


@pytest.fixture(scope="module")
def shared(staff):
    """Something of a quant's of each kind, shared with a viewer: its address, and its share's id."""
    quant, reader = staff["quant-a"], {"email": staff["viewer-a"].email}
    strategy = quant.post("/api/v1/strategies/", {"name": "T", "strategy_type": "trend_following"}).json()["id"]
    asked = {
        "job": ("/api/v1/jobs/", "", JOB, "job_id"),
        "schedule": ("/api/v1/schedules/", "", SCHEDULE, "id"),
        "sweep": ("/api/v1/sweeps/", "run", SWEEP, "sweep_id"),
        "backtest": ("/api/v1/backtests/", "run", {"strategy_id": strategy, "seed": 99}, "backtest_id"),
    }
    made = {}
    for kind, (path, call, body, name) in asked.items():
        address = path + quant.post(path + call, body).raise_for_status().json()[name]
        made[kind] = (address, quant.post(f"{address}/shares/", reader).raise_for_status().json()["id"])
    for job in quant.get("/api/v1/jobs/", params={"limit": 3}).json()["jobs"]:
        quant.post(f"/api/v1/jobs/{job['id']}/cancel")  # they are not here to be run
    return made


KINDS = ["job", "schedule", "sweep", "backtest"]


@pytest.mark.parametrize("kind", KINDS)
def test_b2_what_is_shared_is_read_by_whom_it_is_shared_with_and_by_nobody_else(staff, shared, kind):
    address, _ = shared[kind]
    assert {who: staff[who].get(address).status_code for who in ("viewer-a", "quant-b", "analyst-a")} == {
        "viewer-a": 200,
        "quant-b": 404,
        "analyst-a": 404,
    }


@pytest.mark.parametrize("kind", KINDS)
def test_b2_what_is_shared_is_shared_on_by_its_owner_only(staff, shared, kind):
    address, _ = shared[kind]
    made = staff["quant-a"].post(f"{address}/shares/", {"email": staff["analyst-a"].email})
    assert made.status_code == 201
    on = {"email": staff["quant-b"].email}
    assert staff["analyst-a"].post(f"{address}/shares/", on).status_code == 403
    assert staff["quant-b"].post(f"{address}/shares/", on).status_code == 404
    assert staff["quant-a"].call("DELETE", made.headers["Location"]).status_code == 204
    assert staff["analyst-a"].get(address).status_code == 404


def test_b2_a_reader_neither_cancels_a_job_nor_changes_or_runs_a_schedule(staff, shared):
    job, _ = shared["job"]
    schedule, _ = shared["schedule"]
    reader = staff["analyst-a"]
    given = [staff["quant-a"].post(f"{one}/shares/", {"email": reader.email}).headers["Location"] for one in (job, schedule)]
    attempts = [
        reader.post(f"{job}/cancel"),
        reader.post(f"{schedule}/run"),
        reader.call("PATCH", schedule, {"is_paused": True}),
        reader.call("DELETE", schedule),
    ]
    assert [answer.status_code for answer in attempts] == [403] * 4
    for share in given:
        staff["quant-a"].call("DELETE", share).raise_for_status()


def test_b2_readers_hear_how_what_is_shared_with_them_goes(staff, shared):
    quant, reader, other = (staff[name] for name in ("quant-a", "viewer-a", "quant-b"))
    job_id = quant.post("/api/v1/jobs/", {"notebook": "research/sleepy.ipynb"}).json()["job_id"]
    assert ends_told(quant, reader, job_id, f"/api/v1/jobs/{job_id}") == "job_cancelled"
    assert told_of(other, job_id) == []
    fired = quant.post(f"{shared['schedule'][0]}/run").json()["job_id"]
    assert [event["type"] for event in told_of(reader, fired)] == ["schedule_fired"]


def test_b2_readers_of_a_backtest_hear_of_its_run_and_readers_of_its_strategy_do_not(staff):
    quant, reader = staff["quant-a"], staff["viewer-a"]
    strategy = quant.post("/api/v1/strategies/", {"name": "T", "strategy_type": "trend_following"}).json()["id"]
    quant.post(f"/api/v1/strategies/{strategy}/shares/", {"email": staff["analyst-a"].email}).raise_for_status()
    made = quant.post("/api/v1/backtests/run", {"strategy_id": strategy, "seed": 98}).json()
    ending = ends_told(quant, reader, made["job_id"], f"/api/v1/backtests/{made['backtest_id']}")
    assert ending in {"backtest_cancelled", "backtest_completed"}
    assert told_of(staff["analyst-a"], made["job_id"]) == []


def test_a_share_of_something_that_is_deleted_is_forgotten(staff):
    quant = staff["quant-a"]
    address = "/api/v1/schedules/" + quant.post("/api/v1/schedules/", SCHEDULE).json()["id"]
    quant.post(f"{address}/shares/", {"email": staff["viewer-a"].email}).raise_for_status()
    quant.call("DELETE", address).raise_for_status()
    assert staff["viewer-a"].get(address).status_code == 404


def ends_told(quant, reader, job_id, address):
    """The event that tells a reader of the end of something that is shared with it, and cancelled."""
    quant.post(f"{address}/shares/", {"email": reader.email}).raise_for_status()
    quant.post(f"{address}/cancel")
    until_the_end(quant, f"/api/v1/jobs/{job_id}")
    return told_of(reader, job_id)[-1]["type"]
