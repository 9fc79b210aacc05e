"""Jobs: how long queueing takes, how busy short jobs keep the machine, and what kills leave behind."""

from __future__ import annotations

import os
import random
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.bench_no_loss import new_database, postgresql
from benchmarks.measure import Measured
from tests.support import job_faults
from tests.support.running import Person, Server, people

JOBS = 200
KILLED = 50
SECONDS = 2.0
WORKERS = 4
ROUNDS = ["kernel", "worker", "server", "dispatcher", "kernel", "server", "worker", "kernel", "dispatcher", "server"]


def bench_queueing() -> Iterator[Measured]:
    """A backtest of bundled bars, from the request to the answer that it is queued."""
    with running() as (server, person):
        environment = {**os.environ, "AURELIUS_HOME": str(server.folder / "home")}
        subprocess.run(
            [sys.executable, "-m", "server_ext.cli", "data", "samples"], env=environment, capture_output=True, check=True
        )
        strategy = person.post("/api/v1/strategies/", {"name": "T", "strategy_type": "trend_following"}).json()["id"]
        taken = []
        for seed in range(60):
            began = time.perf_counter()
            person.post("/api/v1/backtests/run", {"strategy_id": strategy, "seed": seed}).raise_for_status()
            taken.append(1e3 * (time.perf_counter() - began))
        yield Measured(what="a backtest is queued, median of 60", value=statistics.median(taken), unit="ms", at_most=50.0)


def bench_short_jobs() -> Iterator[Measured]:
    """Two hundred jobs of two seconds each: which part of the workers' time is spent inside cells."""
    with running(AURELIUS_JOB_WORKERS=str(WORKERS), AURELIUS_JOBS_RUNNING_PER_ACCOUNT="64") as (_, person):
        for _ in range(WORKERS):
            job_faults.queue(person, 0, 0.1)
        wait_for(person, 60)
        began = time.perf_counter()
        for number in range(JOBS):
            job_faults.queue(person, number, SECONDS)
        wait_for(person, 3 * JOBS * SECONDS / WORKERS)
        share = JOBS * SECONDS / (WORKERS * (time.perf_counter() - began))
        yield Measured(
            what=f"{JOBS} jobs of {SECONDS:g} s, {WORKERS} at a time: inside cells", value=100 * share, unit="%", at_least=80.0
        )


def bench_killed_on_sqlite() -> Iterator[Measured]:
    """Fifty jobs while servers, dispatchers, workers and kernels are killed: none lost, none twice, none stuck."""
    with running() as (server, person):
        yield from killed("SQLite", [server], person, f"sqlite:///{server.folder}/home/aurelius.db")


def bench_killed_on_postgresql() -> Iterator[Measured]:
    """The same on PostgreSQL."""
    with postgresql() as database, sharing(new_database(database)) as shared, running(**shared) as (server, person):
        yield from killed("PostgreSQL", [server], person, shared["DATABASE_URL"])


def bench_killed_two_servers() -> Iterator[Measured]:
    """The same with two servers on one PostgreSQL, either of which may be killed."""
    with (
        postgresql() as database,
        sharing(new_database(database)) as shared,
        running(**shared) as (server, person),
        second(server) as other,
    ):
        yield from killed("two servers on PostgreSQL", [server, other], person, shared["DATABASE_URL"])


def killed(name: str, servers: Sequence[Server], person: Person, address: str) -> Iterator[Measured]:
    draw = random.Random(11)  # noqa: S311  (a rehearsal must be repeatable)
    kills = draw.sample(ROUNDS, len(ROUNDS))
    ended = job_faults.rehearse(servers, person, address, count=KILLED, kills=kills, seed=11, patience=600)
    yield Measured(
        what=f"{name}: {KILLED} jobs, {len(kills)} kills, completed",
        value=ended.states.get("completed", 0),
        unit="",
        at_least=KILLED,
    )
    told_once = ended.ends_told.get("job_completed", 0) if len(ended.ends_told) == 1 else 0
    yield Measured(what="  told to be complete, each once", value=told_once, unit="", at_least=KILLED)
    yield Measured(what="  begun, all together", value=ended.attempts, unit="")
    yield Measured(what="  kernels left over", value=len(ended.left_over), unit="", at_most=0)
    yield Measured(what="  took", value=ended.seconds, unit="s")


@contextmanager
def running(**environment: str) -> Iterator[tuple[Server, Person]]:
    """A server with a short notebook in its folder, and a quant who may run it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        settings = {"AURELIUS_WARM_KERNELS": "off", "AURELIUS_JOB_LEASE_SECONDS": "6", **environment}
        server = Server(Path(folder), settings)
        job_faults.write_short_notebook(Path(folder) / "notebooks")
        try:
            yield server, people(server.start(), "quant-a")["quant-a"]
        finally:
            server.stop()


@contextmanager
def sharing(address: str) -> Iterator[dict[str, str]]:
    """What servers on one database have in common."""
    with tempfile.TemporaryDirectory() as store:
        yield {"DATABASE_URL": address, "AURELIUS_STORE": store, "JWT_SECRET_KEY": secrets.token_hex(32)}


@contextmanager
def second(first: Server) -> Iterator[Server]:
    """Another server on the same database."""
    folder = first.folder / "second"
    folder.mkdir()
    server = Server(folder, {**first.environment, "AURELIUS_JOBS_AT_START": "true"})
    try:
        yield server.start()
    finally:
        server.stop()


def wait_for(person: Person, seconds: float) -> None:
    """Wait until all jobs of the account have ended."""

    def unfinished() -> bool:
        counts = [
            person.get("/api/v1/jobs/", params={"status": state, "limit": 1}).json()["total"] for state in ("queued", "running")
        ]
        return sum(counts) > 0

    job_faults.wait_until(lambda: not unfinished(), seconds)
