"""A random walk through the live half of the hub: people come, go and wish, events happen, and each gets just what is due."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime

from server_ext.access.visibility import Audience, Reader, can_see
from server_ext.events.frames import Framed
from server_ext.events.hub_counts import Counts
from server_ext.events.hub_live import Live
from server_ext.events.listener import Listener
from server_ext.events.ring import Ring
from server_ext.events.subscriptions import EVERYTHING, Subscriptions
from server_ext.events.views import View

AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Person:
    id: str
    team: str | None = None
    is_admin: bool = False


@dataclass
class Line:
    """A client that reads, or does not."""

    reads: bool = True
    taken: bytearray = field(default_factory=bytearray)

    def write(self, data):
        self.taken += data
        return None if self.reads else asyncio.Future(loop=LOOP)

    def seqs(self):
        return [int(part.split(b",", 1)[0]) for part in bytes(self.taken).split(b'"seq":')[1:]]


LOOP = asyncio.new_event_loop()


def event(seq, type="notification", *, owner=None, team=None, audience=Audience.EVERYONE, text="{}", readers=()):
    shared = frozenset(readers)
    return Framed(seq=seq, at=AT, type=type, audience=audience, owner_id=owner, team=team, text=text, readers=shared)


def listener(person="ann", subscriptions=None, *, reads=True):
    viewer = Person(person) if isinstance(person, str) else person
    return Listener(viewer, Line(reads=reads), subscriptions=subscriptions)


class Hall:
    """The live half, and the listeners that it lost because they do not read."""

    def __init__(self, ring=None):
        self.behind = []
        self.counts = Counts()
        self.live = Live(ring or Ring(0), self.counts, lambda listener, _written: self.behind.append(listener))

    def happen(self, *events):
        self.live.take(events)
        return list(self.live.deliver())


PEOPLE = [Person("a"), Person("b", "t"), Person("c", "t"), Person("d", "u"), Person("root", is_admin=True), Person("a", "u")]
READERS = [Reader("user", "a"), Reader("user", "d"), Reader("team", "t"), Reader("team", "u"), Reader("team", "a")]
WISHES = [
    None,
    EVERYTHING,
    Subscriptions.of(["job_failed"], {}),
    Subscriptions.of(["notification"], {"message": "1"}),
    Subscriptions.of(["notification", "job_failed"], {}),
]


@dataclass(frozen=True)
class Walked:
    """Events that were delivered, those of them that nobody should have shown, and listeners that did not get just what was due."""

    delivered: int
    foreign: int
    wrong: int


def walk(seed: int, operations: int) -> Walked:
    """So many times somebody comes, goes, wishes something else, or something happens."""
    draw = random.Random(seed)  # noqa: S311  (a rehearsal must be repeatable)
    hall, happened, present, due = Hall(), {}, [], {}
    for number in range(operations):
        roll = draw.random()
        if roll < 0.2 and len(present) < 30:
            one = listener(draw.choice(PEOPLE), draw.choice(WISHES))
            hall.live.join(one)
            present.append(one)
            due[one] = []
        elif roll < 0.28 and present:
            one = present.pop(draw.randrange(len(present)))
            hall.live.leave(one)
        elif roll < 0.33 and present:
            one = draw.choice(present)
            hall.live.leave(one)
            one.subscriptions = draw.choice(WISHES[1:])
            hall.live.join(one)
        elif roll < 0.36:
            next(iter(hall.live.deliver()), None)
        else:
            happened[number + 1] = new = some_event(number + 1, draw)
            for one in present:
                if View(one.viewer, one.subscriptions).wants(new):
                    due[one].append(new.seq)
            hall.live.take([new])
    list(hall.live.deliver())
    got = {one: one.line.seqs() for one in due}
    return Walked(
        delivered=sum(map(len, got.values())),
        foreign=sum(not can_see(one.viewer, happened[seq]) for one, seqs in got.items() for seq in seqs),
        wrong=sum(got[one] != seqs for one, seqs in due.items()),
    )


def some_event(seq: int, draw: random.Random) -> Framed:
    return event(
        seq,
        draw.choice(["notification", "job_failed", "strategy_updated"]),
        owner=draw.choice([None, "a", "b", "c"]),
        team=draw.choice([None, "t", "u"]),
        audience=draw.choice(list(Audience)),
        text=draw.choice(['{"message":"1"}', '{"message":"2"}', "{}"]),
        readers=draw.sample(READERS, draw.randint(0, 2)),
    )
