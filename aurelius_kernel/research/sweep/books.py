"""The accounts of a sweep: one that all instruments share, or one for each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from aurelius_kernel.engine.sweeping import Evaluator
from aurelius_kernel.errors import ImpossibleRequest
from aurelius_kernel.hashing import content_hash
from aurelius_kernel.metrics import Metric
from aurelius_kernel.model import BacktestSpec, Provenance
from aurelius_kernel.research.market_data import MarketData, gather
from aurelius_kernel.strategies import Strategy

__all__ = ["COPIES_OF_BARS", "Book", "Books"]

BYTES_A_BAR = 96
COPIES_OF_BARS = 2
"""As the strategy sees them, and as the kernels do."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Book:
    """One cash account: the spec that all accounts share, the instruments of it that this one trades, and its market."""

    base: BacktestSpec
    traded: tuple[str, ...]
    market: MarketData

    @cached_property
    def spec(self) -> BacktestSpec:
        """The spec that all its combinations share."""
        return self.base.on(self.traded)

    @property
    def instruments(self) -> str:
        """What it trades, in words."""
        return ", ".join(self.traded)


@dataclass(frozen=True, kw_only=True, eq=False)
class Books:
    """Every account of a sweep, in the order of the instruments, with what their combinations are measured by."""

    family: type[Strategy]
    books: Sequence[Book]
    metrics: tuple[Metric, ...]
    engine: str
    seed: int
    separate: bool

    @classmethod
    def gathered(
        cls,
        family: type[Strategy],
        example: Strategy,
        spec: BacktestSpec,
        bars: Mapping[str, pd.DataFrame] | None,
        *,
        separate: bool,
        metrics: tuple[Metric, ...],
        engine: str,
        seed: int,
    ) -> Books:
        """Load the bars of every account; raises what `gather` raises, ImpossibleRequest for a wrong number of instruments."""
        parts = [(name,) for name in spec.instruments] if separate else [spec.instruments]
        for count in {len(traded) for traded in parts}:
            _check_count(family, count)
        books = [
            Book(base=spec, traded=traded, market=gather(spec, example.references(traded), bars, instruments=traded))
            for traded in parts
        ]
        return cls(family=family, books=books, metrics=metrics, engine=engine, seed=seed, separate=separate)

    @cached_property
    def data_hash(self) -> str:
        """The hash of all the data; that of the market itself where there is one account."""
        hashes = {book.instruments: book.market.data_hash for book in self.books}
        return self.books[0].market.data_hash if len(self.books) == 1 else content_hash(hashes)

    @cached_property
    def token(self) -> str:
        """What tells these accounts from all others."""
        specs = [book.spec.hash for book in self.books]
        return content_hash([self.data_hash, specs, [str(metric) for metric in self.metrics], self.engine, self.seed])

    @property
    def provenance(self) -> dict[str, Provenance]:
        """Where the bars of each series are from."""
        return {name: source for book in self.books for name, source in book.market.provenance.items()}

    @property
    def flags(self) -> tuple[str, ...]:
        """What the instruments of an account do not have in common."""
        return tuple(sorted({flag for book in self.books for flag in book.market.flags}))

    @property
    def bars(self) -> int:
        """The bars of the longest account."""
        return max(len(book.market.panel.index) for book in self.books)

    @property
    def instruments(self) -> int:
        """How many instruments the largest account trades."""
        return max(len(book.traded) for book in self.books)

    @property
    def bytes(self) -> int:
        """What the bars take in memory."""
        return sum(BYTES_A_BAR * book.market.panel.close.size for book in self.books)

    def evaluator(self, number: int) -> Evaluator:
        """The account of that number, ready for combinations."""
        book = self.books[number]
        market = book.market
        return Evaluator(book.spec, self.family, market.bars, market.panel, self.metrics, engine=self.engine, seed=self.seed)


def _check_count(family: type[Strategy], count: int) -> None:
    low, high = family.min_instruments, family.max_instruments
    if count < low or (high is not None and count > high):
        wanted = f"exactly {low}" if low == high else f"at least {low}" if count < low else f"at most {high}"
        raise ImpossibleRequest.of("instruments", f"must be {wanted} in an account for {family.type}, not {count}")
