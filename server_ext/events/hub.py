"""The hub: every event of the log to every listener that may see it and wants it, in order, without gap.

A listener is either *live* (`hub_live`), and gets what is new in one piece with all others of its view, once a tick; or it is
*behind* (`hub_behind`), because it resumed or does not read fast enough, and a task of its own brings it up to date. Where it
stands is one number, so there is no seam between the two.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter

import structlog

from aurelius_kernel.errors import StorageUnavailable
from server_ext.db.failures import DatabaseGone
from server_ext.events.heartbeat import Heartbeat
from server_ext.events.hub_behind import NOWHERE, Behind
from server_ext.events.hub_counts import Counts
from server_ext.events.hub_live import Live
from server_ext.events.listener import Listener
from server_ext.events.log import State
from server_ext.events.pace import Pace
from server_ext.events.ring import Ring
from server_ext.events.source import Source
from server_ext.events.subscriptions import Subscriptions

__all__ = ["RESTARTING", "Hub"]

RESTARTING = 1012
"""The code that asks a client to come back ("service restart" in the registry of RFC 6455)."""

_NEWS = 2_000
_BREATH = 200

logger = structlog.get_logger("aurelius.events")


class Hub:
    """Lives on one event loop; `wake` may be called from any thread."""

    def __init__(
        self, source: Source, *, pace: Pace | None = None, heartbeat: Heartbeat | None = None, ring_entries: int = 20_000
    ) -> None:
        self._source, self._ring_entries = source, ring_entries
        self._pace, self._heartbeat = pace or Pace(), heartbeat or Heartbeat()
        self._state = State(epoch="", newest=0, forgotten=0)
        self._listeners: set[Listener] = set()
        self._by_user: Counter[str] = Counter()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news, self._hinted = asyncio.Event(), False
        self._is_begun = False
        self._turns_begun = self._turns_done = 0
        self._turned = asyncio.Condition()
        self.counts = Counts()
        self._behind = Behind(source, self._pace, self.counts, self)
        self._live = Live(Ring(0), self.counts, self._behind.chase)

    @property
    def epoch(self) -> str:
        """The epoch of the log that is followed."""
        return self._state.epoch

    @property
    def newest(self) -> int:
        """The number up to which the log was followed."""
        return self._live.newest

    @property
    def live(self) -> Live:
        """The listeners that have everything, and the newest events."""
        return self._live

    @property
    def connections_by_user(self) -> dict[str, int]:
        """How many listeners each account has."""
        return dict(self._by_user)

    def connections_of(self, user_id: str) -> int:
        """How many listeners one account has."""
        return self._by_user[user_id]

    def wake(self) -> None:
        """Look for news now; from any thread."""
        if self._loop is not None and not self._hinted:
            self._hinted = True
            with contextlib.suppress(RuntimeError):  # the loop is closed: there is nobody left to tell
                self._loop.call_soon_threadsafe(self._news.set)

    async def current(self) -> None:
        """Wait until everything was taken that was committed before this moment, by whichever server; at most some seconds.

        Raises DatabaseGone. Whoever joins after this is not told of what it knew before.
        """
        wanted = self._turns_begun + 1
        self.wake()
        try:
            async with asyncio.timeout(self._pace.patience), self._turned:
                await self._turned.wait_for(lambda: self._turns_done >= wanted)
        except TimeoutError:
            raise DatabaseGone from None

    async def run(self) -> None:
        """Follow the log and look after the listeners, until cancelled."""
        self._loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follow())
            tasks.create_task(self._watch())

    def join(self, listener: Listener, *, after: int | None = None, epoch: str | None = None) -> None:
        """Let a listener in: from now on, or with all it missed after a number of that epoch."""
        self._listeners.add(listener)
        self._by_user[listener.viewer.id] += 1
        self._heartbeat.answered(listener, time.monotonic())
        if after is None:
            self._live.join(listener)
        else:
            self.resume(listener, after, epoch)

    def leave(self, listener: Listener) -> None:
        """Forget a listener that is gone."""
        if listener not in self._listeners:
            return
        listener.is_open = False
        self._listeners.discard(listener)
        self._live.leave(listener)
        self._by_user[listener.viewer.id] -= 1
        if not self._by_user[listener.viewer.id]:
            del self._by_user[listener.viewer.id]
        if listener.catching_up is not None:
            listener.catching_up.cancel()

    def stand(self, listener: Listener) -> int:
        """The number up to which a listener was sent all it should have."""
        self._live.settle(listener)
        return listener.cursor

    def resume(self, listener: Listener, after: int, epoch: str | None = None) -> None:
        """Send all that follows a number, before anything new; `resync` where that is not possible."""
        self._live.leave(listener)
        self._behind.replay(listener, after if epoch in (None, self.epoch) else NOWHERE)

    def subscribe(self, listener: Listener, subscriptions: Subscriptions) -> None:
        """Change what a listener wants, from where it stands."""
        was_live = self._live.is_live(listener)
        self._live.leave(listener)
        listener.subscriptions, listener.chosen = subscriptions, True
        if was_live and listener.catching_up is None:
            self._live.join(listener)

    def answered(self, listener: Listener) -> None:
        """Take a listener's sign of life."""
        self._heartbeat.answered(listener, time.monotonic())

    def close_all(self, reason: str) -> None:
        """Ask every client to come back later."""
        for listener in list(self._listeners):
            listener.line.close(RESTARTING, reason)

    async def _follow(self) -> None:
        while True:
            began = time.monotonic()
            try:
                more = await self._turn()
            except StorageUnavailable as error:
                logger.warning("the event log cannot be read", reason=error.message)
                await asyncio.sleep(self._pace.retry)
            except Exception:  # events must flow again, whatever it was
                logger.exception("the event log could not be followed")
                await asyncio.sleep(self._pace.retry)
            else:
                await (asyncio.sleep(0) if more else self._rest(began))

    async def _turn(self) -> bool:
        """Look into the table once, and say so; whether there may be more."""
        self._turns_begun += 1
        more = await (self._advance() if self._is_begun else self._begin())
        if not more:
            self._turns_done = self._turns_begun
            async with self._turned:
                self._turned.notify_all()
        return more

    async def _begin(self) -> bool:
        """Take the newest events into memory."""
        state = await self._source.state()
        ring = Ring(max(state.forgotten, state.newest - self._ring_entries), entries=self._ring_entries)
        while ring.newest < state.newest:
            ring.extend((await self._source.page(ring.newest, limit=_NEWS)).events)
        self._live = Live(ring, self.counts, self._behind.chase)
        self._state = state
        self._is_begun = True
        return True

    async def _advance(self) -> bool:
        """Take what is new and deliver it; whether there may be more."""
        page = await self._source.page(self.newest, limit=_NEWS)
        if page.state.epoch != self.epoch or page.state.newest < self.newest:
            self._is_begun = False
            self.close_all("the database was restored")
            return True
        self._state = page.state
        self._live.take(page.events)
        writes = 0
        for step in self._live.deliver():
            writes += step
            if writes >= _BREATH:
                writes = 0
                await asyncio.sleep(0)
        return len(page.events) == _NEWS

    async def _rest(self, began: float) -> None:
        """Wait for the rest of a tick, so that what comes close together goes in one piece, and then for news."""
        took = time.monotonic() - began
        await asyncio.sleep(max(self._pace.tick - took, took / 2))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._pace.poll):
                await self._news.wait()
        self._news.clear()
        self._hinted = False

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._pace.watch)
            now = time.monotonic()
            for listener in list(self._listeners):
                try:
                    self._heartbeat.look_after(listener, now)
                except Exception:  # one broken line must not end the watch over all others
                    logger.exception("a listener could not be looked after")
