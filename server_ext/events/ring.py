"""The newest events in memory, as one list for everybody."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from operator import attrgetter

from server_ext.events.frames import Framed

__all__ = ["Ring"]

_seq = attrgetter("seq")


class Ring:
    """Every event after `floor` up to `newest`, bounded in number and in bytes."""

    def __init__(self, floor: int, *, entries: int = 20_000, size: int = 8 * 1024 * 1024) -> None:
        self.floor = self.newest = floor
        self._most, self._largest = entries, size
        self._entries: list[Framed] = []
        self._size = 0

    def __len__(self) -> int:
        return len(self._entries)

    def extend(self, news: Iterable[Framed]) -> None:
        """Add the events that follow; the oldest go where there are too many."""
        for entry in news:
            self._entries.append(entry)
            self._size += len(entry.frame)
            self.newest = entry.seq
        if len(self._entries) > self._most or self._size > self._largest:
            self._trim()

    def after(self, seq: int, limit: int) -> list[Framed]:
        """The events after a number that is `floor` or higher, oldest first, at most `limit`."""
        start = bisect_right(self._entries, seq, key=_seq)
        return self._entries[start : start + limit]

    def _trim(self) -> None:
        """Drop a quarter more than must go, so that it is not done at every event."""
        keep, size = self._most * 3 // 4, self._largest * 3 // 4
        gone = 0
        while len(self._entries) - gone > keep or self._size > size:
            self._size -= len(self._entries[gone].frame)
            gone += 1
        self.floor = self._entries[gone - 1].seq
        del self._entries[:gone]
