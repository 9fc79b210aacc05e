"""The server as a process: what it loads, what it leaks, and what a kill leaves behind."""

import asyncio
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import psutil
import pytest
from sqlalchemy import select

from server_ext.accounts import audit
from server_ext.db import Database, schema
from server_ext.strategies.tables import strategies
from tests.server.conftest import new_postgresql
from tests.server.doors.test_attacks import channels, frame, send_and_wait
from tests.support.running import PASSWORD, Server, people
from tests.support.waiting import until

NEW = {"name": "x", "strategy_type": "trend_following"}


@pytest.fixture
def alone(tmp_path):
    """A server that a test may break."""
    server = Server(tmp_path)
    yield server
    server.stop(signal.SIGKILL)


def test_an_idle_server_is_small_and_the_library_it_serves_never_brings_vectorbt(alone):
    alone.start()
    process = psutil.Process(alone.process.pid)
    # Its scripts are compressed at first. What libraries' files take counts by its part of it: how much of a file is mapped, and so
    # resident, differs by tens of megabytes with how the system has read it.
    until(lambda: process.memory_full_info().pss, lambda held: held < 250 * 2**20)
    maps = Path(f"/proc/{alone.process.pid}/maps").read_text()
    assert not re.search(r"psycopg|vectorbt|numba|llvmlite", maps)
    house = people(alone, "quant-a")
    house["quant-a"].get("/api/v1/strategy-types").raise_for_status()
    house["quant-a"].get("/api/v1/data/instruments").raise_for_status()
    maps = Path(f"/proc/{alone.process.pid}/maps").read_text()
    assert not re.search(r"vectorbt|numba|llvmlite", maps)


def test_a_running_server_says_when_it_is_ready_and_answers_metrics_to_admins(server, house):
    assert f"Aurelius is ready at {server.url}/" in server.output()
    numbers = house["admin"].get("/metrics").text
    assert 'aurelius_requests_total{method="POST",route="/api/auth/login",status="200"}' in numbers
    assert house["viewer-a"].get("/metrics").status_code == 403


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_system_asks_whether_a_peer_lives_whose_connection_rests(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as resting:
        resting.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert resting.recv(100).startswith(b"HTTP/1.1 200")
        ours = f":{server.port:04X} ", f":{resting.getsockname()[1]:04X} "
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines() if all(port in line for port in ours)]
        timers = [row[5] for row in rows if row[1].endswith(ours[0].strip())]
    assert [timer.partition(":")[0] for timer in timers] == ["02"]


