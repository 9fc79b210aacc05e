"""Group commit: many events a second, one transaction for all that arrive within a few milliseconds."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial

from server_ext.db.database import Database
from server_ext.db.failures import DatabaseBusy
from server_ext.events.event import Event
from server_ext.events.log import EventLog

__all__ = ["Appender"]

_WINDOW_SECONDS = 0.002
_BATCH = 500
_WAITING = 20_000

Outcome = int | BaseException | None
Answer = Callable[[Outcome], None]


class Appender:
    """One thread that appends for everybody; `append` returns once the events are durable.

    While one group is committed the next one gathers, so that groups are as large as the disk is slow.
    """

    def __init__(self, database: Database, log: EventLog) -> None:
        self._database, self._log = database, log
        self._waiting: deque[tuple[tuple[Event, ...], asyncio.AbstractEventLoop | None, Answer]] = deque()
        self._news, self._closing = threading.Event(), False
        self._thread = threading.Thread(target=self._run, name="aurelius-appender", daemon=True)
        self._thread.start()

    async def append(self, *events: Event) -> int | None:
        """A number at or past these events, once they are durable; raises DatabaseBusy when too many wait."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[int | None] = loop.create_future()
        self._put(events, loop, partial(_settle, future))
        return await future

    def submit(self, *events: Event) -> Future[int | None]:
        """The same from any thread, as a future."""
        future: Future[int | None] = Future()
        self._put(events, None, partial(_settle, future))
        return future

    def close(self) -> None:
        """Write what waits, then stop."""
        self._closing = True
        self._news.set()
        self._thread.join(timeout=30)

    def _put(self, events: tuple[Event, ...], loop: asyncio.AbstractEventLoop | None, answer: Answer) -> None:
        if len(self._waiting) >= _WAITING or self._closing:
            raise DatabaseBusy("Too many events wait to be written; try again in a few seconds.")
        self._waiting.append((events, loop, answer))
        if not self._news.is_set():
            self._news.set()

    def _run(self) -> None:
        while self._waiting or not self._closing:
            self._news.wait()
            time.sleep(_WINDOW_SECONDS)
            # Cleared before the group is taken: who comes after that sets it again.
            self._news.clear()
            self._commit_group()
            if self._waiting or self._closing:
                self._news.set()

    def _commit_group(self) -> None:
        """One transaction for what waits; its failure is everybody's."""
        events: list[Event] = []
        answers: dict[asyncio.AbstractEventLoop | None, list[Answer]] = {}
        while self._waiting and len(events) < _BATCH:
            some, loop, answer = self._waiting.popleft()
            events.extend(some)
            answers.setdefault(loop, []).append(answer)
        outcome = self._outcome(events)
        for loop, group in answers.items():
            if loop is None:
                _answer(group, outcome)
            else:
                with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                    loop.call_soon_threadsafe(_answer, group, outcome)

    def _outcome(self, events: list[Event]) -> Outcome:
        try:
            with self._database.writing() as connection:
                return self._log.append(connection, *events)
        except Exception as error:  # noqa: BLE001  (handed on to each that waits)
            return error


def _answer(group: list[Answer], outcome: Outcome) -> None:
    for answer in group:
        answer(outcome)


def _settle(future: Future[int | None] | asyncio.Future[int | None], outcome: Outcome) -> None:
    """Tell one that waits, unless it no longer does."""
    if future.done():
        return
    if isinstance(outcome, BaseException):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
