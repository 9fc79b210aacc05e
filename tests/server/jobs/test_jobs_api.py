"""Jobs over HTTP: any parametrised notebook, checked before it is queued, followed, cancelled, and nobody else's business."""

import io
import json
import os
import subprocess
import sys
import time

import nbformat
import pypdf
import pytest

from tests.support.waiting import told_of

JOBS = "/api/v1/jobs/"
ENDS = {"completed", "failed", "cancelled"}


def aurelius(shop, *arguments):
    """The command line in a shell on the server."""
    command = [sys.executable, "-m", "server_ext.cli", *arguments]
    environment = {**os.environ, "AURELIUS_HOME": str(shop.folder / "home")}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def run(person, name, **parameters):
    return person.post(JOBS, {"notebook": f"research/{name}.ipynb", "parameters": parameters})


def wait(person, job_id, until=ENDS, seconds=60):
    deadline = time.monotonic() + seconds
    while (job := person.get(f"{JOBS}{job_id}").json())["status"] not in until:
        assert time.monotonic() < deadline, job
        time.sleep(0.02)
    return job


def test_a_notebook_of_ones_own_runs_with_its_parameters_and_is_followed(staff):
    quant = staff["quant-a"]
    answer = run(quant, "quick", number=5)
    job = wait(quant, answer.json()["job_id"])
    assert (answer.status_code, answer.headers["Location"]) == (202, f"{JOBS}{job['id']}")
    assert (job["status"], job["attempt"], job["error"], job["parameters"]) == ("completed", 1, None, {"number": 5})
    assert quant.get(f"{JOBS}{job['id']}/log").json()["log"] == "the number is 5 x\n"
    told = [event["type"] for event in told_of(quant, job["id"]) if event["type"] != "job_progress"]
    assert told == ["job_queued", "job_started", "job_completed"]


def test_a_notebook_that_fails_says_why_in_a_sentence_and_keeps_what_ran(staff):
    quant = staff["quant-a"]
    job = wait(quant, run(quant, "wrong").json()["job_id"])
    assert (job["status"], job["attempt"], job["error_code"]) == ("failed", 1, "run_failed")
    assert "ValueError: no such luck" in job["error"]
    assert job["executed_notebook"]
    assert quant.get(f"{JOBS}{job['id']}/log").json()["log"].startswith("before\n")
    notices = quant.get("/api/v1/events", params={"limit": 1000, "events": "notification"}).json()["events"]
    assert [notice["data"]["link"] for notice in notices][-1] == f"/api/v1/jobs/{job['id']}"


def test_a_running_job_shows_what_it_prints_and_is_cancelled_within_two_seconds(staff):
    quant = staff["quant-a"]
    job_id = run(quant, "sleepy").json()["job_id"]
    deadline = time.monotonic() + 60
    while quant.get(f"{JOBS}{job_id}/log").json()["log"] != "asleep\n":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    asked = time.monotonic()
    assert quant.post(f"{JOBS}{job_id}/cancel").status_code == 202
    job = wait(quant, job_id)
    assert time.monotonic() - asked < 2.0 * 3
    assert (job["status"], job["error_code"]) == ("cancelled", "run_cancelled")
    assert told_of(quant, job_id)[-1]["type"] == "job_cancelled"
    assert quant.post(f"{JOBS}{job_id}/cancel").status_code == 409


def test_a_job_ends_when_its_time_is_up(staff):
    quant = staff["quant-a"]
    asked = {"notebook": "research/sleepy.ipynb", "timeout": 3.0}
    job = wait(quant, quant.post(JOBS, asked).json()["job_id"])
    assert (job["status"], job["attempt"]) == ("failed", 1)
    assert "3 seconds" in job["error"]


def test_a17_no_secret_of_the_server_reaches_the_kernel_of_a_job(staff):
    quant = staff["quant-a"]
    job = wait(quant, run(quant, "whoami").json()["job_id"])
    log = quant.get(f"{JOBS}{job['id']}/log").json()["log"]
    assert log.splitlines()[1] == quant.id
    assert not any(word in log for word in ("CANARY", "JWT", "COOKIE", "DATABASE_URL"))


