"""Group commit: many events a second, one transaction for all that arrive within a few milliseconds."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from concurrent.futures import Future

from server_ext.db.database import Database
from server_ext.db.failures import DatabaseBusy
from server_ext.events.event import Event
from server_ext.events.log import EventLog

__all__ = ["Appender"]

_WINDOW_SECONDS = 0.005
_BATCH = 500
_WAITING = 20_000

Waiting = tuple[tuple[Event, ...], "Future[int | None]"]


class Appender:
    """One thread that appends for everybody; `append` returns once the events are durable."""

    def __init__(self, database: Database, log: EventLog) -> None:
        self._database, self._log = database, log
        self._queue: queue.Queue[Waiting | None] = queue.Queue(_WAITING)
        self._thread = threading.Thread(target=self._run, name="aurelius-appender", daemon=True)
        self._thread.start()

    async def append(self, *events: Event) -> int | None:
        """A number at or past these events, once they are durable; raises DatabaseBusy when too many wait."""
        return await asyncio.wrap_future(self.submit(*events))

    def submit(self, *events: Event) -> Future[int | None]:
        """The same from any thread, as a future."""
        future: Future[int | None] = Future()
        try:
            self._queue.put_nowait((events, future))
        except queue.Full:
            raise DatabaseBusy("Too many events wait to be written; try again in a few seconds.") from None
        return future

    def close(self) -> None:
        """Write what waits, then stop."""
        self._queue.put(None)
        self._thread.join(timeout=30)

    def _run(self) -> None:
        going = True
        while going:
            group, going = self._gather()
            if group:
                self._commit(group)

    def _gather(self) -> tuple[list[Waiting], bool]:
        group: list[Waiting] = []
        deadline: float | None = None
        while len(group) < _BATCH:
            patience = None if deadline is None else deadline - time.monotonic()
            if patience is not None and patience <= 0:
                break
            try:
                item = self._queue.get(timeout=patience)
            except queue.Empty:
                break
            if item is None:
                return group, False
            group.append(item)
            deadline = deadline or time.monotonic() + _WINDOW_SECONDS
        return group, True

    def _commit(self, group: list[Waiting]) -> None:
        """One transaction for the group; its failure is everybody's."""
        try:
            with self._database.writing() as connection:
                last = self._log.append(connection, *(event for events, _ in group for event in events))
        except Exception as error:  # noqa: BLE001  (handed on to each that waits)
            for _, future in group:
                future.set_exception(error)
            return
        self._answer(group, last)

    @staticmethod
    def _answer(group: list[Waiting], last: int | None) -> None:
        for _, future in group:
            future.set_result(last)