def test_a17_no_secret_appears_in_logs_errors_audit_metrics_or_a_kernels_environment(alone, tmp_path):
    canaries = {name: secrets.token_hex(24) for name in ("JWT_SECRET_KEY", "AURELIUS_COOKIE_SECRET")}
    alone.environment = {**canaries, "AURELIUS_LOG_LEVEL": "debug"}
    alone.start()
    house = people(alone, "quant-a")
    quant, admin = house["quant-a"], house["admin"]
    refreshed = quant.http.post("/api/auth/refresh", json={"refresh_token": quant.tokens["refresh_token"]}).json()
    quant.tokens = refreshed
    ticket = quant.post("/api/auth/ws-ticket").json()["auth_ticket"]
    wrong = "wrong-" + secrets.token_hex(8)
    quant.login(wrong)
    quant.get(f"/api/v1/events?token={refreshed['access_token']}")
    quant.http.get(f"/lab?auth_ticket={ticket}&token={refreshed['access_token']}")
    quant.http.post("/api/auth/login", content=wrong.encode(), headers={"Content-Type": "application/json"})
    kernel = quant.post("/api/kernels", {"name": "python3"}).json()["id"]
    code = f"import os; open({str(tmp_path / 'environment')!r}, 'w').write(repr(dict(os.environ)))"
    run = frame(
        "execute_request", {"code": code, "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False}
    )
    asyncio.run(send_and_wait(alone, channels(kernel), quant.bearer(), run, 20, until=b"execute_reply"))
    shown = {
        "log": alone.output(),
        "environment": (tmp_path / "environment").read_text(),
        "audit": admin.get("/api/auth/audit/", params={"limit": 200}).text,
        "metrics": admin.get("/metrics").text,
    }
    hidden = [*canaries.values(), PASSWORD, wrong, refreshed["access_token"], refreshed["refresh_token"], ticket]
    assert [(where, secret) for where, text in shown.items() for secret in hidden if secret in text] == []
    assert set(canaries) & set(re.findall(r"'(\w+)':", shown["environment"])) == set()


def test_f1_a_killed_server_keeps_every_write_it_acknowledged(alone):
    alone.start()
    house = people(alone, "quant-a")
    person, acknowledged = house["quant-a"], []
    for round_ in range(2):
        stop = threading.Event()

        def write(stop=stop):
            with httpx.Client(base_url=alone.url, headers=person.bearer(), timeout=5) as client:
                while not stop.is_set():
                    try:
                        acknowledged.append(client.post("/api/v1/strategies/", json=NEW).json()["id"])
                    except (httpx.TransportError, KeyError):
                        return

        writers = [threading.Thread(target=write, daemon=True) for _ in range(4)]
        for writer in writers:
            writer.start()
        time.sleep(0.3 + round_ * 0.3)
        alone.stop(signal.SIGKILL)
        stop.set()
        for writer in writers:
            writer.join(10)
        start = time.monotonic()
        alone.start()
        assert time.monotonic() - start < 40  # five seconds on a quiet machine, by the benchmark of kills
        person.tokens = person.login().json()
    database = Database(f"sqlite:///{alone.folder / 'home/aurelius.db'}")
    with database.reading() as connection:
        stored = set(connection.execute(select(strategies.c.id)).scalars())
        assert audit.first_broken(connection) is None
    assert schema.check(database.engine).problems == ()
    database.close()
    events = []
    page = {"upto": 0, "events": [1]}
    while page["events"]:
        page = person.get("/api/v1/events", params={"after": page["upto"], "limit": 1000}).json()
        events += page["events"]
    told = [event["data"]["strategies"][0]["id"] for event in events]
    assert len(acknowledged) > 20
    assert set(acknowledged) <= stored
    assert sorted(told) == sorted(stored)
    assert [event["seq"] for event in events] == sorted({event["seq"] for event in events})


def test_f6_the_same_server_on_postgresql_heals_when_its_connections_are_cut(alone, postgresql):
    address = new_postgresql(postgresql)
    alone.environment = {"DATABASE_URL": address}
    alone.start()
    house = people(alone, "quant-a")
    key = {"Idempotency-Key": "one"}
    first = house["quant-a"].post("/api/v1/strategies/", NEW, headers=key)
    assert first.status_code == 201
    database = Database(address)
    with database.writing() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    database.close()
    again = house["quant-a"].post("/api/v1/strategies/", NEW, headers=key)
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert house["quant-a"].get("/api/v1/events").json()["upto"] == 1


def test_a5_another_server_on_the_same_database_ends_a_session_within_a_second(alone, postgresql, tmp_path):
    keys = {"JWT_SECRET_KEY": secrets.token_hex(32), "AURELIUS_COOKIE_SECRET": secrets.token_hex(32)}
    alone.environment = {"DATABASE_URL": new_postgresql(postgresql), **keys}
    alone.start()
    house = people(alone, "quant-a")
    second = Server(tmp_path / "second", {**alone.environment})
    second.folder.mkdir()
    second.start()
    try:
        quant = house["quant-a"]
        there = httpx.Client(base_url=second.url, headers=quant.bearer())
        assert there.get("/api/auth/verify").status_code == 200
        assert quant.post("/api/auth/logout").status_code == 204
        deadline = time.monotonic() + 1
        while there.get("/api/auth/verify").status_code != 401:
            assert time.monotonic() < deadline
            time.sleep(0.02)
    finally:
        second.stop()


def test_a_server_behind_jupyters_own_doors_does_not_start(tmp_path):
    environment = {**os.environ, "AURELIUS_HOME": str(tmp_path), "JUPYTER_CONFIG_DIR": str(tmp_path), "JUPYTER_PATH": str(tmp_path)}
    plain = "jupyter_server.auth.identity.PasswordIdentityProvider"
    config = {"ServerApp": {"jpserver_extensions": {"server_ext": True}}}
    (tmp_path / "jupyter_server_config.json").write_text(json.dumps(config))
    command = [
        sys.executable,
        "-m",
        "jupyter",
        "server",
        "--no-browser",
        "--port=0",
        "--allow-root",
        f"--ServerApp.identity_provider_class={plain}",
    ]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180, check=False)
    assert ended.returncode == 1
    assert "aurelius serve" in ended.stderr