@pytest.mark.parametrize(
    "name",
    [
        "../outside.ipynb",
        "research/../../outside.ipynb",
        "..%2foutside.ipynb",
        "%2e%2e/outside.ipynb",
        "/etc/passwd",
        "/etc/x.ipynb",
        "research/link.ipynb",
        "../notebooks-x/sibling.ipynb",
        "research/quick.ipynb\u0000",
        "research\\quick.ipynb",
        ".hidden.ipynb",
        "research",
        "research/nothing.ipynb",
        "research/quick.py",
        "file:///etc/passwd.ipynb",
        "http://example.com/x.ipynb",
    ],
)
def test_b4_no_notebook_outside_the_folder_is_run(staff, name):
    answer = staff["quant-a"].post(JOBS, {"notebook": name})
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, ["notebook"])


def test_a_notebook_without_a_cell_of_parameters_is_refused_before_it_is_queued(staff, shop):
    path = shop.folder / "notebooks/research/bare.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]), path)
    answer = staff["quant-a"].post(JOBS, {"notebook": "research/bare.ipynb"})
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, ["notebook"])


@pytest.mark.parametrize(
    ("parameters", "status", "field"),
    [
        ({"x=1; import os; os.abort() #": 1}, 400, "parameter"),
        ({"number; import os": 1}, 400, "parameter"),
        ({"__class__": 1}, 400, "parameter"),
        ({"number": "1); import os; os.abort("}, 422, "number"),
        ({"number": 1.5}, 422, "number"),
        ({"number": True}, 422, "number"),
        ({"word": ["x"]}, 422, "word"),
    ],
)
def test_b5_only_declared_names_with_values_of_their_type_are_taken(staff, parameters, status, field):
    before = staff["quant-a"].get(JOBS).json()["total"]
    answer = run(staff["quant-a"], "quick", **parameters)
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (status, [field])
    assert staff["quant-a"].get(JOBS).json()["total"] == before


def test_a_value_is_a_value_and_never_code(staff):
    quant = staff["quant-a"]
    word = "'\"\n\\') or __import__('os').abort() #{}"
    job = wait(quant, run(quant, "quick", word=word).json()["job_id"])
    assert quant.get(f"{JOBS}{job['id']}/log").json()["log"] == f"the number is 3 {word}\n"


def test_analysts_run_shipped_notebooks_only_and_viewers_none(staff):
    own = {"notebook": "research/quick.ipynb"}
    shipped = {"notebook": "backtest.ipynb", "parameters": {"number": 1}}
    assert staff["analyst-a"].post(JOBS, own).status_code == 403
    assert staff["analyst-a"].post(JOBS, shipped).status_code == 400
    assert staff["viewer-a"].post(JOBS, shipped).status_code == 403
    assert staff["viewer-a"].get(JOBS).json() == {"total": 0, "jobs": []}


def test_b2_another_users_job_is_not_there(staff):
    job_id = run(staff["quant-a"], "quick").json()["job_id"]
    for who in ("quant-b", "analyst-a", "viewer-a"):
        person = staff[who]
        for path in ("", "/log"):
            assert person.get(f"{JOBS}{job_id}{path}").status_code == 404
        assert person.post(f"{JOBS}{job_id}/cancel").status_code == (403 if who == "viewer-a" else 404)
        assert told_of(person, job_id) == []
    assert staff["admin"].get(f"{JOBS}{job_id}").status_code == 200


def test_the_shipped_notebooks_are_listed_with_their_parameters(staff):
    listed = staff["analyst-a"].get("/api/v1/notebooks/").json()["notebooks"]
    backtest = next(one for one in listed if one["notebook"] == "backtest.ipynb")
    seed = next(one for one in backtest["parameters"] if one["name"] == "seed")
    assert (seed["type"], seed["required"], seed["default"]) == ("int", False, 42)


def test_the_parameters_of_ones_own_notebook_are_told_by_its_path(staff):
    told = staff["quant-a"].get("/api/v1/notebooks/", params={"notebook": "research/quick.ipynb"}).json()
    (own,) = told["notebooks"]
    assert (told["total"], own["notebook"]) == (1, "research/quick.ipynb")
    assert [(one["name"], one["type"], one["default"]) for one in own["parameters"]] == [("number", "int", 3), ("word", "str", "x")]


