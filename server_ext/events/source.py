"""Where the hub reads the log: in pages, on threads of its own, so that one long read holds nobody up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection, true

from server_ext.access.visibility import Viewer
from server_ext.db.database import Database
from server_ext.events.event import visible_to
from server_ext.events.frames import Framed, read_framed
from server_ext.events.log import EventLog, State
from server_ext.events.tables import events

__all__ = ["Pages", "Source"]

T = TypeVar("T")

_THREADS = 2


@dataclass(frozen=True, kw_only=True)
class Pages:
    """Some events in order, how far the log was read for them, and where it stands."""

    events: list[Framed]
    upto: int
    state: State


class Source:
    """The log of one database."""

    def __init__(self, database: Database, log: EventLog) -> None:
        self._database, self._log = database, log
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="aurelius-events")

    async def state(self) -> State:
        """Where the log stands; raises StorageUnavailable, as the others do."""
        return await self._run(self._log.state)

    async def page(self, after: int, *, limit: int, viewer: Viewer | None = None) -> Pages:
        """The events after a number, everybody's or those that `viewer` may see."""

        def read(connection: Connection) -> Pages:
            state = self._log.state(connection)
            seen = true() if viewer is None else visible_to(viewer)
            found = read_framed(connection, events.c.seq > after, events.c.seq <= state.newest, seen, limit=limit)
            upto = found[-1].seq if len(found) == limit else max(after, state.newest)
            return Pages(events=found, upto=upto, state=state)

        return await self._run(read)

    def close(self) -> None:
        """Let go of the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[Connection], T]) -> T:
        def reading() -> T:
            with self._database.reading() as connection:
                return work(connection)

        return await asyncio.get_running_loop().run_in_executor(self._threads, reading)
