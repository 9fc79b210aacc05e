"""What a sweep will take, said before it runs."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from aurelius_kernel.engine.sweeping import Crew, cores
from aurelius_kernel.research.sweep.books import COPIES_OF_BARS, Books
from aurelius_kernel.research.sweep.memory import amount, row_bytes
from aurelius_kernel.research.sweep.tiles import INSTRUMENT, evaluate, most_rows, rows_an_account
from aurelius_kernel.research.sweep.where import Columns

__all__ = ["Plan", "planned"]

LONG_ENOUGH = 0.05
DOORS = {
    "averages": "crossing averages straight through the event kernel, no signals made",
    "signals": "the family's own signals through the fused kernels",
    "vectorbt": "a run of the vectorbt engine for each combination",
}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much work a sweep is: `seconds` from a probe of this very sweep on this machine, `bytes` at its peak.

    `runs` are combinations times accounts. `door` says which way they go. `tile` is the most that is evaluated at a time.
    """

    combinations: int
    runs: int
    instruments: int
    bars: int
    bytes: int
    seconds: float
    door: str
    tile: int
    workers: int

    def __str__(self) -> str:
        return "\n".join(f"{name:<14}{value}" for name, value in self.facts())

    def facts(self) -> list[tuple[str, str]]:
        """What a person wants to know, in words."""
        accounts = f", {self.runs:,} runs" if self.runs != self.combinations else ""
        return [
            ("combinations", f"{self.combinations:,}{accounts}"),
            ("bars", f"{self.bars:,} of {self.instruments:,} instrument{'s' if self.instruments > 1 else ''}"),
            ("memory", f"about {amount(self.bytes)}, at most {self.tile:,} runs at a time"),
            ("time", f"about {lasting(self.seconds)} on {self.workers} core{'s' if self.workers > 1 else ''}"),
            ("way", DOORS[self.door]),
        ]


def planned(books: Books, columns: Columns, room: int, *, probe: bool = True) -> Plan:
    """The plan for these combinations; with `probe`, some of them are run to see how long they take."""
    rows = len(next(iter(columns.values())))
    evaluator, accounts = books.evaluator(0), rows_an_account(columns, books)
    tile = min(most_rows(evaluator, room), rows)
    seconds = rows * _probed(books, columns, accounts, tile) if probe else 0.0
    held = COPIES_OF_BARS * books.bytes + rows * row_bytes(len(columns) + len(books.metrics) + 1) + tile * evaluator.bytes_a_row
    return Plan(
        combinations=accounts,
        runs=rows,
        instruments=len({name for book in books.books for name in book.traded}),
        bars=books.bars,
        bytes=held,
        seconds=seconds,
        door=evaluator.door,
        tile=tile,
        workers=cores(),
    )


def lasting(seconds: float) -> str:
    """A time as a person says it."""
    if seconds < 1.0:
        return f"{max(seconds * 1e3, 1.0):.0f} ms"
    if seconds < 100.0:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} minutes" if seconds < 6_000 else f"{seconds / 3_600:.1f} hours"


def _probed(books: Books, columns: Columns, accounts: int, tile: int) -> float:
    """Seconds a combination: one alone first, which compiles what it needs, then as many as take a little while."""
    evaluator, most = books.evaluator(0), min(accounts, tile)
    own = {name: column[:accounts] for name, column in columns.items() if name != INSTRUMENT}

    def took(size: int, crew: Crew) -> float:
        spread = np.linspace(0, accounts - 1, size).astype(np.int64)
        started = time.perf_counter()
        evaluate(evaluator, {name: column[spread] for name, column in own.items()}, np.ones(size, dtype=np.bool_), crew)
        return time.perf_counter() - started

    crew = Crew(cores())
    size, _ = 1, took(1, crew)
    while (seconds := took(size, crew)) < LONG_ENOUGH and size < most:
        size = min(16 * size, most)
    return seconds / size
