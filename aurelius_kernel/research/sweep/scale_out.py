"""Combinations taken through the engine by a Dask cluster: one that is named, or one on this machine while it is needed."""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from types import TracebackType
from typing import Any, Self, TypeAlias

import lazy_loader
import numpy as np

from aurelius_kernel.engine.sweeping import Crew, Evaluation, Evaluator, cores
from aurelius_kernel.errors import RunFailed
from aurelius_kernel.research.sweep.books import Books
from aurelius_kernel.research.sweep.checkpoint import Span, Tile, rows_of
from aurelius_kernel.research.sweep.tiles import evaluate, most_rows, parted, rows_an_account
from aurelius_kernel.research.sweep.where import Columns
from aurelius_kernel.typing import BoolArray

__all__ = ["ADDRESS", "OnCluster", "on_this_machine"]

dask, distributed = (lazy_loader.load(name) for name in ("dask", "distributed"))

ADDRESS = "DASK_SCHEDULER_ADDRESS"
"""Where the scheduler of a cluster is named."""
SETTINGS = {
    "distributed.admin.tick.interval": "1s",
    "distributed.worker.profile.enabled": False,
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": 256_000_000,
    "distributed.nanny.pre-spawn-environ.MALLOC_MMAP_THRESHOLD_": 32_000_000,
}
"""Nothing is put on the disk, nobody looks at workers for pages that are not there, and memory that a task is done with is left to
the next one, not given back to the system."""

TILE, LARGEST_TILE = 5_000, 100_000
"""Combinations of averages of which a task has at least so many, where there are as many, and at most."""
WORTH_A_TASK = 300_000_000
"""Bars times combinations of averages that are worth a task more: less than a tenth of a second."""
QUIET = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}
"""No pages, and the numbers that are served instead on this machine only, on any port that is free."""
TASKS_A_WORKER = 4
RETRIES = 3
PATIENCE = 60
HERE = "://127.0.0.1:"
"""What is in the address of a scheduler of this machine, beside which one reaches its workers too."""


def on_this_machine(workers: int | None = None) -> Any:
    """So many workers, one for each core unless it is said; none of them puts data on the disk."""
    start = distributed.LocalCluster  # its settings are there once it is loaded, and must not be taken for changes of ours
    with dask.config.set(SETTINGS):
        return start(
            n_workers=workers or cores(), threads_per_worker=1, host="127.0.0.1", dashboard_address=None, scheduler_kwargs=QUIET
        )


class OnCluster:
    """The workers of a cluster, a thread for each task; the bars are sent to them once.

    A worker that dies costs what it was doing, which is done again elsewhere. The numbers are the same bits as anywhere else.
    """

    def __init__(self, books: Books, room: int) -> None:
        self.books, self.room, self.open = books, room, ExitStack()

    def __enter__(self) -> Self:
        address = os.environ.get(ADDRESS) or self.open.enter_context(on_this_machine()).scheduler_address
        asked = {"timeout": PATIENCE, "set_as_default": False, "direct_to_workers": HERE in address}
        self.client = self.open.enter_context(distributed.Client(address, **asked))
        self.client.wait_for_workers(1, timeout=PATIENCE)
        self.sent = self.client.scatter(self.books, broadcast=True, hash=False)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Leave the cluster; one on this machine ends."""
        self.open.close()

    def run(self, columns: Columns, able: BoolArray, todo: Sequence[Span]) -> Generator[Tile, None, None]:
        """Evaluate the spans, a few tasks a worker at a time, as they come back."""
        workers = max(sum(self.client.nthreads().values()), 1)
        waiting = self._cut(columns, todo, workers)
        running = distributed.as_completed(loop=self.client.loop, with_results=True, raise_errors=False)
        spans: dict[str, Span] = {}

        def start(number: int, span: Span) -> None:
            asked = self.sent, number, rows_of(columns, span), able[slice(*span)]
            task = self.client.submit(part_of, *asked, pure=False, retries=RETRIES)
            spans[task.key] = span
            running.add(task)

        for part in islice(waiting, TASKS_A_WORKER * workers):
            start(*part)
        try:
            for task, found in running:
                yield _tile(spans.pop(task.key), task, found)
                for part in islice(waiting, 1):
                    start(*part)
        finally:
            self.client.cancel(list(running.futures), force=True)

    def _cut(self, columns: Columns, todo: Sequence[Span], workers: int) -> Iterator[tuple[int, Span]]:
        """The work in tasks: the number of an account, and a span of its rows."""
        size = self._size(sum(end - begin for begin, end in todo), workers)
        for span in todo:
            for number, (begin, end) in parted(span, rows_an_account(columns, self.books)):
                for at in range(begin, end, size):
                    yield number, (at, min(at + size, end))

    def _size(self, rows: int, workers: int) -> int:
        """How many combinations a task has: enough to be worth sending, few enough for all workers to have as many."""
        evaluator = self.books.evaluator(0)
        averages = evaluator.door == "averages"
        least, most, worth = (TILE, LARGEST_TILE, WORTH_A_TASK // self.books.bars) if averages else (1, TILE, 1)
        most = min(most, most_rows(evaluator, self.room // workers))
        rounds = max(-(-rows // (most * workers)), min(TASKS_A_WORKER, rows // (max(worth, least) * workers)), 1)
        return max(-(-rows // (rounds * workers)), min(least, most), 1)


_ready: dict[tuple[str, int], Evaluator] = {}
"""The last account that this worker was asked about."""


Part: TypeAlias = tuple[np.ndarray[Any, Any], dict[int, str], float]


def part_of(books: Books, number: int, columns: Columns, able: BoolArray) -> Part:
    """A worker's part: the metrics of these combinations, why some have none, and the seconds that it took."""
    key, began = (books.token, number), time.perf_counter()
    if key not in _ready:
        _ready.clear()
        _ready[key] = books.evaluator(number)
    found = evaluate(_ready[key], columns, able, Crew(1))
    return found.values, dict(found.failed), time.perf_counter() - began


def _tile(span: Span, task: Any, found: Any) -> Tile:
    if task.status != "finished":
        error = task.exception() if task.status == "error" else None
        raise RunFailed(f"The cluster could not finish the sweep: {task.status}{f': {error}' if error else ''}.")
    values, failed, seconds = found
    return Tile(span=span, evaluation=Evaluation(values=values, failed=failed), seconds=seconds)
