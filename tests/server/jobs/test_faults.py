"""Whatever is killed, every job comes to one end: none twice, none lost, none stuck, no kernel left behind."""

import contextlib
import random
import secrets
import signal
import time

import psutil
import pytest

from server_ext.db import Database
from tests.server.conftest import new_postgresql
from tests.support import job_faults
from tests.support.job_faults import PLAIN
from tests.support.running import Server, people

JOBS = "/api/v1/jobs/"
LEASE_SECONDS = 4
QUICK = {
    **PLAIN,
    "AURELIUS_JOB_LEASE_SECONDS": str(LEASE_SECONDS),
    "AURELIUS_JOB_WORKERS": "2",
    "AURELIUS_JOBS_RUNNING_PER_ACCOUNT": "2",
}


@pytest.fixture
def alone(on_sqlite):
    """A running server on SQLite that a test may break, and a quant in front of it."""
    return up(*on_sqlite)


@pytest.fixture
def shared(on_postgresql):
    """The same on PostgreSQL, with keys and a store that another server may have in common."""
    return up(*on_postgresql)


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("alone"), QUICK) as server:
        yield server, people(server, "quant-a")["quant-a"]


@pytest.fixture(scope="module")
def on_postgresql(postgresql, tmp_path_factory):
    folder = tmp_path_factory.mktemp("shared")
    keys = {"JWT_SECRET_KEY": secrets.token_hex(32), "AURELIUS_COOKIE_SECRET": secrets.token_hex(32)}
    places = {"DATABASE_URL": new_postgresql(postgresql), "AURELIUS_STORE": str(folder / "store")}
    with serving(folder, {**QUICK, **keys, **places}) as server:
        yield server, people(server, "quant-a")["quant-a"]


def up(server, quant):
    """The server and the quant again, whatever another test left."""
    if server.process.poll() is not None:
        server.start()
    return server, quant


@contextlib.contextmanager
def serving(folder, environment):
    """A server with a short notebook in its folder."""
    server = Server(folder, environment)
    job_faults.write_short_notebook(folder / "notebooks")
    try:
        yield server.start()
    finally:
        server.stop()


def address(server):
    return server.environment.get("DATABASE_URL", f"sqlite:///{server.folder / 'home/aurelius.db'}")


def all_ended_once(ended, count):
    return (ended.states, ended.ends_told, ended.left_over) == ({"completed": count}, {"job_completed": count}, [])


@pytest.mark.parametrize("kind", ["alone", "shared"])
def test_f1_f2_servers_dispatchers_workers_and_kernels_are_killed_and_every_job_ends_once(kind, request):
    server, quant = request.getfixturevalue(kind)
    for kills in (["kernel", "worker"], ["server", "dispatcher"]):  # one job may be hit by each, and is begun four times at most
        ended = job_faults.rehearse([server], quant, address(server), count=3, kills=kills)
        assert all_ended_once(ended, 3), ended


def test_f1_f2_two_servers_on_one_postgresql_share_the_work_and_outlive_each_other(shared, tmp_path):
    server, quant = shared
    with serving(tmp_path, {**server.environment, "AURELIUS_JOBS_AT_START": "true"}) as second:
        kills = ["server", "kernel", "dispatcher"]
        ended = job_faults.rehearse([server, second], quant, address(server), count=5, kills=kills)
    assert all_ended_once(ended, 5), ended


def lose(what, server, quant, database, job_id, attempt):
    """Kill what runs a job as soon as it has a kernel, and wait until it was begun again or has ended."""
    job_faults.wait_until(lambda: job_faults.kernels(database), 60)
    job_faults.kill(what, [server], database, random.Random(attempt))  # noqa: S311  (repeatable)
    job_faults.wait_until(lambda: has_moved_on(quant.get(f"{JOBS}{job_id}").json(), attempt), 60)


def has_moved_on(job, attempt):
    return job["attempt"] > attempt or job["status"] in {"completed", "failed"}


@pytest.mark.parametrize(("lost", "ends"), [(["worker", "kernel"], "completed"), (["kernel", "kernel"], "failed")])
def test_a_job_fails_by_its_kernels_deaths_not_by_those_of_others(lost, ends, alone):
    server, quant = alone
    job_id = job_faults.queue(quant, 1, 3.0)
    database = Database(address(server))
    for attempt, what in enumerate(lost, start=1):
        lose(what, server, quant, database, job_id, attempt)
    job_faults.wait_until(lambda: quant.get(f"{JOBS}{job_id}").json()["status"] == ends, 60)
    assert quant.get(f"{JOBS}{job_id}").json()["attempt"] == {"completed": 3, "failed": 2}[ends]
    assert job_faults.told(database, [job_id]) == {f"job_{ends}": 1}
    database.close()


def test_f3_a_worker_that_sleeps_past_its_lease_and_wakes_changes_nothing(alone):
    server, quant = alone
    job_id = job_faults.queue(quant, 1, 1.5)
    database = Database(address(server))
    job_faults.wait_until(lambda: job_faults.kernels(database), 60)
    [worker] = job_faults.workers(server)
    worker.suspend()
    job_faults.wait_until(lambda: quant.get(f"{JOBS}{job_id}").json()["attempt"] == 2, 60)
    with contextlib.suppress(psutil.NoSuchProcess):
        worker.resume()
    job_faults.wait_until(lambda: quant.get(f"{JOBS}{job_id}").json()["status"] == "completed", 60)
    time.sleep(2.0)
    told = job_faults.told(database, [job_id])
    database.close()
    assert told == {"job_completed": 1}


def test_a_dispatcher_that_sleeps_past_a_lease_does_not_take_its_workers_for_lost(alone):
    server, quant = alone
    job_id = job_faults.queue(quant, 1, 2 * LEASE_SECONDS)
    database = Database(address(server))
    job_faults.wait_until(lambda: job_faults.kernels(database), 60)
    [dispatcher] = job_faults.dispatchers(server)
    dispatcher.suspend()
    time.sleep(1.5 * LEASE_SECONDS)
    dispatcher.resume()
    job_faults.wait_until(lambda: not job_faults.unfinished(database, [job_id]), 60)
    ended = job_faults.attempts(database, [job_id]), job_faults.told(database, [job_id])
    database.close()
    assert ended == (1, {"job_completed": 1})


def test_a_server_that_is_stopped_in_order_leaves_nothing_behind_and_goes_on_afterwards(alone):
    server, quant = alone
    job_id = job_faults.queue(quant, 1, 1.0)
    database = Database(address(server))
    job_faults.wait_until(lambda: job_faults.kernels(database), 60)
    family = psutil.Process(server.process.pid).children(recursive=True)
    server.stop(signal.SIGTERM)
    _, alive = psutil.wait_procs(family, timeout=15)
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []
    server.start()
    job_faults.wait_until(lambda: quant.get(f"{JOBS}{job_id}").json()["status"] == "completed", 60)
    assert job_faults.told(database, [job_id]) == {"job_completed": 1}
    database.close()
