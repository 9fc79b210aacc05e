"""Sweeps of any account of the execution model: short, sized, protected, or with several instruments on one cash account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from aurelius_kernel.engine.fused.averages import AVERAGES, distinct
from aurelius_kernel.engine.fused.book import BAR, OWN, PLAN, Records, Rules
from aurelius_kernel.engine.fused.crossing import edges
from aurelius_kernel.engine.fused.equity import with_room
from aurelius_kernel.engine.fused.history import benchmark_returns, history_of
from aurelius_kernel.engine.fused.ledger import EQUITY, EQUITY_SUM, GAIN, LOSS, PEAK, TRADED, new_ledger
from aurelius_kernel.engine.fused.prices import BASIS_POINT
from aurelius_kernel.engine.fused.single import lines_of, no_lines
from aurelius_kernel.engine.fused.stream import stream
from aurelius_kernel.engine.fused.threads import Crew
from aurelius_kernel.engine.fused.words import WORD, Words, as_words
from aurelius_kernel.errors import ImpossibleRequest
from aurelius_kernel.model import (
    BacktestSpec,
    Direction,
    EqualRisk,
    Execution,
    FixedCash,
    FractionOfEquity,
    HalfKelly,
    LiquidateAtEnd,
    Panel,
    Signals,
    VolatilityTarget,
)
from aurelius_kernel.strategies import windows
from aurelius_kernel.typing import FloatArray, IntArray

__all__ = ["Asked", "Streaming"]

MONEY = [EQUITY, PEAK, EQUITY_SUM, GAIN, LOSS, TRADED]
"""The fields of a ledger that the kernel keeps in money."""

SIGNAL_BYTES = 1 << 18
"""The signals that one worker makes at a time, where there are few windows."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Asked:
    """What combinations decide: signals of shape (combinations, 4, instruments, words), a plan they share, stops of their own."""

    signals: Words
    plan: Records
    own: Records
    weights: bool = False
    limits: bool = False


