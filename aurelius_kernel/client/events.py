"""Events as they happen: an iterator that comes back after a lost connection and misses nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import httpx

from aurelius_kernel.client.records import Event, EventPage
from aurelius_kernel.client.transport import ApiError, Transport

__all__ = ["EventStream"]

_PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0)


class EventStream(Iterator[Event]):
    """Events after a number, one after the other; `after` is where to go on from, in another process too.

    A connection that is lost is tried again after 1, 2, 4, 8 and then every 16 s. A `resync` event says that older ones are no
    longer kept, or that the database was restored.
    """

    def __init__(self, transport: Transport, *, after: int = 0, types: Sequence[str] | None = None, every: float = 0.5) -> None:
        self.after = after
        self._transport, self._types, self._every = transport, types, every
        self._epoch: str | None = None
        self._waiting: list[Event] = []

    def __next__(self) -> Event:
        while not self._waiting:
            self._fill()
        event = self._waiting.pop(0)
        self.after = max(self.after, event.seq)
        return event

    def _fill(self) -> None:
        page = self._page()
        if self._epoch not in (None, page.epoch):
            # The numbers of another history mean nothing in this one.
            self.after = 0
            page = page.model_copy(update={"events": [_restored(page)], "upto": 0})
        self._epoch = page.epoch
        self._waiting = [event for event in page.events if event.seq > self.after or event.type == "resync"]
        if not self._waiting:
            self.after = page.upto
            time.sleep(self._every)

    def _page(self) -> EventPage:
        failures = 0
        while True:
            try:
                return self._ask()
            except (httpx.TransportError, ApiError) as error:
                if isinstance(error, ApiError) and error.status < 500 and error.status != 429:
                    raise
                time.sleep(_PAUSES[min(failures, len(_PAUSES) - 1)])
                failures += 1

    def _ask(self) -> EventPage:
        query = {"after": str(self.after), "limit": "1000"}
        if self._types is not None:
            query["events"] = ",".join(self._types)
        return self._transport.ask(EventPage, "GET", "/api/v1/events", params=query)


def _restored(page: EventPage) -> Event:
    return Event(type="resync", data={"oldest": page.oldest}, seq=page.oldest, timestamp="")
