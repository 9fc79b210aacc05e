"""Clients that drop and come back at random while events are written and servers are killed: what each of them ends with."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from server_ext.db import Database
from server_ext.events import Audience, Event, EventLog
from server_ext.events.tables import events
from tests.support.running import Person, Server

LOST = (ConnectionClosed, InvalidHandshake, OSError)


@dataclass
class Listener:
    """A client that remembers the last number it has, and comes back with it, to any of the servers."""

    person: Person
    servers: Sequence[Server]
    draw: random.Random
    after: int = 0
    epoch: str | None = None
    seen: list[int] = field(default_factory=list)
    returns: int = 0
    resyncs: int = 0
    stands: int = 0

    async def listen(self, until: asyncio.Future[int]) -> None:
        """Read, drop the line at a random moment, come back; until all was written, and the server says that all of it was sent."""
        while True:
            try:
                if await self._once(until):
                    return
            except LOST:
                await asyncio.sleep(self.draw.uniform(0.05, 0.2))
            self.returns += 1

    async def _once(self, until: asyncio.Future[int]) -> bool:
        asked = {"token": self.person.tokens["access_token"], "after": self.after, "events": "all"}
        if self.epoch:
            asked["epoch"] = self.epoch
        url = f"{self.draw.choice(self.servers).url.replace('http', 'ws')}/ws?{urlencode(asked)}"
        async with connect(url, compression=None, open_timeout=10, ping_interval=None, close_timeout=0.1) as line:
            drop_at = time.monotonic() + self.draw.expovariate(1 / 0.4)
            while True:
                last = until.done()
                if last and self.stands >= until.result():
                    return True
                patience = 0.5 if last else max(0.0, drop_at - time.monotonic())
                try:
                    async with asyncio.timeout(patience):
                        self._take(json.loads(await line.recv()))
                except TimeoutError:
                    if not last:
                        line.transport.abort()
                    await line.send('{"action":"ping"}')

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "connected":
            self.epoch = frame["data"]["epoch"]
        elif frame["type"] == "resync":
            self.resyncs += 1
        elif frame["type"] == "pong":
            self.stands = frame["seq"]
        elif frame["seq"] > self.after:
            self.after = frame["seq"]
            self.seen.append(frame["seq"])


@dataclass(frozen=True)
class Outcome:
    """What happened: how often clients came back, and for each that lost or got too much, what."""

    events: int
    returns: int
    faults: dict[int, str]


async def rehearse(
    servers: Sequence[Server],
    people: Sequence[Person],
    address: str,
    *,
    clients: int,
    count: int,
    kills: Sequence[Server],
    seed: int = 7,
    a_second: int = 2_000,
) -> Outcome:
    """Write `count` events while `clients` drop and come back and each of `kills` is killed and started again, in turn."""
    draw = random.Random(seed)  # noqa: S311  (a rehearsal must be repeatable)
    database, log = Database(address), EventLog()
    with database.reading() as connection:
        start = log.state(connection).newest
    crowd = [
        Listener(people[number % len(people)], servers, random.Random(seed + number), after=start)  # noqa: S311  (as above)
        for number in range(clients)
    ]
    done = asyncio.get_running_loop().create_future()
    listening = [asyncio.create_task(one.listen(done)) for one in crowd]
    writing = asyncio.create_task(write(database, log, [person.id for person in people], count, draw, a_second))
    for number, server in enumerate(kills):
        await asyncio.sleep(count / a_second / (len(kills) + 1))
        await asyncio.to_thread(server.stop, 9)
        await asyncio.sleep(0.2 * number)
        await asyncio.to_thread(server.start)
    await writing
    with database.reading() as connection:
        done.set_result(log.state(connection).newest)
    await asyncio.wait_for(asyncio.gather(*listening), 120)
    faults = {number: fault for number, one in enumerate(crowd) if (fault := fault_of(one, database, start))}
    database.close()
    return Outcome(events=count, returns=sum(one.returns for one in crowd), faults=faults)


async def write(database: Database, log: EventLog, owners: list[str], count: int, draw: random.Random, a_second: int) -> None:
    """Append events in small groups, each durable before the next, for random owners, teams and everyone."""
    began, written = time.monotonic(), 0
    while written < count:
        some = [some_event(owners, written + more, draw) for more in range(min(draw.randint(1, 60), count - written))]
        await asyncio.to_thread(append, database, log, some)
        written += len(some)
        await asyncio.sleep(max(0.0, began + written / a_second - time.monotonic()))


def append(database: Database, log: EventLog, some: list[Event]) -> None:
    with database.writing() as connection:
        log.append(connection, *some)


def some_event(owners: list[str], number: int, draw: random.Random) -> Event:
    audience = draw.choice([Audience.OWNER, Audience.OWNER, Audience.TEAM, Audience.EVERYONE, Audience.ADMINS])
    data = {"message": str(number), "level": "x" * draw.randint(0, 300)}
    owner, team = draw.choice([*owners, None]), draw.choice(["t", "u", None])
    return Event(type="notification", data=data, audience=audience, owner_id=owner, team=team)


def fault_of(one: Listener, database: Database, start: int) -> str:
    """What a client has too much or too little, by the rule written out once more, in Python over every row."""
    user = one.person.tokens["user"]
    with database.reading() as connection:
        rows = connection.execute(select(events).where(events.c.seq > start).order_by(events.c.seq)).all()
    due = [row.seq for row in rows if is_for(user, row)]
    if one.seen == due and not one.resyncs:
        return ""
    missing, foreign = sorted(set(due) - set(one.seen)), sorted(set(one.seen) - set(due))
    return f"{len(missing)} missing from {missing[:3]}, {len(foreign)} too many from {foreign[:3]}, {one.resyncs} resyncs"


def is_for(user: dict[str, Any], row: Any) -> bool:
    if user["role"] == "admin" or row.owner_id == user["id"] or row.audience == "everyone":
        return True
    return row.audience == "team" and row.team is not None and row.team == user["team"]
