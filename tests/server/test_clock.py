"""F7: the clock of a running server jumps an hour ahead and an hour back; what is timed, numbered and scheduled stays right."""

import asyncio
import time
from pathlib import Path

import pytest

import tests.support.set_clock
from server_ext.accounts.throttle import Throttle
from server_ext.errors import TooManyRequests
from server_ext.web.limits import Limits
from tests.support.notebooks import write_notebook
from tests.support.running import PASSWORD, Server, people
from tests.support.sockets import Listening
from tests.support.waiting import told_of

HOUR = 3_600
NEW = {"name": "x", "strategy_type": "trend_following"}


class Clock:
    """The clock of one server, and how wrong it is."""

    def __init__(self, path):
        self.path = path
        self.jump(0)

    def jump(self, seconds):
        fresh = self.path.with_suffix(".new")
        fresh.write_text(str(seconds))
        fresh.replace(self.path)


@pytest.fixture(scope="module")
def clock(tmp_path_factory):
    return Clock(tmp_path_factory.mktemp("clock") / "offset")


@pytest.fixture(scope="module")
def wrong(tmp_path_factory, clock):
    """A server whose clock can be set."""
    folder = tmp_path_factory.mktemp("wrong")
    work = "import time\nprint('asleep', flush=True)\ntime.sleep(seconds)"
    write_notebook(folder / "notebooks/sleepy.ipynb", "seconds: float = 1.0", work)
    seam = Path(next(iter(tests.support.set_clock.__path__)))
    server = Server(folder, {"PYTHONPATH": str(seam), "SET_CLOCK": str(clock.path), "AURELIUS_JOB_WORKERS": "1"}).start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def quant(wrong):
    return people(wrong, "quant-a")["quant-a"]


@pytest.fixture(autouse=True)
def _right_in_the_end(clock):
    yield
    clock.jump(0)


def refresh(person):
    """Go on with the same session."""
    answer = person.http.post("/api/auth/refresh", json={"refresh_token": person.tokens["refresh_token"]})
    person.tokens = {**person.tokens, **answer.raise_for_status().json()}


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_f7_a_session_goes_on_by_its_refresh_token_whatever_its_access_token_says(quant, clock, jump):
    refresh(quant)
    clock.jump(jump)
    assert quant.get("/api/auth/verify").status_code == 401
    refresh(quant)
    assert quant.get("/api/auth/verify").status_code == 200
    clock.jump(0)
    refresh(quant)
    assert quant.get("/api/auth/verify").status_code == 200


def test_f7_tokens_of_clocks_that_differ_by_less_than_a_minute_are_taken(quant, clock):
    clock.jump(50)
    refresh(quant)
    clock.jump(0)
    assert quant.get("/api/auth/verify").status_code == 200


def test_f7_events_are_numbered_and_told_in_order_and_no_socket_is_closed(wrong, quant, clock):
    refresh(quant)
    url = wrong.url.replace("http", "ws") + f"/ws?token={quant.tokens['access_token']}"
    made, frames = [], []
    with Listening(url) as listening:
        for jump in (0, HOUR, -HOUR, 0):
            clock.jump(jump)
            refresh(quant)
            made += [quant.post("/api/v1/strategies/", NEW).json()["id"] for _ in range(5)]
        while len(frames) < len(made):
            frame = listening.take()
            if frame["type"] == "strategy_created":
                frames.append(frame)
    assert [frame["data"]["strategies"][0]["id"] for frame in frames] == made
    numbers = [frame["seq"] for frame in frames]
    assert numbers == sorted(set(numbers))
    missed = quant.get("/api/v1/events", params={"after": numbers[4]}).json()["events"]
    assert [event["seq"] for event in missed if event["type"] == "strategy_created"] == numbers[5:]


def test_f7_a_ticket_is_worth_nothing_on_either_side_of_a_jump(wrong, quant, clock):
    refresh(quant)
    for jump in (HOUR, -HOUR):
        ticket = quant.post("/api/auth/ws-ticket").json()["auth_ticket"]
        clock.jump(jump)
        handshake = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "x" * 24}
        assert quant.http.get(f"/ws?auth_ticket={ticket}", headers=handshake).status_code == 403
        clock.jump(0)