class Streaming:
    """One account's market and rules, ready for any number of combinations."""

    def __init__(self, panel: Panel, spec: BacktestSpec) -> None:
        self.panel, self.spec = panel, spec
        self.bars = np.empty(panel.shape, dtype=BAR)
        for name in BAR.names or ():
            self.bars[name] = getattr(panel, name)
        self.benchmark = benchmark_returns(panel)
        self.returns = with_room(self.benchmark)
        self.order = np.argsort(np.array(panel.instruments)).astype(np.int64)
        self.rules = rules_of(spec, panel)
        self.budget = budget_of(spec, panel)
        self.lines = lines_of(panel, self.rules.borrow) if is_simple(self.rules, panel) else no_lines()
        self.may_be_long = spec.direction is not Direction.SHORT
        self.may_be_short = spec.direction is not Direction.LONG

    def run(self, asked: Asked, crew: Crew, paths: FloatArray | None = None) -> FloatArray:
        """The ledger of each combination; `paths` of shape (combinations, bars) is filled with equity."""
        ledger = new_ledger(len(asked.own))
        rules = self.rules._replace(weights=asked.weights, limits=asked.limits)
        path = np.empty((0, 0)) if paths is None else paths

        def some(part: slice) -> None:
            self._stream(rules, ledger[part], path[part], asked.signals[part], asked.plan, asked.own[part])

        crew.share_rows(len(asked.own), some)
        ledger[:, MONEY] /= self.spec.capital
        return ledger

    def cross(
        self,
        average: str,
        fast: IntArray,
        slow: IntArray,
        tie: float,
        crew: Crew,
        own: Records,
        *,
        warm_up: IntArray | None = None,
        trail: FloatArray | None = None,
        paths: FloatArray | None = None,
    ) -> FloatArray:
        """The ledger of accounts that are long or short as the average of `fast` bars is above or below that of `slow` bars.

        `trail` is a distance of shape (bars, instruments), multiplied by each combination's `own.trail_times`; each combination's
        first `warm_up` bars of an instrument are silent. A worker takes a block of combinations at a time, then another.
        """
        silent = np.zeros(len(fast), dtype=np.int64) if warm_up is None else warm_up
        plan = self.plan() if trail is None else self.plan(trail=trail)
        windows, ours, theirs = distinct(fast, slow)
        histories = [history_of(self.panel, i) for i in range(self.panel.shape[1])]
        averages = [AVERAGES[average](history.close, windows) for history in histories]
        ledger, path = new_ledger(len(fast)), np.empty((0, 0)) if paths is None else paths
        rows, words = self._block(len(windows), len(fast), crew.workers), -(-len(self.bars) // WORD)
        waiting = iter(range(0, len(fast), rows))

        def some(_worker: int, _workers: int) -> None:
            room = np.empty((min(rows, len(fast)), 4, self.panel.shape[1], words), dtype=np.uint64)
            for at in waiting:
                part = slice(at, at + rows)
                signals = room[: len(fast[part])]
                signals[:] = 0
                for i, history in enumerate(histories):
                    crossing = averages[i], history.bars, ours[part], theirs[part], tie, silent[part]
                    edges(signals, i, self.may_be_long, self.may_be_short, *crossing)
                self._stream(self.rules, ledger[part], path[part], signals, plan, own[part])

        crew.share(some)
        ledger[:, MONEY] /= self.spec.capital
        return ledger

    def _block(self, windows: int, combinations: int, workers: int) -> int:
        """How many combinations a worker takes at a time, of which each average is made once; there are two for each at least."""
        bytes_each = 4 * 8 * self.panel.shape[1] * -(-len(self.bars) // WORD)
        return min(max(SIGNAL_BYTES // bytes_each, 4 * windows, 16), -(-combinations // (2 * workers)))

    def _stream(self, rules: Rules, ledger: FloatArray, paths: FloatArray, signals: Words, plan: Records, own: Records) -> None:
        """Take some combinations through all bars."""
        lines = no_lines() if rules.weights or rules.limits else self.lines
        market = self.bars, lines, self.returns, self.order
        stream(ledger, paths, *market, rules, signals, plan, own)

    def asked(self, signals: Signals) -> Asked:
        """One strategy's signals as the kernel reads them."""
        own = self.own(1)
        companions = {
            "weight": None if signals.weights is None else self._allowed(signals.weights),
            "stop": signals.stop_price,
            "target": signals.target_price,
            "trail": signals.trail_distance,
            "limit": signals.limit_price,
        }
        return Asked(
            signals=self.words(signals),
            plan=self.plan(**{name: array for name, array in companions.items() if array is not None}),
            own=own,
            weights=signals.weights is not None,
            limits=signals.limit_price is not None,
        )

    def words(self, signals: Signals) -> Words:
        """The signals of the sides that the direction allows, of shape (1, 4, instruments, words)."""
        given = [signals.entries, signals.exits, signals.short_entries, signals.short_exits]
        allowed = [self.may_be_long] * 2 + [self.may_be_short] * 2
        nothing = np.zeros(self.panel.shape, dtype=np.bool_)
        kept = [nothing if array is None or not may else array for array, may in zip(given, allowed, strict=True)]
        return np.array([as_words(np.ascontiguousarray(array.T)) for array in kept])[None]

    def plan(self, **companions: FloatArray) -> Records:
        """What goes with a decision: the budget of the spec's sizing, and arrays of shape (bars, instruments), named as in PLAN."""
        shape = self.panel.shape if companions or len(self.budget) > 1 else self.budget.shape
        plan = np.empty(np.broadcast_shapes(shape, (1, self.panel.shape[1])), dtype=PLAN)
        for name in PLAN.names or ():
            plan[name] = companions.get(name, self.budget if name == "budget" else np.nan)
        return plan

    def own(self, combinations: int, **swept: FloatArray | float) -> Records:
        """Each combination's own stops: the spec's, or what is swept."""
        own = np.empty(combinations, dtype=OWN)
        for name in OWN.names or ():
            spec: Any = 1.0 if name == "trail_times" else getattr(self.spec, name)
            own[name] = swept.get(name, np.nan if spec is None else spec)
        return own

    def _allowed(self, weights: FloatArray) -> FloatArray:
        return np.clip(weights, -np.inf if self.may_be_short else 0.0, np.inf if self.may_be_long else 0.0)


def rules_of(spec: BacktestSpec, panel: Panel) -> Rules:
    """Every number that decides a fill; raises ImpossibleRequest for a volume rule on bars without volume."""
    costs, sizing = spec.costs, spec.effective_sizing
    if (costs.max_volume_share or costs.volume_impact) and np.isnan(panel.volume[~np.isnan(panel.close)]).any():
        raise ImpossibleRequest.of("costs.max_volume_share", "and volume_impact need bars with volume, and some have none")
    kelly = sizing if isinstance(sizing, HalfKelly) else None
    return Rules(
        capital=spec.capital,
        leverage=spec.leverage,
        commission=costs.commission_bps * BASIS_POINT,
        per_share=costs.commission_per_share,
        minimum=costs.commission_minimum,
        slippage=costs.slippage_bps * BASIS_POINT,
        half_spread=costs.half_spread,
        impact=costs.volume_impact,
        volume_share=np.nan if costs.max_volume_share is None else costs.max_volume_share,
        borrow=costs.borrow_rate / panel.periods_per_year,
        at_close=spec.execution is Execution.CLOSE,
        weights=False,
        limits=False,
        whole_shares=spec.whole_shares,
        liquidate_at_open=spec.liquidate_at_end is LiquidateAtEnd.OPEN,
        liquidate_at_close=spec.liquidate_at_end is LiquidateAtEnd.CLOSE,
        in_cash=isinstance(sizing, FixedCash),
        kelly_trades=kelly.min_trades if kelly else 0,
        kelly_fraction=kelly.initial_fraction if kelly else np.nan,
    )


def is_simple(rules: Rules, panel: Panel) -> bool:
    """Whether an account holds one instrument, without gaps, at costs in proportion, and what it orders is filled whole."""
    whole_orders = rules.impact == 0.0 and np.isnan(rules.volume_share) and not rules.whole_shares
    in_proportion = rules.per_share == 0.0 and rules.minimum == 0.0
    left_open = not (rules.liquidate_at_open or rules.liquidate_at_close)
    return panel.is_whole and whole_orders and in_proportion and left_open and rules.kelly_trades == 0


def budget_of(spec: BacktestSpec, panel: Panel) -> FloatArray:
    """What an entry decided at bar t may spend, in cash or as a fraction of equity: shape (bars, instruments), or (1, 1)."""
    match spec.effective_sizing:
        case FractionOfEquity(fraction=fraction):
            return np.array([[fraction]])
        case FixedCash(amount=amount):
            return np.array([[amount]])
        case VolatilityTarget(annual_volatility=target, window=window, max_weight=most):
            yearly = volatility(panel, window) * np.sqrt(panel.periods_per_year)
            return np.asarray(np.minimum(target / yearly, most))
        case EqualRisk(window=window, total=total):
            calm = 1.0 / volatility(panel, window)
            return np.asarray(total * calm / np.nansum(calm, axis=1, keepdims=True))
        case _:
            return np.array([[np.nan]])


def volatility(panel: Panel, window: int) -> FloatArray:
    """The standard deviation of each instrument's last `window` returns on its own bars, kept on bars it does not have; never 0."""
    found = np.full(panel.shape, np.nan)
    for i in range(panel.shape[1]):
        own = np.flatnonzero(panel.present(i))
        _, squares = windows.moments(windows.returns(panel.close[own, i]), window)
        known = np.concatenate([[np.nan], np.sqrt(squares / (window - 1))])
        found[:, i] = known[np.searchsorted(own, np.arange(len(found)), side="right")]
    return np.where(found > 0.0, found, np.nan)
