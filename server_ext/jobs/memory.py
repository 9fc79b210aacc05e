"""How much memory a kernel and all it started hold, beyond what the kernel held when it started."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

import psutil

__all__ = ["MemoryUse"]

MB = 1 << 20
LOOK_EVERY = 0.2


class MemoryUse:
    """Says when a process group holds more than `most_mb`; a limit of None is never passed.

    The system itself holds each process to the limit, which its Python code sees as MemoryError; this is for several together.
    Resident memory is looked at first, which is cheap and counts what processes share once for each; only when that is too much,
    each page is counted by its proportion.
    """

    def __init__(self, most_mb: int | None) -> None:
        self._most_mb = most_mb
        self._before: float | None = None
        self._looked_at = float("-inf")

    def is_too_much(self, pid: int) -> bool:
        """Whether the process and its descendants hold too much now; looked at five times a second, on Linux."""
        now = time.monotonic()
        if self._most_mb is None or sys.platform != "linux" or now - self._looked_at < LOOK_EVERY:
            return False
        self._looked_at = now
        resident = sum(map(_resident, _family(pid))) / MB
        if self._before is None:
            self._before = resident
        if resident - self._before <= self._most_mb:
            return False
        return sum(map(_proportional, _family(pid))) / MB > self._most_mb


def _family(pid: int) -> Iterator[psutil.Process]:
    try:
        leader = psutil.Process(pid)
        yield from (leader, *leader.children(recursive=True))
    except psutil.Error:
        return


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def _proportional(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.Error:
        return 0
