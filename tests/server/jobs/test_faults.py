"""Whatever is killed, every job comes to one end: none twice, none lost, none stuck, no kernel left behind."""

import contextlib
import secrets
import signal
import time

import psutil
import pytest

from server_ext.db import Database
from tests.server.conftest import new_postgresql
from tests.support import job_faults
from tests.support.running import Server, people
from tests.support.shop import PLAIN

JOBS = "/api/v1/jobs/"
QUICK = {**PLAIN, "AURELIUS_JOB_LEASE_SECONDS": "4", "AURELIUS_JOB_WORKERS": "2", "AURELIUS_JOBS_RUNNING_PER_ACCOUNT": "2"}


@pytest.fixture
def alone(tmp_path):
    """A server that a test may break."""
    server = Server(tmp_path, QUICK)
    job_faults.write_notebook(tmp_path / "notebooks")
    yield server
    server.stop()


def address(server):
    return f"sqlite:///{server.folder / 'home/aurelius.db'}"


def test_f1_f2_servers_dispatchers_workers_and_kernels_are_killed_and_every_job_ends_once(alone):
    quant = people(alone.start(), "quant-a")["quant-a"]
    kills = ["kernel", "worker", "server", "dispatcher"]
    ended = job_faults.rehearse([alone], quant, address(alone), count=6, kills=kills)
    assert ended.states == {"completed": 6}
    assert ended.ends_told == {"job_completed": 6}
    assert ended.left_over == []


def test_f1_f2_two_servers_on_one_postgresql_share_the_work_and_outlive_each_other(alone, postgresql, tmp_path):
    keys = {"JWT_SECRET_KEY": secrets.token_hex(32), "AURELIUS_COOKIE_SECRET": secrets.token_hex(32)}
    alone.environment = {"DATABASE_URL": new_postgresql(postgresql), "AURELIUS_STORE": str(tmp_path / "store"), **keys, **QUICK}
    quant = people(alone.start(), "quant-a")["quant-a"]
    (tmp_path / "second").mkdir()
    second = Server(tmp_path / "second", {**alone.environment, "AURELIUS_JOBS_AT_START": "true"})
    second.start()
    try:
        kills = ["server", "kernel", "dispatcher"]
        ended = job_faults.rehearse([alone, second], quant, alone.environment["DATABASE_URL"], count=6, kills=kills)
    finally:
        second.stop()
    assert ended.states == {"completed": 6}
    assert ended.ends_told == {"job_completed": 6}
    assert ended.left_over == []


def test_f3_a_worker_that_sleeps_past_its_lease_and_wakes_changes_nothing(alone):
    quant = people(alone.start(), "quant-a")["quant-a"]
    job_id = job_faults.queue(quant, 1, 1.5)
    database = Database(address(alone))
    job_faults.wait_until(lambda: job_faults.kernels(database), 60)
    [worker] = job_faults.workers(alone)
    worker.suspend()
    job_faults.wait_until(lambda: quant.get(f"{JOBS}{job_id}").json()["attempt"] == 2, 60)
    with contextlib.suppress(psutil.NoSuchProcess):
        worker.resume()
    job_faults.wait_until(lambda: quant.get(f"{JOBS}{job_id}").json()["status"] == "completed", 60)
    time.sleep(2.0)
    told = job_faults.told(database, [job_id])
    database.close()
    assert told == {"job_completed": 1}


def test_a_server_that_is_stopped_in_order_leaves_nothing_behind_and_goes_on_afterwards(alone):
    quant = people(alone.start(), "quant-a")["quant-a"]
    job_id = job_faults.queue(quant, 1, 1.0)
    database = Database(address(alone))
    job_faults.wait_until(lambda: job_faults.kernels(database), 60)
    family = psutil.Process(alone.process.pid).children(recursive=True)
    alone.stop(signal.SIGTERM)
    _, alive = psutil.wait_procs(family, timeout=15)
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []
    alone.start()
    job_faults.wait_until(lambda: quant.get(f"{JOBS}{job_id}").json()["status"] == "completed", 60)
    assert job_faults.told(database, [job_id]) == {"job_completed": 1}
    database.close()
