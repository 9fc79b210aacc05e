"""A job that failed or was cancelled is run again as it was asked, by its owner alone."""

import time

import pytest

from tests.support.waiting import told_of

JOBS = "/api/v1/jobs/"
ENDS = {"completed", "failed", "cancelled"}


@pytest.fixture
def failed(staff):
    """A job of quant-a's that failed."""
    quant = staff["quant-a"]
    asked = {"notebook": "research/wrong.ipynb", "parameters": {"number": 4}}
    return end(quant, quant.post(JOBS, asked).json()["job_id"])["id"]


def end(person, job_id):
    deadline = time.monotonic() + 120
    while (job := person.get(f"{JOBS}{job_id}").json())["status"] not in ENDS:
        assert time.monotonic() < deadline, job
        time.sleep(0.05)
    return job


def test_a_failed_job_runs_again_as_it_was_asked_and_nothing_stays_of_the_run_before(staff, failed):
    quant = staff["quant-a"]
    before = quant.get(f"{JOBS}{failed}").json()
    answer = quant.post(f"{JOBS}{failed}/retry")
    assert (answer.status_code, answer.json()) == (202, {"job_id": failed, "status": "queued"})
    job = end(quant, failed)
    assert (job["status"], job["attempt"], job["parameters"]) == ("failed", 1, {"number": 4})
    assert job["started_at"] > before["finished_at"]
    told = [event["type"] for event in told_of(quant, failed) if event["type"] not in {"job_progress", "job_started"}]
    assert told == ["job_queued", "job_failed", "job_queued", "job_failed"]


def test_a_job_that_is_complete_is_not_run_again(staff):
    quant = staff["quant-a"]
    job_id = quant.post(JOBS, {"notebook": "research/quick.ipynb", "parameters": {}}).json()["job_id"]
    assert end(quant, job_id)["status"] == "completed"
    answer = quant.post(f"{JOBS}{job_id}/retry")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "conflict")
    assert "this one is completed" in answer.json()["error"]["message"]


def test_the_job_of_another_is_not_there_to_be_run_again(staff, failed):
    assert staff["quant-b"].post(f"{JOBS}{failed}/retry").status_code == 404
    assert staff["viewer-a"].post(f"{JOBS}{failed}/retry").status_code == 403
