"""A dispatcher ends with its server, whatever it was doing, and so does all that it started."""

import subprocess
import sys
import time

import psutil
import pytest

from server_ext.db import Database, schema
from server_ext.jobs.supervisor import _revealed
from server_ext.settings import Settings
from tests.support.job_faults import wait_until

SETTLED_SECONDS = 2.5
WAKES_A_SECOND = 60
"""Of both processes together; by Dask's own settings it is two hundred."""


@pytest.fixture
def begun(tmp_path):
    """Starts a dispatcher as the server does, with nothing to do."""
    settings = Settings.model_validate({"AURELIUS_HOME": tmp_path})
    database = Database(settings.database())
    schema.upgrade(database.engine)
    database.close()
    started = []

    def begin():
        command = [sys.executable, "-m", "server_ext.jobs.process"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        started.append(process)
        process.stdin.write(f"http://127.0.0.1:9\n{_revealed(settings)}")
        process.stdin.flush()
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def family_of(process):
    try:
        return psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def leading(process):
    """Wait until it says that it leads, when its cluster is there."""
    return next(line for line in process.stdout if '"leading"' in line)


def worker_of(process):
    return next((one for one in family_of(process) if "spawn_main" in " ".join(one.cmdline())), None)


def worker_begun(process):
    """Wait until the process of its worker is there, while the cluster is still being opened."""
    wait_until(lambda: worker_of(process), 60)


def worker_connected(process):
    """Wait until its worker has found the scheduler, which may be told of it a moment later."""
    worker_begun(process)
    wait_until(lambda: any(one.status == "ESTABLISHED" for one in worker_of(process).net_connections()), 60)


@pytest.mark.parametrize("until", [leading, worker_connected, worker_begun], ids=["leads", "has a worker", "has begun one"])
def test_a_dispatcher_whose_server_is_gone_leaves_nothing_behind(begun, until):
    process = begun()
    until(process)
    family = family_of(process)
    process.stdin.close()
    assert process.wait(20) == 0
    assert psutil.wait_procs(family, timeout=5)[1] == []


def test_a_dispatcher_with_nothing_to_do_sleeps_and_so_does_its_worker(begun):
    process = begun()
    leading(process)
    idle = [psutil.Process(process.pid), worker_of(process)]
    time.sleep(SETTLED_SECONDS)
    before, began = woken(idle), time.monotonic()
    time.sleep(SETTLED_SECONDS)
    assert (woken(idle) - before) / (time.monotonic() - began) < WAKES_A_SECOND


def woken(processes):
    """How often their event loops were woken since they began."""
    return sum(process.num_ctx_switches().voluntary for process in processes)
