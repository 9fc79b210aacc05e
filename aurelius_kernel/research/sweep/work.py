"""A sweep carried out: its combinations run, counted as trials, put together and stored."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from aurelius_kernel import engine
from aurelius_kernel.artifacts import Store, Trial
from aurelius_kernel.errors import UnknownName
from aurelius_kernel.model import RunIdentity
from aurelius_kernel.research.backtest import Progress
from aurelius_kernel.research.sweep.books import Books
from aurelius_kernel.research.sweep.checkpoint import Checkpoint, Span, Tile, rows_of
from aurelius_kernel.research.sweep.measured import AsMeasured
from aurelius_kernel.research.sweep.plan import planned
from aurelius_kernel.research.sweep.question import Question
from aurelius_kernel.research.sweep.result import SweepResult
from aurelius_kernel.research.sweep.scale_out import OnCluster
from aurelius_kernel.research.sweep.stored import data_of
from aurelius_kernel.research.sweep.tiles import INSTRUMENT, Cancel, Executor, InThreads, evaluated, parted
from aurelius_kernel.research.sweep.tpe import search
from aurelius_kernel.research.sweep.where import Columns
from aurelius_kernel.research.trials import add_trials, trial_of, trials_of_each
from aurelius_kernel.typing import BoolArray, FloatArray

__all__ = ["Work", "across", "carry_out"]

EXECUTORS = ("threads", "dask")
LOADED, EVALUATED = 0.02, 0.98


@dataclass(kw_only=True, eq=False)
class Work:
    """The combinations of a sweep so far, and what became of them; `columns` says of each row whose account it is too."""

    question: Question
    books: Books
    identity: RunIdentity
    keep: bool
    cancel: Cancel
    tell: Progress
    columns: Columns = field(default_factory=dict)
    able: BoolArray = field(default_factory=lambda: np.empty(0, dtype=np.bool_))
    refused: dict[int, str] = field(default_factory=dict)
    values: FloatArray = field(default_factory=lambda: np.empty((0, 0)))
    failed: dict[int, str] = field(default_factory=dict)

    def take(self, columns: Columns, executor: Executor, checkpoint: Checkpoint, expected: int) -> FloatArray:
        """Evaluate more combinations, and return the metrics of theirs; `expected` is how many rows there will be in the end."""
        begin, refused, more = len(self.able), self.question.refusals(columns), across(self.books, columns)
        combinations, added = len(next(iter(columns.values()))), len(next(iter(more.values())))
        self.columns = {name: np.concatenate([self.columns[name], column]) if begin else column for name, column in more.items()}
        for first in range(begin, begin + added, combinations) if refused else ():
            self.refused |= {first + row: reason for row, reason in refused.items()}
        self.able = np.ones(begin + added, dtype=np.bool_)
        self.able[list(self.refused)] = False

        def tell(done: int) -> None:
            share = (begin + done) / max(expected, 1)
            self.tell(LOADED + (EVALUATED - LOADED) * min(share, 1.0), f"{begin + done:,} of {expected:,} combinations")

        rows = begin, len(self.able)
        found = evaluated(executor, self.columns, self.able, rows, checkpoint, len(self.books.metrics), self.cancel, tell)
        self.values = np.concatenate([self.values, found.values]) if begin else found.values
        self.failed |= {row + begin: reason for row, reason in found.failed.items()}
        return found.values

    def count(self, tiles: list[Tile]) -> None:
        """Put what was evaluated into the ledger of trials, account by account."""
        trials = [trial for tile in tiles for trial in self._trials(tile)]
        add_trials(self.question.family.type, trials, kept=self.keep)

    def _trials(self, tile: Tile) -> list[Trial]:
        rows, (begin, end) = len(self.able) // len(self.books.books), tile.span
        without = ~self.able[begin:end]
        without[list(tile.evaluation.failed)] = True
        parts = list(parted(tile.span, rows))
        failed = [int(np.count_nonzero(without[first - begin : last - begin])) for _, (first, last) in parts]
        books = [self.books.books[number] for number, _ in parts]
        if len(parts) > 1 and (end - begin) == rows * len(parts):
            markets = {book.instruments: book.market for book in books}
            return trials_of_each(books[0].spec, markets, self.identity.key, self._own((begin, begin + rows)), failed)
        told = zip(books, parts, failed, strict=True)
        return [trial_of(book.spec, book.market, self.identity.key, self._own(part), count) for book, (_, part), count in told]

    def _own(self, span: Span) -> Columns:
        """The parameters of some rows."""
        return {name: column for name, column in rows_of(self.columns, span).items() if name != INSTRUMENT}

    @property
    def reasons(self) -> dict[int, str]:
        """Why rows have no metrics."""
        return dict(sorted((self.refused | self.failed).items()))


def carry_out(question: Question, *, executor: str | None, keep: bool, cancel: Cancel, tell: Progress) -> SweepResult:
    """Load the bars, run every combination, and store what was found."""
    began = time.monotonic()
    tell(0.0, "loading bars")
    columns = None if question.search == "tpe" else question.combinations()
    books = question.books(question.space.drawn(np.random.default_rng(question.seed), 1) if columns is None else columns)
    spec = question.spec(columns)
    identity = RunIdentity.of(
        spec_hash=spec.hash, data_hash=books.data_hash, seed=question.seed, engine_version=engine.ENGINE_VERSION
    )
    work = Work(question=question, books=books, identity=identity, keep=keep, cancel=cancel, tell=tell)
    store = Store() if keep else None
    checkpoint = Checkpoint(store.files if store else None, identity.key, work.count)
    combinations = question.count or 0 if columns is None else len(next(iter(columns.values())))
    rows, room = combinations * len(books.books), question.room(books, combinations)
    with chosen_executor(executor, books, room) as runs:
        if columns is None:
            search(question, lambda more: work.take(more, runs, checkpoint, rows))
        else:
            work.take(columns, runs, checkpoint, rows)
    result = SweepResult(
        spec=spec,
        identity=identity,
        columns=work.columns,
        values=work.values,
        failed=work.reasons,
        data=data_of(books, question.base),
        provenance=books.provenance,
        flags=books.flags,
        family=question.family,
        plan=replace(planned(books, work.columns, room, probe=False), seconds=time.monotonic() - began),
        bars=question.bars,
    )
    if store:
        tell(EVALUATED, "storing")
        result.keep(store)
    checkpoint.clear()
    tell(1.0, "done")
    return result


def chosen_executor(name: str | None, books: Books, room: int) -> Any:
    """Where the work is done: a context that gives an Executor; raises UnknownName."""
    if name not in {None, *EXECUTORS}:
        raise UnknownName("executor", name, EXECUTORS, field="executor")
    return {"threads": InThreads, "dask": OnCluster, None: AsMeasured}[name](books, room)


def across(books: Books, columns: Columns) -> Columns:
    """The combinations once for each account, with the instrument whose account it is; as they are for a single account."""
    if len(books.books) == 1 and not books.separate:
        return columns
    rows = len(next(iter(columns.values())))
    names = np.repeat([book.instruments for book in books.books], rows)
    return {INSTRUMENT: names, **{name: np.tile(column, len(books.books)) for name, column in columns.items()}}
