"""What a server takes before anybody asks anything: time to its first answer, memory, and processor while idle.

And how quickly it says how it is while somebody else holds the database's lock and a write of its own waits for that.
"""

from __future__ import annotations

import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil

from benchmarks.measure import Measured
from tests.support.running import Server, people

STARTS = 3
IDLE_SECONDS = 10
LOCKED_SECONDS = 3


def bench_server() -> Iterator[Measured]:
    with tempfile.TemporaryDirectory() as name:
        server, starts = Server(Path(name)), []
        for _ in range(STARTS):
            server.stop()
            start = time.monotonic()
            server.start()
            starts.append(time.monotonic() - start)
        try:
            yield Measured(what="a server's start to its first answer", value=min(starts), unit="s", at_most=4)
            yield from idle(psutil.Process(server.process.pid))
            yield from locked(server)
        finally:
            server.stop()


def idle(process: psutil.Process) -> Iterator[Measured]:
    """What the process has and uses while nobody asks."""
    time.sleep(3)
    before = process.cpu_times()
    time.sleep(IDLE_SECONDS)
    after = process.cpu_times()
    used = after.user + after.system - before.user - before.system
    memory = process.memory_full_info()
    yield Measured(what="an idle server's processor", value=100 * used / IDLE_SECONDS, unit="%", at_most=2)
    yield Measured(what="an idle server's memory (proportional)", value=memory.pss / 2**20, unit="MB", at_most=250)
    yield Measured(what="an idle server's memory (resident)", value=memory.rss / 2**20, unit="MB", at_most=250)


def locked(server: Server) -> Iterator[Measured]:
    """How long /health takes while another program holds the lock of the database and a write waits."""
    quant = people(server, "quant-a")["quant-a"]
    lock = sqlite3.connect(server.folder / "home/aurelius.db", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    statuses: list[int] = []

    def write() -> None:
        statuses.append(quant.post("/api/v1/strategies/", {"name": "x", "strategy_type": "trend_following"}).status_code)

    writer = threading.Thread(target=write)
    writer.start()
    taken, end = [], time.monotonic() + LOCKED_SECONDS
    with httpx.Client(base_url=server.url) as other:
        other.get("/health")
        while time.monotonic() < end:
            began = time.monotonic()
            other.get("/health").raise_for_status()
            taken.append(time.monotonic() - began)
            time.sleep(0.01)
    lock.execute("ROLLBACK")
    writer.join(10)
    label = f"/health while the database is locked for {LOCKED_SECONDS} s"
    yield Measured(what=f"{label}: longest of {len(taken)}", value=max(taken) * 1e3, unit="ms", at_most=50)
    yield Measured(
        what="  writes that waited and were then refused", value=statuses.count(503) + (not statuses), unit="", at_most=0
    )
