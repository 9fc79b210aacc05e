"""Jobs that run while servers, dispatchers, workers and kernels are killed at random: what becomes of each."""

from __future__ import annotations

import collections
import contextlib
import random
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import select

from server_ext.db import Database
from server_ext.events.tables import events
from server_ext.jobs.tables import jobs
from tests.support.notebooks import write_notebook
from tests.support.running import Person, Server

NOTEBOOK = "short.ipynb"
PLAIN = {"AURELIUS_WARM_KERNELS": "off"}
"""Kernels that are the workers' own children, so that it is seen whose they are."""
ENDS = {"job_completed", "job_failed", "job_cancelled"}


@dataclass(frozen=True)
class Ended:
    """What became of the jobs: how many in each state, what was told of them, which processes were left over, what went wrong."""

    states: dict[str, int]
    ends_told: dict[str, int]
    attempts: int
    seconds: float
    left_over: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def write_short_notebook(folder: Path, name: str = NOTEBOOK, work: str = "import time\ntime.sleep(seconds)\nprint(number)") -> None:
    """A short parametrised notebook in a server's folder."""
    write_notebook(folder / name, "number: int = 0\nseconds: float = 0.3", work)


def rehearse(
    servers: Sequence[Server],
    person: Person,
    address: str,
    *,
    count: int,
    kills: Sequence[str],
    seed: int = 7,
    patience: float = 240,
) -> Ended:
    """Queue `count` jobs, kill what `kills` names one after the other at random moments, and wait for every job's end."""
    draw = random.Random(seed)  # noqa: S311  (a rehearsal must be repeatable)
    database, began = Database(address), time.monotonic()
    ids = [queue(person, number, draw.uniform(0.1, 0.5)) for number in range(count)]
    for what in kills:
        wait_until(lambda: kernels(database) or not unfinished(database, ids), patience)
        time.sleep(draw.uniform(0.0, 0.4))
        kill(what, servers, database, draw)
    wait_until(lambda: not unfinished(database, ids), patience)
    ended = Ended(
        states=dict(states(database, ids)),
        ends_told=dict(told(database, ids)),
        attempts=attempts(database, ids),
        seconds=time.monotonic() - began,
        left_over=left_over(database, ids),
        errors=errors(database, ids),
    )
    database.close()
    return ended


def queue(person: Person, number: int, seconds: float) -> str:
    """Queue one job, on whichever address the person has."""
    body = {"notebook": NOTEBOOK, "parameters": {"number": number, "seconds": seconds}}
    return person.post("/api/v1/jobs/", body).raise_for_status().json()["job_id"]


def kill(what: str, servers: Sequence[Server], database: Database, draw: random.Random) -> None:
    """Kill a kernel, a worker, a dispatcher or a server, which is started again."""
    if what == "server":
        server = draw.choice(servers)
        server.stop(signal.SIGKILL)
        server.start()
    elif what == "kernel":
        with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess):
            for pid in kernels(database)[:1]:
                psutil.Process(pid).kill()
    else:
        found = [process for server in servers for process in {"dispatcher": dispatchers, "worker": workers}[what](server)]
        for process in found[:1]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


def dispatchers(server: Server) -> list[psutil.Process]:
    """The dispatcher processes of a server."""
    return [child for child in psutil.Process(server.process.pid).children() if "server_ext.jobs.process" in said_of(child)]


def workers(server: Server) -> list[psutil.Process]:
    """The worker processes of a server's dispatcher."""
    return [
        child for dispatcher in dispatchers(server) for child in dispatcher.children() if "multiprocessing.spawn" in said_of(child)
    ]


def kernels(database: Database) -> list[int]:
    """The process ids of the kernels of running jobs."""
    with database.reading() as connection:
        return list(connection.execute(select(jobs.c.pid).where(jobs.c.state == "running", jobs.c.pid.is_not(None))).scalars())


def states(database: Database, ids: Sequence[str]) -> collections.Counter[str]:
    """How many of the jobs are in each state."""
    with database.reading() as connection:
        return collections.Counter(connection.execute(select(jobs.c.state).where(jobs.c.id.in_(ids))).scalars())


def unfinished(database: Database, ids: Sequence[str]) -> bool:
    """Whether anything is still to come of any of the jobs."""
    return bool(states(database, ids).keys() & {"queued", "running"})


def told(database: Database, ids: Sequence[str]) -> collections.Counter[str]:
    """For each job that was told to have ended other than exactly once, how often; plus how many ended as what."""
    with database.reading() as connection:
        rows = connection.execute(select(events.c.type, events.c.data).where(events.c.type.in_(ENDS))).all()
    per_job = collections.Counter(row.data["job_id"] for row in rows)
    odd = {job_id: per_job[job_id] for job_id in ids if per_job[job_id] != 1}
    return collections.Counter(row.type for row in rows if row.data["job_id"] in set(ids)) + collections.Counter(odd)


def attempts(database: Database, ids: Sequence[str]) -> int:
    """How often the jobs were begun, all together."""
    with database.reading() as connection:
        return sum(connection.execute(select(jobs.c.attempt).where(jobs.c.id.in_(ids))).scalars())


def errors(database: Database, ids: Sequence[str]) -> list[str]:
    """Why jobs failed."""
    with database.reading() as connection:
        failed = (jobs.c.id.in_(ids), jobs.c.state == "failed")
        rows = connection.execute(select(jobs.c.attempt, jobs.c.error_code, jobs.c.error).where(*failed)).all()
    return [f"attempt {row.attempt}: {row.error_code}: {row.error}" for row in rows]


def left_over(database: Database, ids: Sequence[str]) -> list[str]:
    """The kernels of these jobs that still run, ten seconds after."""
    with database.reading() as connection:
        rows = connection.execute(select(jobs.c.pid, jobs.c.pid_started).where(jobs.c.id.in_(ids), jobs.c.pid.is_not(None))).all()

    def alive() -> list[str]:
        return [f"{row.pid}" for row in rows if runs(row.pid, row.pid_started)]

    with contextlib.suppress(TimeoutError):
        wait_until(lambda: not alive(), 10)
    return alive()


def runs(pid: int, started: float) -> bool:
    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - started) < 1 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def descends(pid: int, ancestor: int) -> bool:
    """Whether a process comes from another one."""
    try:
        return ancestor in {parent.pid for parent in psutil.Process(pid).parents()}
    except psutil.NoSuchProcess:
        return False


def said_of(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return ""


def wait_until(condition: Callable[[], Any], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.05)