def test_f7_a_request_is_counted_in_the_minute_that_the_clock_shows(quant, clock):
    for jump in (0, HOUR, -HOUR):
        clock.jump(jump)
        refresh(quant)
        headers = quant.get("/api/auth/verify").headers
        assert 0 < int(headers["X-RateLimit-Reset"]) - (time.time() + jump) <= 61
        assert int(headers["X-RateLimit-Remaining"]) > 0


def test_f7_a_job_ends_once_whatever_the_clock_did_while_it_ran(quant, clock):
    refresh(quant)
    job = quant.post("/api/v1/jobs/", {"notebook": "sleepy.ipynb", "parameters": {"seconds": 4.0}}).json()["job_id"]
    wait(quant, job, {"running"})
    for jump in (HOUR, -HOUR, 0):
        clock.jump(jump)
        time.sleep(1)
    ended = wait(quant, job, {"completed", "failed", "cancelled"})
    assert (ended["status"], ended["error"], ended["attempt"]) == ("completed", None, 1)
    assert [event["type"] for event in told_of(quant, job)].count("job_completed") == 1


def test_f7_a_schedule_that_a_jump_made_due_fires_once_and_not_again_when_the_clock_is_right_again(quant, clock):
    refresh(quant)
    order = {"name": "Often", "notebook": "sleepy.ipynb", "parameters": {"seconds": 0.0}, "cron": "*/10 * * * *"}
    schedule = quant.post("/api/v1/schedules/", order).raise_for_status().json()["id"]
    for jump in (HOUR, 0, -HOUR):
        clock.jump(jump)
        refresh(quant)
        deadline = time.monotonic() + (30 if jump > 0 else 3)
        while time.monotonic() < deadline and not (jump > 0 and runs(quant, schedule)):
            time.sleep(0.2)
        assert len(runs(quant, schedule)) == 1
    clock.jump(0)
    refresh(quant)
    assert quant.call("DELETE", f"/api/v1/schedules/{schedule}").status_code == 204


def runs(person, schedule):
    return person.get(f"/api/v1/schedules/{schedule}/runs/").json()["runs"]


def wait(person, job_id, until, seconds=90):
    deadline = time.monotonic() + seconds
    while (job := person.get(f"/api/v1/jobs/{job_id}").json()).get("status") not in until:
        assert time.monotonic() < deadline, job
        refresh(person) if "error" in job and "status" not in job else time.sleep(0.1)
    return job


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_f7_nobody_is_kept_out_for_longer_because_the_clock_was_set(monkeypatch, jump):
    throttle, true_time = Throttle(), time.time

    async def guess():
        for _ in range(10):
            await throttle.failed("ann", "192.0.2.1")

    asyncio.run(guess())
    with pytest.raises(TooManyRequests):
        asyncio.run(throttle.check_login("ann", "192.0.2.1", known=True))
    monkeypatch.setattr(time, "time", lambda: true_time() + jump)
    asyncio.run(throttle.check_login("ann", "192.0.2.1", known=True))


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_f7_a_limit_begins_a_new_window_when_the_clock_was_set(monkeypatch, jump):
    limits, true_time = Limits("2/minute"), time.time
    assert [asyncio.run(limits.count("ann")).allowed for _ in range(3)] == [True, True, False]
    monkeypatch.setattr(time, "time", lambda: true_time() + jump)
    counted = asyncio.run(limits.count("ann"))
    assert (counted.allowed, 0 < counted.reset - time.time() <= 61) == (True, True)


def test_f7_a_lost_answer_is_given_again_for_ten_seconds_also_when_the_clock_was_set_back(quant, clock):
    refresh(quant)
    clock.jump(HOUR)
    parent, key = quant.tokens["refresh_token"], {"Idempotency-Key": "one"}
    child = quant.http.post("/api/auth/refresh", json={"refresh_token": parent}, headers=key).json()
    clock.jump(0)
    assert quant.http.post("/api/auth/refresh", json={"refresh_token": parent}, headers=key).status_code == 401
    assert quant.http.post("/api/auth/refresh", json={"refresh_token": child["refresh_token"]}).status_code == 401
    quant.tokens = quant.login(PASSWORD).raise_for_status().json()
