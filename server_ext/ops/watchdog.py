"""A watch over the event loop: how late it is, and where it stood when it was far too late."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
import traceback

import structlog
from prometheus_client import Gauge

__all__ = ["Watchdog"]

LAG = Gauge("aurelius_loop_lag_seconds", "How late the event loop was when it was last looked at.")

_EVERY = 0.1
_TOO_LATE = 0.25

logger = structlog.get_logger("aurelius.watchdog")


class Watchdog:
    """The loop leaves a sign of life ten times a second; a thread looks for it, and logs the loop's stack while it is stuck."""

    def __init__(self, too_late: float = _TOO_LATE) -> None:
        self._too_late = too_late
        self._seen = time.monotonic()
        self._loop_thread = threading.get_ident()
        self._is_over = threading.Event()

    async def run(self) -> None:
        """Watch until cancelled."""
        self._loop_thread = threading.get_ident()
        thread = threading.Thread(target=self._watch, name="aurelius-watchdog", daemon=True)
        self._seen = time.monotonic()
        thread.start()
        try:
            while True:
                await asyncio.sleep(_EVERY)
                now = time.monotonic()
                LAG.set(max(0.0, now - self._seen - _EVERY))
                self._seen = now
        finally:
            self._is_over.set()

    def _watch(self) -> None:
        told = 0.0
        while not self._is_over.wait(_EVERY):
            seen = self._seen
            late = time.monotonic() - seen - _EVERY
            if late > self._too_late and seen != told:
                told = seen
                logger.warning("the event loop is held up", ms=round(late * 1000), stack=self._stack())

    def _stack(self) -> str:
        """Where the loop stands, outermost first."""
        frame = sys._current_frames().get(self._loop_thread)  # noqa: SLF001  (the one way to see another thread's stack)
        return "".join(traceback.format_stack(frame, limit=None)[-12:]) if frame is not None else ""
