"""The threads that share the work of sweeps: started once, since that takes as long as a small sweep does."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

__all__ = ["Crew", "cores"]

PARTS_A_WORKER = 2
"""Enough for who is done early to do more, few enough that what each part prepares for itself costs little."""


def cores() -> int:
    """The processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@lru_cache(maxsize=1)
def _helpers(count: int) -> ThreadPoolExecutor:
    """So many threads, which wait for work as long as the process lasts."""
    return ThreadPoolExecutor(count, "sweep")


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
        parts = PARTS_A_WORKER * self.workers if self.workers > 1 else 1
        left = deque(range(parts))
        helping = [_helpers(self.workers - 1).submit(_take, left.pop, task, parts) for _ in range(1, self.workers)]
        try:
            _take(left.popleft, task, parts)
        finally:
            left.clear()
            errors = [helper.exception() for helper in helping if not helper.cancel()]
        for error in filter(None, errors):
            raise error


def _take(next_part: Callable[[], int], task: Callable[[int, int], None], parts: int) -> None:
    """Do one part after another, until none is left."""
    while True:
        try:
            part = next_part()
        except IndexError:
            return
        task(part, parts)
