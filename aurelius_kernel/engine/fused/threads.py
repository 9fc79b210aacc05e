"""A few threads for the length of one sweep: no pool outlives it, so a process that forks later has none."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

__all__ = ["Crew", "cores"]


def cores() -> int:
    """The processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Crew:
    """So many workers, the calling thread one of them."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._helpers = ThreadPoolExecutor(workers - 1, "sweep") if workers > 1 else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._helpers:
            self._helpers.shutdown()

    def share(self, task: Callable[[int, int], None]) -> None:
        """Call `task` with each worker's number and their count, all at once, and wait for all of them."""
        shares = [self._helpers.submit(task, worker, self.workers) for worker in range(1, self.workers)] if self._helpers else []
        task(0, self.workers)
        for done in shares:
            done.result()
