"""The threads that share the work of sweeps: started once, since that takes as long as a small sweep does."""

from __future__ import annotations

import ctypes
import os
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from typing import Any

__all__ = ["Crew", "cores"]

PARTS_A_WORKER = 2
"""Enough for who is done early to do more, few enough that what each part prepares for itself costs little."""


def cores() -> int:
    """The processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Helpers:
    """So many threads, which wait for work as long as the process lasts."""

    def __init__(self, count: int) -> None:
        self._ids: list[int] = []
        self._pool = ThreadPoolExecutor(count, "sweep", initializer=lambda: self._ids.append(threading.get_native_id()))
        self._away: tuple[set[int], int] = set(), 0

    def submit(self, *call: Any) -> Future[None]:
        """Have one of them do a call."""
        return self._pool.submit(*call)

    def keep_away(self) -> None:
        """Have them wake on other cores than the caller's.

        Where cores share no cache, as those of many virtual machines, Linux wakes a thread on the core of whoever woke it, and
        leaves it there for longer than a small sweep takes, while another core idles.
        """
        if _own_core is None:
            return
        allowed = os.sched_getaffinity(0)
        away = allowed - {_own_core()} or allowed, len(self._ids)
        if away != self._away:
            for helper in self._ids[: away[1]]:
                os.sched_setaffinity(helper, away[0])
            self._away = away


_own_core: Callable[[], int] | None = getattr(ctypes.CDLL(None), "sched_getcpu", None) if hasattr(os, "sched_setaffinity") else None


@lru_cache(maxsize=1)
def _helpers(count: int) -> Helpers:
    return Helpers(count)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_helpers.cache_clear)  # a fork has none of its parent's threads


class Crew:
    """So many workers, the calling thread one of them. A crew of one starts no thread."""

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def share(self, task: Callable[[int, int], None]) -> None:
        """Call `task` once for each part of the work, with the part's number and how many there are, and wait for all of them.

        Whoever is free takes the next part, so nobody waits for a thread that the machine has not let begin.
        """
        if self.workers == 1:
            task(0, 1)
            return
        parts = PARTS_A_WORKER * self.workers
        left = deque(range(parts))
        helpers = _helpers(self.workers - 1)
        helpers.keep_away()
        helping = [helpers.submit(_take, left.pop, task, parts) for _ in range(1, self.workers)]
        try:
            _take(left.popleft, task, parts)
        finally:
            left.clear()
            errors = [helper.exception() for helper in helping if not helper.cancel()]
        for error in filter(None, errors):
            raise error

    def share_rows(self, rows: int, task: Callable[[slice], None]) -> None:
        """Call `task` once for each part of so many rows, neighbours together: few lines of memory have two writers."""
        self.share(lambda part, parts: task(slice(rows * part // parts, rows * (part + 1) // parts)))


def _take(next_part: Callable[[], int], task: Callable[[int, int], None], parts: int) -> None:
    """Do one part after another, until none is left."""
    while True:
        try:
            part = next_part()
        except IndexError:
            return
        task(part, parts)
