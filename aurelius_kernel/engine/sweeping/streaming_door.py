"""Accounts of any kind: stops, shorts, sizes, target weights, several instruments on one cash account."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from aurelius_kernel.engine.fused.ledger import FIELDS
from aurelius_kernel.engine.fused.streaming import Asked, Streaming
from aurelius_kernel.engine.fused.threads import Crew
from aurelius_kernel.engine.sweeping.decided import Columns, Decided
from aurelius_kernel.typing import FloatArray, IntArray

__all__ = ["StreamingDoor"]


class StreamingDoor:
    """One market, ready for any number of combinations."""

    def __init__(self, streaming: Streaming) -> None:
        self.streaming, self.bars = streaming, len(streaming.panel.index)

    def follow(self, decisions: list[Decided], exits: Columns, crew: Crew, *, paths: bool) -> tuple[FloatArray, FloatArray]:
        """The ledger of each decision, and the accounts' paths where they are asked for; `exits` are those that are swept."""
        ledger, walked = np.empty((len(decisions), FIELDS)), np.empty((len(decisions) if paths else 0, self.bars))
        rows = np.array([decided.row for decided in decisions])
        bare = np.array([decided.is_bare for decided in decisions])
        together, alone = np.flatnonzero(bare), np.flatnonzero(~bare)
        if len(together):
            words = np.concatenate([self.streaming.words(decisions[at].signals) for at in together])
            asked = Asked(signals=words, plan=self.streaming.plan(), own=self.own(exits, rows[together]))
            ledger[together], walked[together[: paths * len(together)]] = self._run(asked, crew, paths=paths)
        crew.share(partial(self._each, decisions, alone, rows, exits, ledger, walked))
        return ledger, walked

    def _each(
        self,
        decisions: list[Decided],
        places: IntArray,
        rows: IntArray,
        exits: Columns,
        ledger: FloatArray,
        walked: FloatArray,
        worker: int,
        workers: int,
    ) -> None:
        """Take every `workers`-th decision that has a plan of its own through all bars."""
        for at in places[worker::workers]:
            asked = replace(self.streaming.asked(decisions[at].signals), own=self.own(exits, rows[at : at + 1]))
            ledger[at : at + 1], path = self._run(asked, Crew(1), paths=len(walked) > 0)
            walked[at : at + len(path)] = path

    def own(self, exits: Columns, rows: IntArray) -> np.ndarray:
        """The stops and targets of those rows."""
        return self.streaming.own(len(rows), **{name: column[rows] for name, column in exits.items()})

    def _run(self, asked: Asked, crew: Crew, *, paths: bool) -> tuple[FloatArray, FloatArray]:
        path = np.empty((len(asked.own) if paths else 0, self.bars))
        return self.streaming.run(asked, crew, path), path
