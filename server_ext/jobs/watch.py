"""What ends a run from outside: its time is up, or somebody cancelled it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from server_ext.jobs.outcome import Ending, Outcome

__all__ = ["Watch"]

LOOK_EVERY = 0.05


class Watch:
    """Watches one run and ends it, by `end`, when `seconds` have passed or `cancelled` is set; `ending` says which.

    `end` is called until the run is left, since a kernel may only just be starting.
    """

    def __init__(self, end: Callable[[], None], *, seconds: float | None, cancelled: threading.Event | None) -> None:
        self.ending: Ending | None = None
        self._end, self._seconds, self._cancelled = end, seconds, cancelled
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="run limits", daemon=True)

    def __enter__(self) -> Self:
        self._watcher.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        self._watcher.join()

    def _watch(self) -> None:
        deadline = None if self._seconds is None else time.monotonic() + self._seconds
        while not self._over.wait(LOOK_EVERY):
            if self._cancelled is not None and self._cancelled.is_set():
                self.ending = self.ending or Ending.of(Outcome.CANCELLED, "The run was cancelled.")
            elif deadline is not None and time.monotonic() > deadline:
                said = f"The run took longer than its {self._seconds:g} seconds and was ended."
                self.ending = self.ending or Ending.of(Outcome.TIMED_OUT, said)
            if self.ending:
                self._end()
