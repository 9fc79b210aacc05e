"""Authenticated reads with a database look-up: how many a second one core gives, and how long one takes at a steady rate.

The real server, JupyterLab and all, against FastAPI in its usual form over the same rows and tokens, in turns. The client has a
process and a core of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import psutil

from benchmarks.measure import Measured
from benchmarks.sweep_peers.environments import environment
from tests.support.running import Person, Server, people

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("fastapi", "uvicorn[standard]", "sqlalchemy>=2.1,<2.2", "pyjwt>=2.15,<3")
QUANTS = ("quant-a", "quant-b")
STRATEGIES = 50
CONNECTIONS = 64
SECONDS = 5
ROUNDS = 3
SETTINGS = {
    "AURELIUS_RATE_LIMIT": "100000000/minute",
    "AURELIUS_ACCESS_TOKEN_SECONDS": "3600",
    "AURELIUS_WARM_KERNELS": "off",  # nobody asks for a kernel, and warming one takes the server's core for a minute
}

Asks = list[tuple[str, str]]


def bench_reads() -> Iterator[Measured]:
    with tempfile.TemporaryDirectory() as name, ours(Path(name)) as server:
        crew = people(server, *QUANTS)
        asks = made([crew[quant] for quant in QUANTS])
        with peer(server) as port:
            ports = {"aurelius": server.port} | ({"FastAPI + SQLAlchemy": port} if port else {})
            check_parity(ports, asks)
            yield from measured(ports, asks)


def measured(ports: dict[str, int], asks: Asks) -> Iterator[Measured]:
    """The best of some rounds in turn, so that a busy machine slows both."""
    closed = {name: [] for name in ports}
    even = {name: [] for name in ports}
    for _ in range(ROUNDS):
        for name, port in ports.items():
            closed[name].append(asked(port, asks))
            even[name].append(asked(port, asks, rate=1_000))
    for name in ports:
        rate = max(one["rate"] for one in closed[name])
        p95 = min(one["p95"] for one in even[name])
        targets = ({"at_least": 3_500}, {"at_most": 5}) if name == "aurelius" else ({}, {})
        yield Measured(what=f"{name}: reads a second, {CONNECTIONS} connections", value=rate, unit="/s", **targets[0])
        yield Measured(what=f"{name}: p95 at 1,000 reads a second", value=p95, unit="ms", **targets[1])


def asked(port: int, asks: Asks, **more: Any) -> dict[str, Any]:
    """What the client measured; every answer must be the one wanted."""
    order = {"port": port, "asks": asks, "connections": CONNECTIONS, "seconds": SECONDS, **more}
    with on_core(1):
        command = [sys.executable, "-m", "benchmarks.read_load.client"]
        done = subprocess.run(command, input=json.dumps(order), capture_output=True, text=True, timeout=120, check=True, cwd=ROOT)
    told = json.loads(done.stdout)
    if set(told["statuses"]) != {"200"}:
        raise RuntimeError(f"answers were {told['statuses']}")
    return told


def check_parity(ports: dict[str, int], asks: Asks) -> None:
    """Raise unless all give the same answers, to strangers too."""
    for path, token in asks[:: STRATEGIES // 5]:
        urls = [f"http://127.0.0.1:{port}{path}" for port in ports.values()]
        answers = [httpx.get(url, headers={"Authorization": f"Bearer {token}"}).raise_for_status().json() for url in urls]
        if any(answer != answers[0] for answer in answers):
            raise RuntimeError(f"the answers differ: {answers}")
        if {httpx.get(url, headers={"Authorization": "Bearer x.y.z"}).status_code for url in urls} != {401}:
            raise RuntimeError("a stranger was let in")


def made(quants: list[Person]) -> Asks:
    """Strategies of some people, as what is asked for by whom."""
    return [
        (f"/api/v1/strategies/{quant.post('/api/v1/strategies/', body).raise_for_status().json()['id']}", token)
        for quant in quants
        for token in [quant.tokens["access_token"]]
        for body in [{"name": "x", "strategy_type": "trend_following"}] * STRATEGIES
    ]


@contextmanager
def ours(folder: Path) -> Iterator[Server]:
    with on_core(0):
        server = Server(folder, SETTINGS).start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def peer(server: Server) -> Iterator[int | None]:
    """The port of the peer, on the database of `server`; None where it cannot be had."""
    python = environment("fastapi-reads", *PACKAGES)
    if python is None:
        yield None
        return
    home = server.folder / "home"
    command = [
        str(python),
        str(ROOT / "benchmarks/read_load/peer.py"),
        str(home / "aurelius.db"),
        (home / "secrets/jwt.key").read_text(),
    ]
    with on_core(0):
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield json.loads(child.stdout.readline())["port"]
    finally:
        child.terminate()
        child.wait(10)


@contextmanager
def on_core(number: int) -> Iterator[None]:
    """Start processes on one core, where there are several."""
    process = psutil.Process()
    if not hasattr(process, "cpu_affinity") or (os.cpu_count() or 1) < 2:
        yield
        return
    before = process.cpu_affinity()
    with suppress(OSError):
        process.cpu_affinity([number])
    try:
        yield
    finally:
        process.cpu_affinity(before)
