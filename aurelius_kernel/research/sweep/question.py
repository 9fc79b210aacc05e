"""What is asked of a sweep, checked before anything is loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from aurelius_kernel.engine.sweeping import ENGINES
from aurelius_kernel.errors import ImpossibleRequest, InvalidField, UnknownName
from aurelius_kernel.metrics import Metric
from aurelius_kernel.model import BacktestSpec, Costs, StrategySpec
from aurelius_kernel.research.market_data import OWN_BARS
from aurelius_kernel.research.sweep.books import COPIES_OF_BARS, Books
from aurelius_kernel.research.sweep.combinations import combinations_hash, drawn, of_grid
from aurelius_kernel.research.sweep.grid import Axis, Interval, Space
from aurelius_kernel.research.sweep.memory import bytes_of, row_bytes
from aurelius_kernel.research.sweep.parameters import Parameters
from aurelius_kernel.research.sweep.ranking import chosen_metrics, named_metric
from aurelius_kernel.research.sweep.spec import Accounts, Search, SweepSpec
from aurelius_kernel.research.sweep.where import Columns, Where
from aurelius_kernel.strategies import Strategy
from aurelius_kernel.strategies.base import code_hash

__all__ = ["Question", "ask"]

ACCOUNTS = ("shared", "separate")
SEARCHES = ("grid", "random", "tpe")
HOPELESS = 10**10
"""A grid beyond this is not even looked through."""
LEAST_ROOM = 8_000_000
"""What is evaluated at a time may always take this much."""
FOR_TABLES = 0.75
"""The share of the memory given that the table may take."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Question:
    """A sweep that makes sense: what is swept, under which spec, and what is wanted."""

    parameters: Parameters
    base: BacktestSpec
    space: Space
    where: Where
    search: Search
    count: int | None
    objectives: tuple[Metric, ...]
    metrics: tuple[Metric, ...]
    engine: str
    accounts: Accounts
    memory: int
    seed: int
    bars: Mapping[str, pd.DataFrame] | None

    @property
    def family(self) -> type[Strategy]:
        """The family that is swept."""
        return self.parameters.family

    @property
    def most(self) -> int:
        """How many combinations fit into the memory given."""
        accounts = len(self.base.instruments) if self.accounts == "separate" else 1
        return int(FOR_TABLES * self.memory) // (accounts * row_bytes(len(self.space.dimensions) + len(self.metrics) + 1))

    def books(self, columns: Columns) -> Books:
        """The accounts with their bars; raises what loading bars raises."""
        first = {name: column[0].item() for name, column in columns.items() if name in self.family.model_fields}
        return Books.gathered(
            self.family,
            self.family.model_construct(**{**self.parameters.fixed, **first}),
            self.base,
            self.bars,
            separate=self.accounts == "separate",
            metrics=self.metrics,
            engine=self.engine,
            seed=self.seed,
        )

    def room(self, books: Books, rows: int) -> int:
        """The bytes that are left for what is evaluated at a time."""
        table = rows * len(books.books) * row_bytes(len(self.space.dimensions) + len(self.metrics) + 1)
        return max(self.memory - table - COPIES_OF_BARS * books.bytes, LEAST_ROOM)

    def combinations(self) -> Columns:
        """The parameter sets, as columns; raises ImpossibleRequest for too many and for none."""
        known = self.parameters.fixed
        if self.search == "grid":
            return of_grid(self.space, self.where, known, self.most)
        return drawn(self.space, self.where, known, self.count or 1, self.seed, self.most)

    def refusals(self, columns: Columns) -> dict[int, str]:
        """Why combinations cannot run, as a sentence by row."""
        found = dict[int, str]()
        for axis in self.space.axes:
            if axis.refused:
                reasons = {axis.values[place].item(): reason for place, reason in axis.refused.items()}
                rows = np.flatnonzero(np.isin(columns[axis.name], axis.values[list(axis.refused)]))
                for row, value in zip(rows.tolist(), columns[axis.name][rows].tolist(), strict=True):
                    found.setdefault(row, reasons[value])
        if not found:
            return self.parameters.refusals(columns)
        still = np.delete(np.arange(len(next(iter(columns.values())))), list(found))
        more = self.parameters.refusals({name: column[still] for name, column in columns.items()})
        return found | {int(still[row]): reason for row, reason in more.items()}

    def spec(self, columns: Columns | None) -> SweepSpec:
        """The question as a record; combinations that are chosen as the search goes are left out."""
        return SweepSpec.of(
            base=self.base,
            space=self.space.document(),
            where=self.where if self.where is None or isinstance(self.where, str) else "a function",
            search=self.search,
            trials=self.count,
            combinations_hash=None if columns is None else combinations_hash(columns),
            objectives=[str(metric) for metric in self.objectives],
            metrics=[str(metric) for metric in self.metrics],
            engine=self.engine,
            accounts=self.accounts,
        )


