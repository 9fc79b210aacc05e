"""Picks the door for a family, a spec and a market, and takes combinations through it."""

from __future__ import annotations

import numpy as np

from aurelius_kernel.engine.fused.history import benchmark_returns
from aurelius_kernel.engine.fused.measures import Scale
from aurelius_kernel.engine.fused.threads import Crew
from aurelius_kernel.engine.sweeping.all_in_door import AllInDoor, crosses_only, is_all_in, warm_up_of_crosses
from aurelius_kernel.engine.sweeping.decided import Columns, Decided, decided, exits_of
from aurelius_kernel.engine.sweeping.one_by_one import OneByOne
from aurelius_kernel.engine.sweeping.outcome import Evaluation, Measures
from aurelius_kernel.engine.sweeping.streaming_door import StreamingDoor
from aurelius_kernel.errors import NotEnoughBars
from aurelius_kernel.metrics import Metric
from aurelius_kernel.model import BacktestSpec, Bars, Panel
from aurelius_kernel.strategies import Strategy
from aurelius_kernel.typing import FloatArray

__all__ = ["ENGINES", "Evaluation", "Evaluator"]

ENGINES = ("fused", "vectorbt")


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
        self.by_vectorbt = engine == "vectorbt"
        benchmark = benchmark_returns(panel)
        scale = Scale(capital=spec.capital, periods_per_year=panel.periods_per_year, benchmark=benchmark)
        self.measures = Measures(metrics=wanted, scale=scale, panel=panel)
        self.all_in = None if self.by_vectorbt or not is_all_in(spec, panel) else AllInDoor(spec, panel)
        self._streaming: StreamingDoor | None = None
        self._one_by_one: OneByOne | None = None

    def door(self, columns: Columns) -> str:
        """Which way these combinations go: `averages`, `signals` (of the family, compiled accounts), or `vectorbt`."""
        if self.by_vectorbt:
            return "vectorbt"
        quick = self.all_in is not None and not exits_of(self.spec, columns) and not self.measures.need_paths
        return "averages" if quick and crosses_only(self.family, self.spec, columns) else "signals"

    def evaluate(self, columns: Columns, crew: Crew) -> Evaluation:
        """The metrics of each combination; `columns` are the swept parameters, as arrays of one length."""
        rows = len(next(iter(columns.values())))
        values, failed = np.full((rows, len(self.measures.metrics)), np.nan), dict[int, str]()
        door = self.door(columns)
        if door == "averages" and self.all_in:
            self._cross(self.all_in, columns, crew, values, failed)
        else:
            decisions = list(decided(self.family, self.spec, self.bars, columns, self.seed, failed))
            follow = self._simulated if door == "vectorbt" else self._followed
            if decisions:
                values[[one.row for one in decisions]] = follow(decisions, exits_of(self.spec, columns), crew)
        return Evaluation(values=values, failed=failed)

    def _cross(self, account: AllInDoor, columns: Columns, crew: Crew, values: FloatArray, failed: dict[int, str]) -> None:
        warm_up, bars = warm_up_of_crosses(self.spec, columns), len(self.panel.index)
        long_enough = bars > warm_up
        for row in np.flatnonzero(~long_enough):
            failed[int(row)] = NotEnoughBars(int(warm_up[row]) + 1, bars, f"{self.family.type} with these parameters").message
        if long_enough.any():
            kept = {name: column[long_enough] for name, column in columns.items()}
            values[long_enough] = self.measures.of(account.cross(kept, crew), np.empty((0, 0)))

    def _followed(self, decisions: list[Decided], exits: Columns, crew: Crew) -> FloatArray:
        """Each combination by what it decides alone, so that its numbers do not depend on its company."""
        quick = self.all_in is not None and not exits and not self.measures.need_paths
        plain = np.array([quick and one.is_bare for one in decisions])
        values = np.empty((len(decisions), len(self.measures.metrics)))
        if self.all_in is not None and plain.any():
            ledger = self.all_in.follow([one for one in decisions if one.is_bare], crew)
            values[plain] = self.measures.of(ledger, np.empty((0, 0)))
        if not plain.all():
            self._streaming = self._streaming or StreamingDoor(self.spec, self.panel)
            others = [one for one, is_plain in zip(decisions, plain, strict=True) if not is_plain]
            values[~plain] = self.measures.of(*self._streaming.follow(others, exits, crew, paths=self.measures.need_paths))
        return values

    def _simulated(self, decisions: list[Decided], exits: Columns, _crew: Crew) -> FloatArray:
        self._one_by_one = self._one_by_one or OneByOne(self.spec, self.panel)
        return np.array([self._one_by_one.summary(one, exits, self.measures.metrics) for one in decisions])
