"""Accounts that are all in or all out of one instrument: the event kernels, constant work a trade."""

from __future__ import annotations

import numpy as np

from aurelius_kernel.engine.fused.all_in import AllIn
from aurelius_kernel.engine.fused.history import history_of
from aurelius_kernel.engine.fused.ledger import FIELDS
from aurelius_kernel.engine.fused.threads import Crew
from aurelius_kernel.engine.fused.words import as_words
from aurelius_kernel.engine.sweeping.decided import Decided
from aurelius_kernel.model import BacktestSpec, Direction, Execution, FractionOfEquity, Panel
from aurelius_kernel.typing import FloatArray

__all__ = ["AllInDoor", "is_all_in"]


def is_all_in(spec: BacktestSpec, panel: Panel) -> bool:
    """Whether every account of the spec holds either nothing or all it has, at costs in proportion, long, without stops."""
    costs, sizing = spec.costs, spec.effective_sizing
    whole = isinstance(sizing, FractionOfEquity) and sizing.fraction == 1.0 and spec.leverage >= 1.0 and not spec.whole_shares
    proportional = not (costs.commission_per_share or costs.commission_minimum or costs.volume_impact or costs.max_volume_share)
    unprotected = spec.stop_loss is None and spec.take_profit is None and spec.trailing_stop is None
    plain = spec.direction is Direction.LONG and spec.liquidate_at_end is None
    return plain and whole and proportional and unprotected and panel.is_whole


class AllInDoor:
    """One instrument, ready for any number of combinations."""

    def __init__(self, spec: BacktestSpec, panel: Panel) -> None:
        self.panel, self.terms = panel, (spec.costs, spec.execution)
        self.account = AllIn(history_of(panel, 0), spec.costs, next_open=spec.execution is Execution.NEXT_OPEN)
        self.memory = np.empty((0, FIELDS))

    @classmethod
    def ready(cls, spec: BacktestSpec, panel: Panel) -> AllInDoor:
        """The last one that was put back where it is of this very panel and these costs, else a new one."""
        spare = _spare.pop() if _spare else None
        same = spare and spare.panel is panel and spare.terms == (spec.costs, spec.execution)
        return spare if spare and same else cls(spec, panel)

    def put_back(self) -> None:
        """Let the next sweep of the panel have what is ready; nobody else may be using it any more."""
        _spare[:] = [self]

    def ledger(self, rows: int) -> FloatArray:
        """Memory for the ledger of so many combinations, the same one each time."""
        if len(self.memory) < rows:
            self.memory = np.empty((rows, FIELDS))
        return self.memory[:rows]

    def follow(self, decisions: list[Decided], crew: Crew) -> FloatArray:
        """The ledger of signals of any family."""
        entries = np.array([decided.signals.entries[:, 0] for decided in decisions if decided.signals.entries is not None])
        nothing = np.zeros(self.account.bars, dtype=np.bool_)
        exits = [nothing if one.signals.exits is None else one.signals.exits[:, 0] for one in decisions]
        return self.account.follow(as_words(entries), as_words(np.array(exits)), crew)


_spare: list[AllInDoor] = []
"""At most one: whoever takes it has it alone."""
