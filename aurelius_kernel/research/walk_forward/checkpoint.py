"""Windows that are finished, kept as they come, so that a killed validation is taken up where it was."""

from __future__ import annotations

import contextlib
import io
import time
import zipfile

import numpy as np

from aurelius_kernel.artifacts.files import UNFINISHED, Files
from aurelius_kernel.research.walk_forward.fit import Fit

__all__ = ["Checkpoint"]

INTERVAL = 0.5


class Checkpoint:
    """The fits of finished windows on their way to the disk; without files, nothing is kept.

    They are files of writes cut off, so what is never taken up again goes when the store is cleaned.
    """

    def __init__(self, files: Files | None, identity: str) -> None:
        self.files, self.prefix = files, f"walk-{identity[:32]}-"
        self.known: dict[int, Fit] = {}
        self.waiting: dict[int, Fit] = {}
        self.last = time.monotonic()

    def found(self, window: int, sets: int) -> Fit | None:
        """The fit of a window that is finished already, by this attempt or by an earlier one."""
        if window in self.known:
            return self.known[window]
        with contextlib.suppress(OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            if self.files:
                return _fit(self.files.read(self._path(window)), sets)
        return None

    def add(self, window: int, fit: Fit) -> None:
        """Note that a window is finished; it is written with others within half a second of work."""
        self.known[window] = self.waiting[window] = fit
        if time.monotonic() - self.last >= INTERVAL:
            self.flush()

    def flush(self) -> None:
        """Put down what is new."""
        waiting, self.waiting = self.waiting, {}
        if self.files:
            for window, fit in waiting.items():
                self.files.write(self._path(window), _written(fit))
        self.last = time.monotonic()

    def clear(self) -> None:
        """Remove what was kept: the validation is complete."""
        if self.files:
            for name in self.files.names(UNFINISHED):
                if name.startswith(self.prefix):
                    self.files.delete(f"{UNFINISHED}/{name}")

    def _path(self, window: int) -> str:
        return f"{UNFINISHED}/{self.prefix}{window}.npz"


def _written(fit: Fit) -> bytes:
    content = io.BytesIO()
    rows, reasons = list(fit.failed), list(fit.failed.values())
    np.savez(
        content,
        objective=fit.objective,
        sharpe=fit.sharpe,
        failed=np.array(rows, dtype=np.int64),
        reasons=np.array(reasons, dtype=np.str_),
    )
    return content.getvalue()


def _fit(content: bytes, sets: int) -> Fit | None:
    with np.load(io.BytesIO(content), allow_pickle=False) as told:
        failed = dict(zip(told["failed"].tolist(), told["reasons"].tolist(), strict=True))
        found = Fit(objective=told["objective"], sharpe=told["sharpe"], failed=failed)
    return found if len(found.objective) == len(found.sharpe) == sets else None
