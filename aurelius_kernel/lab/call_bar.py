"""A bar for a long call that was given no `progress` of its own, which also says what an interrupt left."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from aurelius_kernel.errors import RunCancelled
from aurelius_kernel.lab.progress_bar import ProgressBar
from aurelius_kernel.lab.surroundings import in_a_dashboard

__all__ = ["CallBar"]

PATIENCE = 0.4
"""Seconds that a call may take without a bar: most backtests are done by then."""

UNFINISHED = 0.999
"""What is told from inside a call is never its end: parts of it may end before."""


class CallBar:
    """Follows one call: nothing for the first moment, then a bar; `kept` is said when the call is stopped half-way.

    On a page for readers there is no bar.
    """

    def __init__(self, call: str, kept: str) -> None:
        self._kept, self._bar = kept, ProgressBar(call)
        self._began, self._fraction, self._is_shown = time.monotonic(), 0.0, False

    def __enter__(self) -> Self:
        return self

    def __call__(self, fraction: float, stage: str) -> None:
        """Say the fraction done, 0 to 1, and what is being done."""
        self._fraction = min(max(self._fraction, fraction), UNFINISHED)
        is_due = time.monotonic() - self._began >= PATIENCE and fraction < 1.0 and not in_a_dashboard()
        if self._is_shown or is_due:
            self._is_shown = True
            self._bar.show(self._fraction, stage)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None and self._is_shown:
            self._bar.show(1.0, "done")
        if kind is not None and issubclass(kind, KeyboardInterrupt | RunCancelled):
            self._bar.stop(f"stopped at {100 * self._fraction:.0f} %. {self._kept}")
