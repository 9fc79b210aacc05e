"""How many events a second reach how many sockets, and what a socket costs."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.measure import Measured

ROOT = Path(__file__).resolve().parent.parent
PEER = ROOT / "var" / "peer-fastapi"
SOCKETS = 1_000
IDLE = 10_000
RATE = 110
DURABLE = 22_000
WARM_UP = 3
SECONDS = 10


def bench_events() -> Iterator[Measured]:
    with tempfile.TemporaryDirectory() as folder, ours(folder) as server, process(*clients()) as load:
        before = server.ask(do="look")["rss"]
        opened = load.ask(do="connect", count=SOCKETS, **server.greeting)
        size = (server.ask(do="look")["rss"] - before) / SOCKETS
        yield Measured(what="sockets that were let in", value=opened["opened"], unit="", at_least=SOCKETS)
        yield Measured(what="sockets opened a second", value=SOCKETS / opened["seconds"], unit="/s")
        yield Measured(what="memory of a socket", value=size / 1024, unit="kB", at_most=16)
        yield from fan_out("aurelius", server, load)
        load.ask(do="abort")
        yield from resumed(server, load)


def bench_events_of_the_peer() -> Iterator[Measured]:
    with process(str(peer()), str(ROOT / "benchmarks/event_load/peer.py")) as server, process(*clients()) as load:
        before = server.ask(do="look")["rss"]
        load.ask(do="connect", count=SOCKETS, **server.greeting)
        size = (server.ask(do="look")["rss"] - before) / SOCKETS
        yield Measured(what="FastAPI + uvicorn: memory of a socket", value=size / 1024, unit="kB")
        yield from fan_out("FastAPI + uvicorn", server, load, targets=False)


def bench_idle_sockets() -> Iterator[Measured]:
    with tempfile.TemporaryDirectory() as folder, ours(folder) as server, process(*clients()) as load:
        before = server.ask(do="look")
        opened = load.ask(do="connect", count=IDLE, **server.greeting)["opened"]
        after = server.ask(do="look")
        yield Measured(what="idle sockets", value=opened, unit="", at_least=IDLE)
        yield Measured(what="memory of all idle sockets", value=(after["rss"] - before["rss"]) / 1e6, unit="MB", at_most=200)


def bench_durable_events() -> Iterator[Measured]:
    with tempfile.TemporaryDirectory() as folder, ours(folder, 1) as server:
        seen = server.ask(do="append", count=DURABLE * 4, rate=DURABLE)
        label = f"durable events by group commit, {DURABLE:,}/s offered"
        yield Measured(what=f"{label}, acknowledged", value=seen["rate"], unit="/s", at_least=20_000)
        yield Measured(what="  of these, median time to the acknowledgement", value=seen["p50"], unit="ms")
        yield Measured(what="  of these, time to the acknowledgement at p99", value=seen["p99"], unit="ms", at_most=20)
        yield Measured(what="  of these, not in the table", value=seen["missing"], unit="", at_most=0)


def fan_out(name: str, server: Process, load: Process, *, targets: bool = True) -> Iterator[Measured]:
    """The rate at which events of a steady writer arrive at every socket, and how old they are then."""
    count = RATE * SECONDS
    server.ask(do="write", count=RATE * WARM_UP, rate=RATE)
    load.ask(do="expect", frames=RATE * WARM_UP, patience=SECONDS * 6)
    cpu = server.ask(do="write", count=count, rate=RATE)["cpu"]
    seen = load.ask(do="expect", frames=count, patience=SECONDS * 6)
    cpu = server.ask(do="look")["cpu"] - cpu
    label = f"{name}: {RATE} events/s to {SOCKETS:,} sockets"
    least = {"at_least": 100_000} if targets else {}
    oldest = {"at_most": 50} if targets else {}
    lost = {"at_most": 0} if targets else {}
    yield Measured(what=f"{label}, delivered", value=seen["frames"] / max(seen["seconds"], SECONDS), unit="/s", **least)
    yield Measured(what=f"{label}, median age", value=seen["p50"], unit="ms")
    yield Measured(what=f"{label}, age at p99", value=seen["p99"], unit="ms", **oldest)
    yield Measured(what=f"{label}, lost", value=count * SOCKETS - seen["frames"], unit="", **lost)
    yield Measured(what=f"{label}, processor time a delivery", value=cpu / seen["frames"] * 1e6, unit="µs")


def resumed(server: Process, load: Process) -> Iterator[Measured]:
    """All clients come back at once, each having missed what was written before."""
    missed = RATE * (WARM_UP + SECONDS)
    opened = load.ask(do="connect", count=SOCKETS, width=SOCKETS, after=0, **server.greeting)
    seen = load.ask(do="expect", frames=missed, patience=60)
    seconds = opened["seconds"] + seen["seconds"]
    yield Measured(what=f"{SOCKETS:,} clients resume at once, {missed:,} events each", value=seconds, unit="s", at_most=5)
    yield Measured(what="  of these, events lost", value=missed * SOCKETS - seen["frames"], unit="", at_most=0)


class Process:
    """A child that obeys lines of JSON."""

    def __init__(self, *command: str) -> None:
        self._child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)

    def greet(self) -> None:
        """Take the first line, which says where it listens."""
        self.greeting = self._answer()

    def ask(self, **order: Any) -> dict[str, Any]:
        """Give an order and take the answer."""
        self._child.stdin.write(json.dumps(order) + "\n")
        self._child.stdin.flush()
        return self._answer()

    def end(self) -> None:
        """Let it finish, or end it."""
        self._child.stdin.close()
        try:
            self._child.wait(10)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait(5)

    def _answer(self) -> dict[str, Any]:
        line = self._child.stdout.readline()
        if not line:
            raise RuntimeError("the process ended")
        return json.loads(line)


@contextlib.contextmanager
def process(*command: str) -> Iterator[Process]:
    child = Process(*command)
    try:
        if "clients" not in command[-1]:
            child.greet()
        yield child
    finally:
        child.end()


def ours(folder: str, accounts: int = 100) -> contextlib.AbstractContextManager[Process]:
    return process(sys.executable, "-m", "benchmarks.event_load.server", folder, str(accounts))


def clients() -> tuple[str, ...]:
    return (sys.executable, "-m", "benchmarks.event_load.clients")


def peer() -> Path:
    """The interpreter of the peer's own environment, made where it is missing."""
    python = PEER / "bin/python"
    if not python.exists():
        uv = str(Path(sys.executable).parent / "uv")
        subprocess.run([uv, "venv", "--quiet", str(PEER)], check=True, timeout=120)
        packages = ["fastapi", "uvicorn[standard]"]
        install = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(python), *packages]
        subprocess.run(install, check=True, timeout=300)
    return python
