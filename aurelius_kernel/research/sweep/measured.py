"""Combinations taken through the engine where it turns out best: threads for what is soon done, a cluster for the rest."""

from __future__ import annotations

import os
import sys
import time
import warnings
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing
from types import TracebackType
from typing import Self

from aurelius_kernel.engine.sweeping import cores
from aurelius_kernel.errors import RunFailed
from aurelius_kernel.research.sweep.books import Books
from aurelius_kernel.research.sweep.checkpoint import Span, Tile
from aurelius_kernel.research.sweep.scale_out import ADDRESS, OnCluster
from aurelius_kernel.research.sweep.tiles import InThreads
from aurelius_kernel.research.sweep.where import Columns
from aurelius_kernel.typing import BoolArray

__all__ = ["AsMeasured"]

SETTLED = 1.0
"""Seconds of work after which its pace is known."""
WORTH_SENDING, WORTH_STARTING = 5.0, 20.0
"""Seconds of work left that are worth a cluster which is there, and one which has to be started: that takes two or three."""


class AsMeasured:
    """Threads of this process first. When what is left proves long, a cluster has the rest: the named one, or one on this machine.

    On this machine only where it brings something: threads take averages that cross on all cores already, while what a family
    decides in Python is one thread's work. A script is never begun again by workers of its own, so it stays with threads.
    """

    def __init__(self, books: Books, room: int) -> None:
        self.books, self.room, self.open = books, room, ExitStack()
        self.here = InThreads(books, room)
        self.there: OnCluster | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Leave the cluster, where there was one."""
        self.open.close()

    def run(self, columns: Columns, able: BoolArray, todo: Sequence[Span]) -> Generator[Tile, None, None]:
        """Evaluate the spans, those that threads finish in order."""
        rows, done, began = sum(end - begin for begin, end in todo), 0, time.perf_counter()
        with closing(self.here.run(columns, able, [] if self.there else todo)) as tiles:
            for tile in tiles:
                yield tile
                done += tile.span[1] - tile.span[0]
                passed = time.perf_counter() - began
                if passed > SETTLED and self._worth(passed / done * (rows - done)) and self._joined():
                    break
        if self.there:
            yield from self.there.run(columns, able, list(_behind(todo, done)))

    def _worth(self, seconds: float) -> bool:
        """Whether so many seconds of work are better done by a cluster."""
        if os.environ.get(ADDRESS):
            return seconds > WORTH_SENDING
        alone = self.books.evaluator(0).door != "averages" and cores() > 1
        return alone and not _is_script() and seconds > WORTH_STARTING

    def _joined(self) -> bool:
        """Whether there is a cluster from now on; where none can be had, threads do without."""
        try:
            self.there = self.open.enter_context(OnCluster(self.books, self.room))
        except (OSError, RuntimeError, RunFailed) as error:
            warnings.warn(f"No cluster could be had, so threads do all of the sweep: {error}", stacklevel=4)
        return self.there is not None


def _behind(spans: Sequence[Span], done: int) -> Iterator[Span]:
    """What is left of the spans behind the first so many rows."""
    for begin, end in spans:
        skipped = min(done, end - begin)
        done -= skipped
        if begin + skipped < end:
            yield begin + skipped, end


def _is_script() -> bool:
    return hasattr(sys.modules["__main__"], "__file__")
