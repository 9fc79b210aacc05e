"""What ends a run from outside: its time is up, or somebody cancelled it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from aurelius_kernel.errors import AureliusError, RunCancelled, RunFailed

__all__ = ["Limits"]

LOOK_EVERY = 0.1


class Limits:
    """Watches one run and ends it, by `end`, when `timeout` seconds have passed or `cancel` is set; `reason` says which.

    `end` is called until the run is left, since a kernel may only just be starting.
    """

    def __init__(self, end: Callable[[], None], *, timeout: float | None, cancel: threading.Event | None) -> None:
        self.reason: AureliusError | None = None
        self._end, self._timeout, self._cancel = end, timeout, cancel
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="run limits", daemon=True)

    def __enter__(self) -> Self:
        self._watcher.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        self._watcher.join()

    def _watch(self) -> None:
        deadline = None if self._timeout is None else time.monotonic() + self._timeout
        while not self._over.wait(LOOK_EVERY):
            if self._cancel is not None and self._cancel.is_set():
                self.reason = self.reason or RunCancelled("The run was cancelled.")
            elif deadline is not None and time.monotonic() > deadline:
                self.reason = self.reason or RunFailed(f"The run took longer than its {self._timeout:g} seconds and was ended.")
            if self.reason:
                self._end()