@pytest.mark.parametrize("call", ["/api/v1/notebooks/", "/api/v1/notebooks/notebook.pdf"])
def test_a_notebook_is_neither_told_of_nor_printed_for_who_may_not_run_it_or_from_elsewhere(staff, call):
    asked = [("analyst-a", "research/quick.ipynb"), ("quant-a", "../outside.ipynb"), ("quant-a", "research/link.ipynb")]
    answers = [staff[who].get(call, params={"notebook": notebook}) for who, notebook in asked]
    assert [answer.status_code for answer in answers] == [403, 422, 422]


def test_a_notebook_is_had_on_paper_with_the_outputs_that_were_saved_in_it(staff, shop):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")])
    notebook.cells[0].outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "it makes two"})]
    nbformat.write(notebook, shop.folder / "notebooks/research/süß.ipynb")
    answer = staff["quant-a"].get("/api/v1/notebooks/notebook.pdf", params={"notebook": "research/süß.ipynb"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"] == "attachment; filename=\"s__.pdf\"; filename*=UTF-8''s%C3%BC%C3%9F.pdf"
    assert "it makes two" in " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)


def test_what_was_queued_is_what_runs_whatever_becomes_of_the_file(staff, shop):
    quant = staff["quant-a"]
    path = shop.folder / "notebooks/research/fleeting.ipynb"
    path.write_text((shop.folder / "notebooks/research/quick.ipynb").read_text())
    blockers = [run(quant, "sleepy", seconds=1.0).json()["job_id"] for _ in range(2)]
    job_id = quant.post(JOBS, {"notebook": "research/fleeting.ipynb"}).json()["job_id"]
    path.write_text(json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    for blocker in blockers:
        wait(quant, blocker)
    assert wait(quant, job_id)["status"] == "completed"
    assert quant.get(f"{JOBS}{job_id}/log").json()["log"] == "the number is 3 x\n"


def test_the_platform_says_how_many_jobs_it_can_run(staff):
    components = {part["name"]: part for part in staff["quant-a"].get("/api/v1/status").json()["components"]}
    assert components["jobs"]["state"] == "ok"
    assert components["jobs"]["reason"].endswith("of 2 at work")


def test_a_shell_on_the_server_runs_a_notebook_and_follows_it(staff, shop):
    path = str(shop.folder / "notebooks/research/quick.ipynb")
    done = aurelius(shop, "jobs", "run", path, "--param", "number=9", "--as", staff["quant-a"].email, "--wait", "--json")
    job = json.loads(done.stdout)
    assert (done.returncode, job["status"], job["owner_id"]) == (0, "completed", staff["quant-a"].id)
    assert json.loads(aurelius(shop, "jobs", "log", job["id"], "--json").stdout)["log"] == "the number is 9 x\n"


def test_a_shell_lists_shows_and_cancels_jobs_and_is_told_what_is_wrong(staff, shop, command_line):
    quant = staff["quant-a"]
    job_id = run(quant, "sleepy").json()["job_id"]
    assert job_id in command_line("jobs", "list").out
    assert "sleepy.ipynb" in command_line("jobs", "show", job_id).out
    assert command_line("jobs", "cancel", job_id).code == 0
    assert wait(quant, job_id)["status"] == "cancelled"
    assert command_line("jobs", "cancel", job_id).code == 1
    assert command_line("jobs", "show", "nothing").code == 2
    wrong = command_line("jobs", "run", str(shop.folder / "notebooks/research/wrong.ipynb"), "--param", "number=x")
    assert (wrong.code, wrong.err[:33]) == (2, "Error: number must be a whole num")
    failed = command_line("jobs", "run", str(shop.folder / "notebooks/research/wrong.ipynb"), "--wait")
    assert failed.code == 1
    assert "no such luck" in failed.err


def test_a_job_may_use_the_api_as_its_owner_while_it_runs_and_no_longer(staff):
    quant = staff["quant-a"]
    job = wait(quant, run(quant, "caller").json()["job_id"])
    who, token = quant.get(f"{JOBS}{job['id']}/log").json()["log"].split()
    assert (job["status"], who) == ("completed", quant.email)
    deadline = time.monotonic() + 5
    while quant.http.get("/api/auth/verify", headers={"Authorization": f"Bearer {token}"}).status_code != 401:
        assert time.monotonic() < deadline
        time.sleep(0.05)
