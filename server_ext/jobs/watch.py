"""What ends a run from outside: its time is up, its memory is, or somebody cancelled it."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Self

from server_ext.jobs.kernel import JobKernel
from server_ext.jobs.limits import Limits
from server_ext.jobs.memory import MemoryUse
from server_ext.jobs.outcome import Ending, Outcome

__all__ = ["Stopped", "Watch"]

LOOK_EVERY = 0.05
GRACE_SECONDS = 5.0
"""What an interrupted cell has to come to its end before its kernel is killed."""
INTERRUPT_EVERY = 1.0


class Stopped(Exception):
    """The run is to go no further: raised between two cells of a run that was ended while neither of them ran."""


class Watch:
    """Watches one run and ends it when its time is up, its memory is, or `cancelled` is set; `ending` says which.

    A kernel is interrupted, so that the cell can tidy up and the notebook shows where it was, and killed after five seconds if
    that did not help; one that is still starting, or holds too much memory, is killed at once.
    """

    def __init__(self, kernel: JobKernel, limits: Limits, cancelled: threading.Event | None) -> None:
        self.ending: Ending | None = None
        self._kernel, self._limits, self._cancelled = kernel, limits, cancelled
        self._memory = MemoryUse(limits.memory_mb)
        self._started = time.monotonic()
        self._ended_at = self._interrupted_at = float("-inf")
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="run limits", daemon=True)

    def __enter__(self) -> Self:
        self._watcher.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        self._watcher.join()

    def check(self) -> None:
        """Raise Stopped when the run is to go no further."""
        if self.ending is not None:
            raise Stopped

    def _watch(self) -> None:
        while not self._over.wait(LOOK_EVERY):
            if self.ending is None:
                self.ending = self._reason()
                self._ended_at = time.monotonic()
            if self.ending is not None:
                self._end(self.ending)

    def _reason(self) -> Ending | None:
        if self._cancelled is not None and self._cancelled.is_set():
            return Ending.of(Outcome.CANCELLED, "The run was cancelled.")
        most = self._limits.seconds
        if most is not None and time.monotonic() - self._started > most:
            return Ending.of(Outcome.TIMED_OUT, f"The run took longer than its {most:g} seconds and was ended.")
        if self._kernel.group is not None and self._memory.is_too_much(self._kernel.group.pid):
            return Ending.of(
                Outcome.OUT_OF_MEMORY, f"The run needed more than its {self._limits.memory_mb} MB of memory and was ended."
            )
        return None

    def _end(self, ending: Ending) -> None:
        now = time.monotonic()
        is_urgent = ending.outcome is Outcome.OUT_OF_MEMORY or not self._kernel.is_ready
        if is_urgent or now - self._ended_at > GRACE_SECONDS:
            self._kernel.kill_group()
        elif now - self._interrupted_at > INTERRUPT_EVERY:
            self._kernel.interrupt()
            self._interrupted_at = now
