"""The server killed at random moments under load: how long it takes to be back, and whether anything acknowledged was lost.

Two hundred kills take too long for one sitting. Each run is a stage that goes on where the last one ended, on the same database,
and checks everything that was acknowledged since the first.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
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
STAGE = int(os.environ.get("STAGE", "50"))
WRITERS = 4
NEW = {"name": "x", "strategy_type": "trend_following"}
FOLDER = Path(__file__).resolve().parent.parent / "var" / "bench-kills"


@dataclass
class Record:
    """What was found in every stage so far."""

    acknowledged: list[str] = field(default_factory=list)
    returns: list[float] = field(default_factory=list)

    @classmethod
    def read(cls) -> Record:
        """What stands on the disk; a new one, on an empty folder, where there is none or where it is complete."""
        path = FOLDER / "record.json"
        record = cls(**json.loads(path.read_text())) if path.exists() else cls()
        if record.returns and len(record.returns) < KILLS:
            return record
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True)
        return cls()

    def write(self) -> None:
        """Keep it for the next stage."""
        (FOLDER / "record.json").write_text(json.dumps(asdict(self)))


def bench_kills() -> Iterator[Measured]:
    record = Record.read()
    before = len(record.returns)
    server = Server(FOLDER, {"AURELIUS_ACCESS_TOKEN_SECONDS": "3600"}).start()
    try:
        kill_again_and_again(server, writer_of(server, is_new=before == 0), record, min(STAGE, KILLS - before))
    finally:
        server.stop()
    count = len(record.returns)
    yield Measured(what=f"kills, of {KILLS}: make bench ONLY=kills goes on", value=count, unit="")
    yield Measured(what=f"{count} kills: writes acknowledged", value=len(record.acknowledged), unit="")
    yield Measured(what="slowest return to the first answer, this stage", value=max(record.returns[before:]), unit="s", at_most=5)
    yield from kept(FOLDER / "home/aurelius.db", set(record.acknowledged))


def writer_of(server: Server, *, is_new: bool) -> Person:
    """Somebody who writes, signed in."""
    if is_new:
        return people(server, "quant-a")["quant-a"]
    quant = server.stranger()
    quant.email = "quant-a@example.com"
    quant.tokens = quant.login().raise_for_status().json()
    return quant


def kill_again_and_again(server: Server, quant: Person, record: Record, kills: int) -> None:
    """Kill and start again while writers write, and keep what was acknowledged and how long each return took."""
    draw = random.Random(len(record.returns))  # noqa: S311  (which moments, not which secrets)
    for _ in range(kills):
        arguments = (server.url, quant.bearer(), record.acknowledged)
        writers = [threading.Thread(target=write, args=arguments, daemon=True) for _ in range(WRITERS)]
        for writer in writers:
            writer.start()
        time.sleep(draw.uniform(0.0, 0.8))
        server.stop(signal.SIGKILL)
        for writer in writers:
            writer.join(10)
        start = time.monotonic()
        server.start()
        record.returns.append(time.monotonic() - start)
        record.write()


def write(url: str, headers: dict[str, str], acknowledged: list[str]) -> None:
    """Write until the server is gone."""
    with httpx.Client(base_url=url, headers=headers, timeout=5) as client:
        while True:
            try:
                acknowledged.append(client.post("/api/v1/strategies/", json=NEW).raise_for_status().json()["id"])
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
    named = [data["strategies"][0]["id"] for _, data in told]
    yield Measured(what="acknowledged writes that are gone", value=len(acknowledged - set(stored)), unit="", at_most=0)
    yield Measured(what="strategies without event, or events without", value=len(set(stored) ^ set(named)), unit="", at_most=0)
    yield Measured(what="events told twice", value=len(named) - len(set(named)), unit="", at_most=0)
    yield Measured(what="problems of the database and its audit log", value=len(problems), unit="", at_most=0)
