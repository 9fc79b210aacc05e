"""What a server takes before anybody asks anything: time to its first answer, memory, and processor while idle."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from benchmarks.measure import Measured
from tests.support.running import Server

STARTS = 3
IDLE_SECONDS = 10


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
