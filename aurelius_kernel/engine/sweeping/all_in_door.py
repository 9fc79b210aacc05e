"""Accounts that are all in or all out of one instrument: the event kernels, constant work a trade."""

from __future__ import annotations

import numpy as np

from aurelius_kernel.engine.fused.all_in import AllIn
from aurelius_kernel.engine.fused.history import history_of
from aurelius_kernel.engine.fused.threads import Crew
from aurelius_kernel.engine.fused.words import as_words
from aurelius_kernel.engine.sweeping.decided import Columns, Decided
from aurelius_kernel.model import BacktestSpec, Direction, Execution, FractionOfEquity, Panel
from aurelius_kernel.strategies import Strategy, TrendFollowing
from aurelius_kernel.strategies.trend_following import TIE
from aurelius_kernel.strategies.windows import EXPONENTIAL_MEMORY
from aurelius_kernel.typing import FloatArray, IntArray

__all__ = ["AllInDoor", "crosses_only", "is_all_in"]


def is_all_in(spec: BacktestSpec, panel: Panel) -> bool:
    """Whether every account of the spec holds either nothing or all it has, at costs in proportion, long, without stops."""
    costs, sizing = spec.costs, spec.effective_sizing
    whole = isinstance(sizing, FractionOfEquity) and sizing.fraction == 1.0 and spec.leverage >= 1.0 and not spec.whole_shares
    proportional = not (costs.commission_per_share or costs.commission_minimum or costs.volume_impact or costs.max_volume_share)
    unprotected = spec.stop_loss is None and spec.take_profit is None and spec.trailing_stop is None
    plain = spec.direction is Direction.LONG and spec.liquidate_at_end is None and len(panel.instruments) == 1
    return plain and whole and proportional and unprotected and bool(panel.present(0).all())


def crosses_only(family: type[Strategy], spec: BacktestSpec, columns: Columns) -> bool:
    """Whether all that is decided is where two averages cross."""
    stops = columns.get("atr_stop", np.array([spec.strategy.parameters.get("atr_stop", 0.0)]))
    return family is TrendFollowing and not stops.any()


class AllInDoor:
    """One instrument, ready for any number of combinations."""

    def __init__(self, spec: BacktestSpec, panel: Panel) -> None:
        self.spec = spec
        self.account = AllIn(history_of(panel, 0), spec.costs, next_open=spec.execution is Execution.NEXT_OPEN)

    def cross(self, columns: Columns, crew: Crew) -> FloatArray:
        """The ledger of averages that cross, without a single signal being made."""
        rows = len(next(iter(columns.values())))
        fast, slow, average = (_column(name, self.spec, columns, rows) for name in ("fast", "slow", "average"))
        kinds = np.unique(average)
        if len(kinds) == 1:
            return self.account.cross(str(kinds[0]), fast, slow, TIE, crew)
        parts = {kind: np.flatnonzero(average == kind) for kind in kinds}
        ledgers = [self.account.cross(str(kind), fast[own], slow[own], TIE, crew) for kind, own in parts.items()]
        ledger = np.empty((rows, ledgers[0].shape[1]))
        for own, part in zip(parts.values(), ledgers, strict=True):
            ledger[own] = part
        return ledger

    def follow(self, decisions: list[Decided], crew: Crew) -> FloatArray:
        """The ledger of signals of any family."""
        entries = np.array([decided.signals.entries[:, 0] for decided in decisions if decided.signals.entries is not None])
        nothing = np.zeros(self.account.bars, dtype=np.bool_)
        exits = [nothing if one.signals.exits is None else one.signals.exits[:, 0] for one in decisions]
        return self.account.follow(as_words(entries), as_words(np.array(exits)), crew)


def warm_up_of_crosses(spec: BacktestSpec, columns: Columns) -> IntArray:
    """The bars before the first that averages can cross on."""
    rows = len(next(iter(columns.values())))
    slow, average = (_column(name, spec, columns, rows) for name in ("slow", "average"))
    return np.where(average == "ema", EXPONENTIAL_MEMORY, 1) * slow


def _column(name: str, spec: BacktestSpec, columns: Columns, rows: int) -> IntArray:
    return columns[name] if name in columns else np.full(rows, spec.strategy.parameters[name])
