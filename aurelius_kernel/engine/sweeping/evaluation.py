"""Picks the door for a family, a spec and a market, and takes combinations through it."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from aurelius_kernel.engine.fused.history import benchmark_returns
from aurelius_kernel.engine.fused.measures import Scale
from aurelius_kernel.engine.fused.streaming import Streaming
from aurelius_kernel.engine.fused.threads import Crew
from aurelius_kernel.engine.sweeping.all_in_door import AllInDoor, is_all_in
from aurelius_kernel.engine.sweeping.crossing_door import CrossingDoor, Crossings
from aurelius_kernel.engine.sweeping.decided import Columns, Decided, decided, exits_of
from aurelius_kernel.engine.sweeping.one_by_one import OneByOne
from aurelius_kernel.engine.sweeping.outcome import Evaluation, Measures, need_paths
from aurelius_kernel.engine.sweeping.streaming_door import StreamingDoor
from aurelius_kernel.metrics import Metric
from aurelius_kernel.model import BacktestSpec, Bars, Panel
from aurelius_kernel.strategies import Strategy, TrendFollowing
from aurelius_kernel.typing import FloatArray

__all__ = ["ENGINES", "Evaluation", "Evaluator"]

ENGINES = ("fused", "vectorbt")

BYTES_A_LEDGER = 512
BYTES_A_DECISION = 40
BYTES_A_VALUE = 64
"""What a combination takes while it is evaluated: beside its ledger, for each bar and instrument, and for each bar of its path."""


class Evaluator:
    """One family on one market, under one spec, ready for any number of combinations.

    `spec.strategy.parameters` holds the parameters that are fixed. The same combination gives the same bits whatever others are
    evaluated with it, and however many threads there are.
    """

    def __init__(
        self,
        spec: BacktestSpec,
        family: type[Strategy],
        bars: Bars,
        panel: Panel,
        wanted: tuple[Metric, ...],
        *,
        engine: str = "fused",
        seed: int = 0,
    ) -> None:
        self.spec, self.family, self.bars, self.panel, self.seed = spec, family, bars, panel, seed
        self.by_vectorbt, self.wanted = engine == "vectorbt", wanted

    @cached_property
    def measures(self) -> Measures:
        """What is wanted of each account."""
        spec, panel = self.spec, self.panel
        scale = Scale(capital=spec.capital, periods_per_year=panel.periods_per_year, benchmark=benchmark_returns(panel))
        return Measures(metrics=self.wanted, scale=scale, panel=panel)

    @cached_property
    def all_in(self) -> AllInDoor | None:
        """The market as the event kernels read it; None where accounts are not all in or all out."""
        return AllInDoor.ready(self.spec, self.panel) if is_all_in(self.spec, self.panel) and not self.by_vectorbt else None

    def put_back(self) -> None:
        """Leave what was made ready to the next sweep of the same market: this one has done its work."""
        if door := self.__dict__.pop("all_in", None):
            door.put_back()

    @cached_property
    def streaming(self) -> Streaming:
        """The market as the streaming kernel reads it."""
        return Streaming(self.panel, self.spec)

    @cached_property
    def one_by_one(self) -> OneByOne:
        """The market as the vectorbt engine reads it."""
        return OneByOne(self.spec, self.panel)

    @property
    def door(self) -> str:
        """Which way combinations go: `averages` that cross, `signals` of the family, or `vectorbt`."""
        if self.by_vectorbt:
            return "vectorbt"
        return "averages" if self.family is TrendFollowing else "signals"

    @property
    def bytes_a_row(self) -> int:
        """About how much memory a combination takes while it is evaluated."""
        bars, instruments = self.panel.shape
        decisions = 0 if self.door == "averages" else BYTES_A_DECISION * instruments
        return BYTES_A_LEDGER + bars * (decisions + BYTES_A_VALUE * need_paths(self.wanted))

    def crosses_plainly(self, crossings: Crossings, columns: Columns) -> bool:
        """Whether all combinations are averages that cross in an account that is all in or all out, and no more is wanted of it."""
        bare = not exits_of(self.spec, columns) and not need_paths(self.wanted) and not crossings.atr_stop.any()
        return bare and not self.by_vectorbt and is_all_in(self.spec, self.panel)

    def evaluate(self, columns: Columns, crew: Crew) -> Evaluation:
        """The metrics of each combination; `columns` are the swept parameters, as arrays of one length."""
        if self.door == "averages":
            ledger, paths, failed = self._crossed(columns, crew, paths=need_paths(self.wanted))
            values = self.measures.of(ledger, paths, crew)
            values[list(failed)] = np.nan
            return Evaluation(values=values, failed=failed)
        rows = len(next(iter(columns.values())))
        values, failed = np.full((rows, len(self.wanted)), np.nan), dict[int, str]()
        decisions = list(decided(self.family, self.spec, self.bars, columns, self.seed, failed))
        follow = self._simulated if self.by_vectorbt else self._followed
        if decisions:
            values[[one.row for one in decisions]] = follow(decisions, exits_of(self.spec, columns), crew)
        return Evaluation(values=values, failed=failed)

    def paths(self, columns: Columns, crew: Crew) -> FloatArray:
        """The account's value at each close of each combination, shape (combinations, bars); NaN for one that cannot be made."""
        if self.door == "averages":
            _, values, failed = self._crossed(columns, crew, paths=True)
            values[list(failed)] = np.nan
            return values
        rows = len(next(iter(columns.values())))
        values, failed = np.full((rows, len(self.panel.index)), np.nan), dict[int, str]()
        decisions = list(decided(self.family, self.spec, self.bars, columns, self.seed, failed))
        if decisions:
            found = StreamingDoor(self.streaming).follow(decisions, exits_of(self.spec, columns), crew, paths=True)[1]
            values[[one.row for one in decisions]] = found
        return values

    def _crossed(self, columns: Columns, crew: Crew, *, paths: bool) -> tuple[FloatArray, FloatArray, dict[int, str]]:
        """The ledger of each row, the accounts' paths where they are asked for, and why rows have none."""
        crossings = Crossings(self.spec, columns)
        door = CrossingDoor(self.panel, self.all_in, lambda: self.streaming)
        return *door.follow(crossings, exits_of(self.spec, columns), crew, paths=paths), crossings.too_long(self.panel)

    def _followed(self, decisions: list[Decided], exits: Columns, crew: Crew) -> FloatArray:
        """Each combination by what it decides alone, so that its numbers do not depend on its company."""
        quick = self.all_in is not None and not exits and not need_paths(self.wanted)
        plain = np.array([quick and one.is_bare for one in decisions])
        values = np.empty((len(decisions), len(self.wanted)))
        if self.all_in is not None and plain.any():
            ledger = self.all_in.follow([one for one in decisions if one.is_bare], crew)
            values[plain] = self.measures.of(ledger, np.empty((0, 0)), crew)
        if not plain.all():
            others = [one for one, is_plain in zip(decisions, plain, strict=True) if not is_plain]
            found = StreamingDoor(self.streaming).follow(others, exits, crew, paths=need_paths(self.wanted))
            values[~plain] = self.measures.of(*found, crew)
        return values

    def _simulated(self, decisions: list[Decided], exits: Columns, _crew: Crew) -> FloatArray:
        return np.array([self.one_by_one.summary(one, exits, self.wanted) for one in decisions])
