"""Schedules over HTTP: made, seen, paused, run, fired by the server itself, and nobody else's business."""

import json
import time

import pytest
from sqlalchemy import update

from aurelius_kernel.clock import utc_now
from server_ext.db import Database
from server_ext.schedules.tables import schedules

SCHEDULES = "/api/v1/schedules/"
DAILY = {"name": "Daily", "notebook": "research/quick.ipynb", "parameters": {"number": 4}, "cron": "0 9 * * *"}


@pytest.fixture
def made(staff):
    schedule = staff["quant-a"].post(SCHEDULES, DAILY).json()
    yield schedule
    staff["quant-a"].call("DELETE", f"{SCHEDULES}{schedule['id']}")


def history(person, schedule_id, until, seconds=60):
    deadline = time.monotonic() + seconds
    while not (found := person.get(f"{SCHEDULES}{schedule_id}/runs/").json()["runs"]) or found[0]["status"] != until:
        assert time.monotonic() < deadline, found
        time.sleep(0.05)
    return found


def test_a_schedule_tells_its_next_five_times(staff):
    answer = staff["quant-a"].post(SCHEDULES, {**DAILY, "timezone": "Europe/Paris"})
    body = answer.json()
    assert (answer.status_code, answer.headers["Location"]) == (201, f"{SCHEDULES}{body['id']}")
    assert body["trigger"] == {"cron": "0 9 * * *", "timezone": "Europe/Paris"}
    assert len(body["next_runs"]) == 5
    assert {due[11:16] for due in body["next_runs"]} <= {"07:00", "08:00"}
    assert staff["quant-a"].get(f"{SCHEDULES}{body['id']}").json() == body


def test_a_schedule_that_is_due_is_fired_by_the_server_and_its_run_is_told(staff, shop, made):
    database = Database(f"sqlite:///{shop.folder / 'home/aurelius.db'}")
    with database.writing() as connection:
        connection.execute(update(schedules).where(schedules.c.id == made["id"]).values(next_at=utc_now()))
    database.close()
    [run] = history(staff["quant-a"], made["id"], "completed")
    assert (run["outcome"], run["error"]) == ("queued", None)
    log = staff["quant-a"].get(f"/api/v1/jobs/{run['job_id']}/log").json()["log"]
    assert log == "the number is 4 x\n"


def test_a_schedule_is_run_now_without_touching_its_times(staff, made):
    answer = staff["quant-a"].post(f"{SCHEDULES}{made['id']}/run")
    assert (answer.status_code, answer.json()["outcome"]) == (202, "queued")
    history(staff["quant-a"], made["id"], "completed")
    assert staff["quant-a"].get(f"{SCHEDULES}{made['id']}").json()["next_runs"] == made["next_runs"]


def test_a_schedule_is_paused_changed_and_deleted(staff, made):
    quant, path = staff["quant-a"], f"{SCHEDULES}{made['id']}"
    paused = quant.call("PATCH", path, {"is_paused": True}).json()
    listed = quant.get(SCHEDULES, params={"is_paused": True}).json()
    changed = quant.call("PATCH", path, {"is_paused": False, "interval_seconds": 60, "parameters": {"number": 1}}).json()
    assert (paused["is_paused"], paused["next_runs"], made["id"] in str(listed)) == (True, [], True)
    assert (changed["trigger"]["interval_seconds"], changed["parameters"], len(changed["next_runs"])) == (60, {"number": 1}, 5)
    assert quant.call("DELETE", path).status_code == 204
    assert quant.get(path).status_code == 404


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"cron": "0 9 * *"}, 422, "cron"),
        ({"cron": "0 9 30 2 *"}, 422, "cron"),
        ({"timezone": "Mars/Olympus"}, 422, "timezone"),
        ({"interval_seconds": 60}, 422, "body"),
        ({"cron": None}, 422, "body"),
        ({"cron": None, "interval_seconds": 1}, 422, "interval_seconds"),
        ({"cron": None, "calendar": "XNYZ"}, 400, "calendar"),
        ({"notebook": "../outside.ipynb"}, 422, "notebook"),
        ({"parameters": {"x=1; import os #": 1}}, 400, "parameter"),
        ({"parameters": {"number": "four"}}, 422, "number"),
    ],
)
def test_what_could_never_run_is_refused_by_field(staff, change, status, field):
    before = staff["quant-a"].get(SCHEDULES).json()["total"]
    answer = staff["quant-a"].post(SCHEDULES, {**DAILY, **change})
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (status, [field])
    assert staff["quant-a"].get(SCHEDULES).json()["total"] == before


def test_b2_another_users_schedule_is_not_there_and_analysts_schedule_shipped_notebooks_only(staff, made):
    path = f"{SCHEDULES}{made['id']}"
    for who in ("quant-b", "analyst-a", "viewer-a"):
        person, refused = staff[who], 403 if who == "viewer-a" else 404
        assert [person.get(path).status_code, person.get(f"{path}/runs/").status_code] == [404, 404]
        assert person.call("PATCH", path, {"is_paused": True}).status_code == refused
        assert person.call("DELETE", path).status_code == refused
        assert person.post(f"{path}/run").status_code == refused
        assert person.get(SCHEDULES).json()["total"] == 0
    assert staff["analyst-a"].post(SCHEDULES, DAILY).status_code == 403
    assert staff["admin"].get(path).status_code == 200


def test_a_shell_on_the_server_lists_pauses_resumes_and_deletes_schedules(staff, made, command_line):
    assert made["id"] in command_line("schedules", "list").out
    assert command_line("schedules", "pause", made["id"]).code == 0
    assert "paused" in command_line("schedules", "list").out
    assert command_line("schedules", "resume", made["id"]).code == 0
    shown = json.loads(command_line("schedules", "show", made["id"], "--json").out)
    assert (shown["next_runs"], shown["runs"]) == (made["next_runs"], [])
    assert command_line("schedules", "delete", made["id"]).code == 0
    assert staff["quant-a"].get(f"{SCHEDULES}{made['id']}").status_code == 404


def test_a_shell_on_the_server_makes_a_schedule_and_runs_it_now(staff, shop, command_line):
    quant = staff["quant-a"]
    where = ("--folder", str(shop.folder / "notebooks"))
    asked = ["schedules", "create", "Daily", "research/quick.ipynb", "--as", quant.email, *where]
    made = json.loads(command_line(*asked, "--cron", "0 9 * * *", "--param", "number=8", "--json").out)
    assert (made["owner_id"], made["trigger"]) == (quant.id, {"cron": "0 9 * * *", "timezone": "UTC"})
    run = json.loads(command_line("schedules", "run", made["id"], *where, "--json").out)
    [told] = history(quant, made["id"], "completed")
    assert (told["job_id"], told["outcome"]) == (run["job_id"], "queued")
    assert quant.get(f"/api/v1/jobs/{run['job_id']}/log").json()["log"] == "the number is 8 x\n"
    quant.call("DELETE", f"{SCHEDULES}{made['id']}").raise_for_status()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["research/quick.ipynb"], "must say when by exactly one of"),
        (["research/quick.ipynb", "--cron", "every day"], "cron"),
        (["../outside.ipynb", "--every", "60"], "notebook"),
        (["research/quick.ipynb", "--every", "60", "--param", "number=x"], "number"),
    ],
)
def test_a_shell_is_told_in_one_sentence_what_keeps_a_schedule_from_running(staff, shop, command_line, more, said):
    answer = command_line("schedules", "create", "Wrong", *more, "--folder", str(shop.folder / "notebooks"))
    assert (answer.code, said in answer.err, len(answer.err.splitlines())) == (2, True, 1)
