"""Threads for what takes long, with a bound on how much may wait."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from server_ext.errors import Busy

__all__ = ["Workers"]

T = TypeVar("T")


class Workers:
    """A few threads that yield to the rest of the server; more work than may wait is refused, so that what is slow slows nobody."""

    def __init__(self, threads: int, *, waiting: int, name: str) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name, initializer=_yield_to_others)
        self._most, self._now = waiting, 0

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` answers; raises Busy when too much waits."""
        if self._now >= self._most:
            raise Busy
        self._now += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._now -= 1

    def close(self) -> None:
        """Let go of the threads; what waits is dropped."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _yield_to_others() -> None:
    """Lower this thread's priority, where threads have one of their own: the loop answers first."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