def ask(
    strategy: Strategy | type[Strategy] | str,
    *,
    grid: Mapping[str, Any] | None = None,
    ranges: Mapping[str, Any] | None = None,
    samples: int | None = None,
    search: str | None = None,
    trials: int | None = None,
    fixed: Mapping[str, Any] | None = None,
    where: Where = None,
    instruments: Sequence[str] | str | None = None,
    direction: str | None = None,
    source: str = "default",
    bars: Mapping[str, pd.DataFrame] | None = None,
    objective: str | Sequence[str] = "sharpe_ratio",
    metrics: str | Sequence[str] = "quick",
    engine: str = "fused",
    accounts: str = "shared",
    memory: int | str = "500MB",
    seed: int = 42,
    **run: Any,
) -> Question:
    """Check everything that can be checked without bars; arguments are those of `sweep`, errors are InvalidInput's children.

    `run` are the other fields of the spec that all combinations share.
    """
    chosen, count = _search(search, samples, trials, grid, ranges)
    for field, value, known in (("engine", engine, ENGINES), ("accounts", accounts, ACCOUNTS)):
        if value not in known:
            raise UnknownName(field, value, known, field=field)
    swept = [*(grid or {}), *(ranges or {})]
    parameters = Parameters.of(strategy, fixed, swept)
    objectives = tuple(named_metric(name, field="objective") for name in ([objective] if isinstance(objective, str) else objective))
    if not objectives:
        raise InvalidField.of("objective", "must name at least one metric")
    if chosen == "tpe" and accounts == "separate":
        raise ImpossibleRequest.of("accounts", "must be shared for a search by tpe: it needs one number a combination")
    return Question(
        parameters=parameters,
        base=_base(parameters, run, instruments, direction, source, bars),
        space=_space(parameters, grid or {}, ranges or {}, grid_only=chosen == "grid"),
        where=where,
        search=chosen,
        count=count,
        objectives=objectives,
        metrics=chosen_metrics(metrics, objectives),
        engine=engine,
        accounts="separate" if accounts == "separate" else "shared",
        memory=bytes_of(memory),
        seed=seed,
        bars=bars,
    )


def _search(
    search: str | None, samples: int | None, trials: int | None, grid: Mapping[str, Any] | None, ranges: Mapping[str, Any] | None
) -> tuple[Search, int | None]:
    """Which search is meant, and how many combinations it draws."""
    for field, given in (("grid", grid), ("ranges", ranges)):
        if given is not None and not isinstance(given, Mapping):
            raise InvalidField.of(field, f"must be a mapping of parameters to values, not {given!r:.60}")
    if not (grid or ranges):
        raise ImpossibleRequest.of("grid", "is empty: name at least one parameter and its values, as grid={'fast': range(5, 55)}")
    if search is not None and search not in SEARCHES:
        raise UnknownName("search", search, SEARCHES, field="search")
    meant = search or ("tpe" if trials else "random" if samples else "grid")
    counts = {"random": ("samples", samples), "tpe": ("trials", trials)}
    for name, (field, count) in counts.items():
        if meant == name and not _is_count(count):
            raise InvalidField.of(field, f"must be how many combinations to draw, a whole number above 0, not {count!r:.40}")
        if meant != name and count is not None:
            raise ImpossibleRequest.of(field, f"belongs to search={name!r}, not to {meant!r}")
    if meant == "grid" and ranges:
        raise ImpossibleRequest.of(
            "ranges", "have no end of values: say how many to draw with samples=…, or search='tpe', trials=…"
        )
    return ("tpe" if meant == "tpe" else "random" if meant == "random" else "grid"), (samples if meant == "random" else trials)


def _is_count(count: object) -> bool:
    return isinstance(count, int) and not isinstance(count, bool) and count > 0


def _space(parameters: Parameters, grid: Mapping[str, Any], ranges: Mapping[str, Any], *, grid_only: bool) -> Space:
    if both := [name for name in ranges if name in grid]:
        raise InvalidField.of(f"ranges.{both[0]}", "is in the grid too; a parameter is in one or the other")
    _check_size(grid, grid_only=grid_only)
    dimensions: list[Axis | Interval] = [parameters.axis(name, values) for name, values in grid.items()]
    for name, ends in ranges.items():
        if not isinstance(ends, tuple | list) or len(ends) != 2:
            raise InvalidField.of(f"ranges.{name}", f"must be two ends, as (5, 55), not {ends!r:.60}")
        dimensions.append(parameters.interval(name, (ends[0], ends[1])))
    return Space(dimensions=dimensions)


def _check_size(grid: Mapping[str, Any], *, grid_only: bool) -> None:
    """Refuse a hopeless grid before its axes are made."""
    size = 1
    for values in grid.values():
        size *= len(values) if hasattr(values, "__len__") else 1
    if grid_only and size > HOPELESS:
        raise ImpossibleRequest.of("grid", f"has {size:,} combinations; narrow it, or draw some of them with samples=…")


def _base(
    parameters: Parameters,
    run: Mapping[str, Any],
    instruments: Sequence[str] | str | None,
    direction: str | None,
    source: str,
    bars: Mapping[str, pd.DataFrame] | None,
) -> BacktestSpec:
    family, fixed = parameters.family, parameters.fixed
    shared = {**run, "costs": Costs() if run.get("costs") is None else run["costs"]}
    if isinstance(bars, pd.DataFrame) or (bars is not None and not isinstance(bars, Mapping)):
        raise InvalidField.of("bars", "must be a mapping of instrument to DataFrame, as {'GOOG': frame}")
    own = {name: value for name, value in fixed.items() if name in family.model_fields}
    spec = StrategySpec.of(type=family.type, version=family.version, code=code_hash(family), parameters=own)
    return BacktestSpec.of(
        shared,
        strategy=spec,
        instruments=(instruments,) if isinstance(instruments, str) else tuple(instruments or bars or ()),
        direction=direction or ("both" if family.two_sided else "long"),
        source=OWN_BARS if bars is not None else source,
    )
