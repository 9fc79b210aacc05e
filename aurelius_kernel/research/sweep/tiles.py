"""Combinations taken through the engine in tiles: small enough for the memory given, and to be cancelled between two of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from types import TracebackType
from typing import Protocol, Self, TypeAlias

import numpy as np

from aurelius_kernel.engine.sweeping import Crew, Evaluation, Evaluator, SeparateDoor, cores
from aurelius_kernel.errors import RunCancelled
from aurelius_kernel.research.sweep.books import Books
from aurelius_kernel.research.sweep.checkpoint import Checkpoint, Span, Tile, rows_of
from aurelius_kernel.research.sweep.where import Columns
from aurelius_kernel.typing import BoolArray, IntArray

__all__ = ["INSTRUMENT", "Cancel", "Executor", "InThreads", "evaluate", "evaluated", "most_rows", "parted", "rows_an_account"]

INSTRUMENT = "instrument"
"""The column that says whose account a row is, where each instrument has one of its own."""

Cancel: TypeAlias = threading.Event | Callable[[], bool] | None

SECONDS_A_TILE = 0.25
GROWTH = 8


class Executor(Protocol):
    """Takes combinations through the engine, wherever that is."""

    def run(self, columns: Columns, able: BoolArray, todo: Sequence[Span]) -> Generator[Tile, None, None]:
        """Evaluate the rows of the spans that are `able`, in whatever order; closing the iterator ends the work."""


class InThreads:
    """The threads of this process: a tile at a time, all of them on the same one."""

    def __init__(self, books: Books, room: int, workers: int | None = None) -> None:
        self.books, self.room, self.workers = books, room, workers or cores()
        self.ready: tuple[int, Evaluator] | None = None
        self.size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Nothing: threads do not outlive a call of `run`."""

    def run(self, columns: Columns, able: BoolArray, todo: Sequence[Span]) -> Generator[Tile, None, None]:
        """Evaluate the spans in order, in tiles that take about a quarter of a second."""
        accounts = rows_an_account(columns, self.books)
        crew = Crew(self.workers)
        for span in todo:
            at, end = span
            while at < end:
                started = time.perf_counter()
                tile = self._together(columns, able, (at, end), accounts, crew) or self._alone(
                    columns, able, (at, end), accounts, crew
                )
                self.size, at = next_size(tile.span[1] - at, time.perf_counter() - started), tile.span[1]
                yield tile
        if self.ready:
            self.ready[1].put_back()

    def _alone(self, columns: Columns, able: BoolArray, span: Span, accounts: int, crew: Crew) -> Tile:
        """As many rows of the first account of the span as are taken at a time."""
        number, part = next(parted(span, accounts))
        evaluator = self._evaluator(number)
        size = min(self.size or first_size(evaluator), most_rows(evaluator, self.room))
        rows = part[0], min(part[0] + size, part[1])
        return Tile(span=rows, evaluation=evaluate(evaluator, rows_of(columns, rows), able[slice(*rows)], crew))

    def _together(self, columns: Columns, able: BoolArray, span: Span, accounts: int, crew: Crew) -> Tile | None:
        """As many whole accounts at the beginning of the span as are taken at a time; None where they have to go one by one."""
        first, several = span[0] // accounts, (span[1] - span[0]) // accounts
        if span[0] % accounts or several < 2 or self._evaluator(first).door != "averages":
            return None
        size = min(self.size or first_size(self._evaluator(first)), most_rows(self._evaluator(first), self.room))
        several = min(max(size // accounts, 1), several)
        panels = [book.market.panel for book in self.books.books[first : first + several]]
        door = SeparateDoor(self._evaluator(first), panels)
        begin, end = span[0], span[0] + several * accounts
        rows = np.flatnonzero(able[begin : begin + accounts])  # what a family refuses, it refuses in every account
        found = door.evaluate(_own({name: column[begin + rows] for name, column in columns.items()}), crew) if len(rows) else None
        return Tile(span=(begin, end), evaluation=spread(found, rows, accounts, several)) if found else None

    def _evaluator(self, number: int) -> Evaluator:
        if self.ready is None or self.ready[0] != number:
            self.ready = number, self.books.evaluator(number)
        return self.ready[1]


def evaluated(
    executor: Executor,
    columns: Columns,
    able: BoolArray,
    rows: Span,
    checkpoint: Checkpoint,
    metrics: int,
    cancel: Cancel,
    tell: Callable[[int], None],
) -> Evaluation:
    """The evaluation of the rows of a span, those not `able` left out; what an earlier attempt has left is not done again.

    Raises RunCancelled when asked to stop between two tiles. What is finished by then is kept, as it is after an interrupt.
    """
    begin, end = rows
    values, failed, done = np.empty((0, metrics)), dict[int, str](), np.zeros(end - begin, dtype=np.bool_)

    def take(tile: Tile) -> None:
        nonlocal values
        first, last = tile.span[0] - begin, tile.span[1] - begin
        if tile.span == rows:
            values = tile.evaluation.values
        else:
            values = values if len(values) else np.full((metrics, end - begin), np.nan).T
            values[first:last] = tile.evaluation.values
        done[first:last] = True
        failed.update({row + first: reason for row, reason in tile.evaluation.failed.items()})

    for tile in checkpoint.found(columns):
        if begin <= tile.span[0] and tile.span[1] <= end:
            take(tile)
    finished, todo = False, [(first + begin, last + begin) for first, last in gaps(done)]
    try:
        with closing(executor.run(columns, able, todo)) as work:
            for tile in work:
                take(tile)
                checkpoint.add(tile.span, tile.evaluation, columns)
                tell(int(done.sum()))
                if asked_to_stop(cancel):
                    raise RunCancelled(f"The sweep was cancelled after {int(done.sum()):,} of {len(done):,} combinations.")
        finished = True
    finally:
        checkpoint.flush(columns, finished=finished)
    return Evaluation(values=values, failed=failed)


def evaluate(evaluator: Evaluator, columns: Columns, able: BoolArray, crew: Crew) -> Evaluation:
    """The evaluation of some rows of one account; those that are not `able` have no metrics."""
    if able.all():
        return evaluator.evaluate(_own(columns), crew)
    rows = np.flatnonzero(able)
    if not len(rows):
        return Evaluation(values=np.full((len(able), len(evaluator.wanted)), np.nan), failed={})
    found = evaluator.evaluate(_own({name: column[rows] for name, column in columns.items()}), crew)
    return spread(found, rows, len(able))


def spread(found: Evaluation, rows: IntArray, of: int, accounts: int = 1) -> Evaluation:
    """What was found of some rows, the same ones in each account, among all rows of the accounts; the others have no metrics."""
    if len(rows) == of:
        return found
    values = np.full((accounts, of, found.values.shape[1]), np.nan)
    values[:, rows] = found.values.reshape(accounts, len(rows), -1)
    failed = {row // len(rows) * of + int(rows[row % len(rows)]): reason for row, reason in found.failed.items()}
    return Evaluation(values=values.reshape(accounts * of, -1), failed=failed)


def _own(columns: Columns) -> Columns:
    """The parameters, without whose account a row is."""
    return {name: column for name, column in columns.items() if name != INSTRUMENT}


def rows_an_account(columns: Columns, books: Books) -> int:
    """How many rows each account has."""
    rows = len(next(iter(columns.values())))
    return rows // len(books.books) if len(books.books) > 1 else rows


def parted(span: Span, rows: int) -> Iterator[tuple[int, Span]]:
    """The span in parts that lie in one account each, of `rows` rows: its number, and the part."""
    begin, end = span
    while begin < end:
        number = begin // rows if rows else 0
        part = begin, min(end, (number + 1) * rows)
        yield number, part
        begin = part[1]


def gaps(done: BoolArray) -> list[Span]:
    """The spans that are not done."""
    edges = np.flatnonzero(np.diff(np.concatenate([[True], done, [True]])))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]


def most_rows(evaluator: Evaluator, room: int) -> int:
    """How many combinations fit into so many bytes while they are evaluated."""
    return max(room // evaluator.bytes_a_row, 1)


def first_size(evaluator: Evaluator) -> int:
    """How many combinations to begin with: a small part of a second, as far as that is known."""
    if evaluator.door == "averages":
        return max(300_000_000 // len(evaluator.panel.index), 64)
    return 4 if evaluator.by_vectorbt else 16


def next_size(rows: int, seconds: float) -> int:
    """How many combinations take a quarter of a second, as fast as the last ones went."""
    return max(1, min(int(rows * SECONDS_A_TILE / max(seconds, 1e-6)), GROWTH * rows))


def asked_to_stop(cancel: Cancel) -> bool:
    """Whether whoever may cancel has done so."""
    return cancel is not None and (cancel.is_set() if isinstance(cancel, threading.Event) else bool(cancel()))
