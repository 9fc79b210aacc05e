"""The other half of the hub: listeners that resumed, or do not read fast enough, are brought up to date one by one."""

from __future__ import annotations

import asyncio
from typing import Protocol

import structlog

from aurelius_kernel.errors import StorageUnavailable
from server_ext.events.hub_counts import Counts
from server_ext.events.hub_live import Live
from server_ext.events.listener import Listener
from server_ext.events.log import State
from server_ext.events.pace import Pace
from server_ext.events.source import Source
from server_ext.events.subscriptions import EVERYTHING
from server_ext.events.views import Batch, View, batches

__all__ = ["NOWHERE", "Behind"]

NOWHERE = -1
"""The place of a listener whose number means nothing here."""

_PAGE = 250

logger = structlog.get_logger("aurelius.events")


class Front(Protocol):
    """Where those who were behind go on."""

    @property
    def live(self) -> Live:
        """The listeners that have everything."""

    def wake(self) -> None:
        """Look for news now."""


class Behind:
    """A task for each listener that is behind: from memory where it reaches, else from the table, until nothing is missing.

    A piece is sent when the one before is on its way, so a listener holds one piece, however far it has to go.
    """

    def __init__(self, source: Source, pace: Pace, counts: Counts, front: Front) -> None:
        self._source, self._pace, self._counts, self._front = source, pace, counts, front

    def replay(self, listener: Listener, after: int) -> None:
        """Send all that follows a number."""
        self._counts.replays += 1
        listener.cursor, listener.replaying = after, True
        self.chase(listener)

    def chase(self, listener: Listener, written: asyncio.Future[None] | None = None) -> None:
        """Let a task bring a listener up to date, once it has read what was written."""
        if listener.catching_up is None:
            listener.catching_up = asyncio.create_task(self._catch_up(listener, written))

    async def _catch_up(self, listener: Listener, written: asyncio.Future[None] | None) -> None:
        try:
            await listener.read(written)
            while listener.cursor != self._newest:
                await self._bring(listener)
                await asyncio.sleep(0)
        except OSError:
            return  # the line broke, and says so itself
        except Exception:  # its client comes back and resumes
            logger.exception("a listener could not be brought up to date")
            listener.line.drop()
            return
        finally:
            listener.catching_up = None
        if listener.is_open:
            listener.replaying = False
            self._front.live.join(listener)

    @property
    def _newest(self) -> int:
        return self._front.live.newest

    async def _bring(self, listener: Listener) -> None:
        """Send a listener the next piece of what it has not got."""
        if not listener.replaying:
            self._counts.queue_high_water = max(self._counts.queue_high_water, self._newest - listener.cursor)
        view = self._view(listener)
        if self._front.live.reaches(listener.cursor):
            batch = self._front.live.since(view, listener.cursor)
        elif (found := await self._from_table(listener, view)) is not None:
            batch = found
        else:
            return
        listener.cursor = batch.upto
        if batch.count:
            self._counts.messages_sent += batch.count
            await listener.read(listener.line.write(batch.data))

    def _view(self, listener: Listener) -> View:
        """What a listener gets: on a replay all it may see, as long as it has not said what it wants."""
        whole = listener.replaying and not listener.chosen
        return View(listener.viewer, EVERYTHING if whole else listener.subscriptions)

    async def _from_table(self, listener: Listener, view: View) -> Batch | None:
        """The next piece out of the table; None when the listener must look again."""
        after = listener.cursor
        try:
            page = await self._source.page(max(after, 0), limit=_PAGE, viewer=listener.viewer)
        except StorageUnavailable:
            await asyncio.sleep(self._pace.retry)
            return None
        if listener.cursor != after:
            return None
        if not page.state.forgotten <= after <= page.state.newest:
            await self._resync(listener, page.state)
            return None
        if after > self._newest:
            # Another server was quicker: this one has yet to read what the client knows.
            self._front.wake()
            await asyncio.sleep(self._pace.tick)
            return None
        return next(batches((event for event in page.events if view.wants(event)), page.upto))

    async def _resync(self, listener: Listener, state: State) -> None:
        """Say that events were missed, and go on with what is kept."""
        listener.cursor = state.forgotten
        told = {"oldest": state.forgotten, "epoch": state.epoch}
        await listener.read(listener.tell("resync", told, seq=state.forgotten))
