"""The live half of the hub: the newest events, and the listeners that have all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence

from server_ext.events.frames import Framed
from server_ext.events.hub_counts import Counts
from server_ext.events.listener import Listener
from server_ext.events.ring import Ring
from server_ext.events.views import Batch, View, Views, batches

__all__ = ["Live"]

_READ = 2_000
_CACHED = 256

Blocked = Callable[[Listener, "asyncio.Future[None]"], None]


class Live:
    """Gives each event to the live listeners of every view that wants it; nothing here waits.

    Between `take` and the end of `deliver` some views have events that were not sent yet. Whatever touches one of them sends these
    first, so that a listener that comes, goes or changes its wishes in between has each event once.
    """

    def __init__(self, ring: Ring, counts: Counts, blocked: Blocked) -> None:
        self._ring, self._counts, self._blocked = ring, counts, blocked
        self._views = Views()
        self._unsent: dict[View, list[Framed]] = {}
        self._cache: dict[tuple[object, ...], Batch] = {}

    @property
    def newest(self) -> int:
        """The number up to which events were taken."""
        return self._ring.newest

    def reaches(self, cursor: int) -> bool:
        """Whether all that follows a number is in memory."""
        return self._ring.floor <= cursor <= self._ring.newest

    def take(self, news: Sequence[Framed]) -> None:
        """Add new events, to be delivered."""
        self._ring.extend(news)
        self._cache.clear()
        for event in news:
            for view in self._views.seeing(event):
                self._unsent.setdefault(view, []).append(event)

    def deliver(self) -> Iterator[int]:
        """Send what was taken, one view a step, and say how many listeners each step wrote to."""
        while self._unsent:
            yield self._send(next(iter(self._unsent)))

    def is_live(self, listener: Listener) -> bool:
        """Whether a listener gets what is new at once."""
        return self._views.of(listener) is not None

    def join(self, listener: Listener) -> None:
        """Make a listener live that has everything up to now."""
        if (view := self._views.like(listener)) is not None:
            self._send(view)
        self._views.join(listener)

    def settle(self, listener: Listener) -> None:
        """Send a live listener what it has not got, and let its cursor say where it stands."""
        if (view := self._views.of(listener)) is not None:
            self._send(view)
        # A write that blocked takes it out, and knows its cursor.
        if self.is_live(listener):
            listener.cursor = self.newest

    def leave(self, listener: Listener) -> None:
        """Take a listener out."""
        self.settle(listener)
        self._views.leave(listener)

    def since(self, view: View, cursor: int) -> Batch:
        """The next piece of what follows a number in memory; many who come back to one place share it."""
        key = (*view.key, cursor)
        if key not in self._cache:
            if len(self._cache) >= _CACHED:
                self._cache.clear()
            found = self._ring.after(cursor, _READ)
            upto = found[-1].seq if len(found) == _READ else self.newest
            self._cache[key] = next(batches((event for event in found if view.wants(event)), upto))
        return self._cache[key]

    def _send(self, view: View) -> int:
        """Send a view's listeners what they have not got; a listener that does not read leaves."""
        events = self._unsent.pop(view, None)
        if events is None:
            return 0
        writes = 0
        for batch in batches(events, self.newest):
            listeners = list(view.live)
            writes += len(listeners)
            self._counts.messages_sent += batch.count * len(listeners)
            for listener in listeners:
                if (written := listener.line.write(batch.data)) is not None:
                    listener.cursor = batch.upto
                    self._views.leave(listener)
                    self._blocked(listener, written)
        return writes
