"""The server killed at random moments under load: how long it takes to be back, and whether anything acknowledged was lost."""

from __future__ import annotations

import os
import random
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
from sqlalchemy import select

from benchmarks.measure import Measured
from server_ext.accounts import audit
from server_ext.db import Database, schema
from server_ext.events.tables import events
from server_ext.strategies.tables import strategies
from tests.support.running import Person, Server, people

KILLS = int(os.environ.get("KILLS", "200"))
WRITERS = 4
NEW = {"name": "x", "strategy_type": "trend_following"}


def bench_kills() -> Iterator[Measured]:
    draw = random.Random(5)  # noqa: S311  (which moments, not which secrets)
    with tempfile.TemporaryDirectory() as name:
        server = Server(Path(name), {"AURELIUS_ACCESS_TOKEN_SECONDS": "3600"}).start()
        try:
            quant = people(server, "quant-a")["quant-a"]
            acknowledged, returns = killed_again_and_again(server, quant, draw)
        finally:
            server.stop()
        yield Measured(what=f"{KILLS} kills: writes acknowledged", value=len(acknowledged), unit="")
        yield Measured(what="slowest return to the first answer", value=max(returns), unit="s", at_most=5)
        yield from kept(Path(name) / "home/aurelius.db", acknowledged)


def killed_again_and_again(server: Server, quant: Person, draw: random.Random) -> tuple[set[str], list[float]]:
    """Kill and start again while writers write: what was acknowledged, and how long each return took."""
    acknowledged: set[str] = set()
    returns = []
    for number in range(KILLS):
        writers = [
            threading.Thread(target=write, args=(server.url, quant.bearer(), acknowledged), daemon=True) for _ in range(WRITERS)
        ]
        for writer in writers:
            writer.start()
        time.sleep(draw.uniform(0.0, 0.8))
        server.stop(signal.SIGKILL)
        for writer in writers:
            writer.join(10)
        start = time.monotonic()
        server.start()
        returns.append(time.monotonic() - start)
        if number % 50 == 49:
            quant.tokens = quant.login().raise_for_status().json()
    return acknowledged, returns


def write(url: str, headers: dict[str, str], acknowledged: set[str]) -> None:
    """Write until the server is gone."""
    with httpx.Client(base_url=url, headers=headers, timeout=5) as client:
        while True:
            try:
                acknowledged.add(client.post("/api/v1/strategies/", json=NEW).raise_for_status().json()["id"])
            except httpx.TransportError:
                return


def kept(path: Path, acknowledged: set[str]) -> Iterator[Measured]:
    """What the database says in the end."""
    database = Database(f"sqlite:///{path}")
    with database.reading() as connection:
        stored = connection.execute(select(strategies.c.id)).scalars().all()
        told = connection.execute(
            select(events.c.seq, events.c.data).where(events.c.type == "strategy_created").order_by(events.c.seq)
        ).all()
        broken = audit.first_broken(connection)
    problems = [*schema.check(database.engine).problems, *([f"audit row {broken}"] if broken else [])]
    database.close()
    named = [data["strategies"][0]["id"] for data in told]
    yield Measured(what="acknowledged writes that are gone", value=len(acknowledged - set(stored)), unit="", at_most=0)
    yield Measured(what="strategies without event, or events without", value=len(set(stored) ^ set(named)), unit="", at_most=0)
    yield Measured(what="events told twice", value=len(named) - len(set(named)), unit="", at_most=0)
    yield Measured(what="problems of the database and its audit log", value=len(problems), unit="", at_most=0)
