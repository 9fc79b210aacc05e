"""The walk itself: fit, judge, move on; and what it all adds up to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from aurelius_kernel import data, engine, metrics
from aurelius_kernel.artifacts import Clusters, Store
from aurelius_kernel.engine.sweeping import Crew, cores
from aurelius_kernel.errors import InvalidField, RunCancelled
from aurelius_kernel.metrics.summary import bar_returns
from aurelius_kernel.model import TRADE_COLUMNS, BacktestSpec, LiquidateAtEnd, RunIdentity
from aurelius_kernel.research.backtest import Progress
from aurelius_kernel.research.market_data import MarketData
from aurelius_kernel.research.sweep.books import Books
from aurelius_kernel.research.sweep.question import Question
from aurelius_kernel.research.sweep.ranking import ranked
from aurelius_kernel.research.sweep.run import sweep
from aurelius_kernel.research.sweep.stored import data_of
from aurelius_kernel.research.sweep.tiles import Cancel, asked_to_stop
from aurelius_kernel.research.sweep.where import Columns
from aurelius_kernel.research.trials import add_clusters, add_trials, trial_of
from aurelius_kernel.research.walk_forward.account import Stretch, history_needed, panel_rows, run_stretch
from aurelius_kernel.research.walk_forward.checkpoint import Checkpoint
from aurelius_kernel.research.walk_forward.cluster import shared_cluster
from aurelius_kernel.research.walk_forward.evidence import Overfitting, measured
from aurelius_kernel.research.walk_forward.fit import Fit
from aurelius_kernel.research.walk_forward.result import WalkForwardResult
from aurelius_kernel.research.walk_forward.spec import WalkForwardSpec
from aurelius_kernel.research.walk_forward.windows import Calendar, Window
from aurelius_kernel.strategies import Strategy
from aurelius_kernel.typing import FloatArray
from aurelius_kernel.validation.stability import degradation

__all__ = ["Plan", "walk"]

MOST_CLUSTERED = 400
"""So many sets are run over all bars for the statistics, from the best to the worst."""
AT_A_TIME = 50
FITTED = 0.85


@dataclass(frozen=True, kw_only=True, eq=False)
class Plan:
    """A validation that makes sense: how each window is fitted, and under which spec."""

    strategy: Strategy | type[Strategy] | str
    asked: Mapping[str, Any]
    question: Question
    columns: Columns
    spec: WalkForwardSpec

    @classmethod
    def of(cls, strategy: Strategy | type[Strategy] | str, asked: Mapping[str, Any], question: Question, **layout: Any) -> Plan:
        """Make the parameter sets, and check how the windows are to lie."""
        if not isinstance(layout["anchored"], bool):
            raise InvalidField.of("anchored", f"must be True or False, not {layout['anchored']!r:.60}")
        columns = question.combinations()
        swept = question.spec(columns)
        spec = WalkForwardSpec.of(
            base=question.base,
            space=swept.space,
            where=swept.where,
            search=swept.search,
            samples=swept.trials,
            combinations_hash=swept.combinations_hash,
            objective=str(question.objectives[0]),
            **layout,
        )
        return cls(strategy=strategy, asked=asked, question=question, columns=columns, spec=spec)

    @property
    def sets(self) -> int:
        """How many parameter sets there are."""
        return len(next(iter(self.columns.values())))

    def strategy_of(self, row: int) -> Strategy:
        """The strategy of one set."""
        family = self.question.family
        own = {name: column[row].item() for name, column in self.columns.items() if name in family.model_fields}
        return family.of({**self.spec.base.strategy.parameters, **own})

    def run_of(self, row: int, capital: float, *, closing: bool) -> BacktestSpec:
        """The run of one set; with `closing`, positions are sold at the end unless the caller said where."""
        base, family = self.spec.base, self.question.family
        exits = {name: float(column[row]) for name, column in self.columns.items() if name not in family.model_fields}
        changes: dict[str, Any] = {name: None if np.isnan(value) else value for name, value in exits.items()}
        if closing and base.liquidate_at_end is None:
            changes["liquidate_at_end"] = LiquidateAtEnd.CLOSE
        return base.model_copy(update={**changes, "capital": capital})


@dataclass(kw_only=True, eq=False)
class Walk:
    """A walk under way."""

    plan: Plan
    books: Books
    calendar: Calendar
    checkpoint: Checkpoint
    executor: str | None
    cancel: Cancel
    tell: Progress

    @property
    def market(self) -> MarketData:
        """The bars of the whole walk."""
        return self.books.books[0].market

    def windows(self) -> tuple[int, list[Window]]:
        """The embargo, and where the windows lie: the first fit says how long positions are held, unless the caller did."""
        spec, known = self.plan.spec, self.calendar
        train, test = known.units(spec.train_days), known.units(spec.test_days)
        given = 0 if spec.embargo is None else known.units(spec.embargo)
        windows = list(known.windows(train, test, given, anchored=spec.anchored))
        if spec.embargo is not None:
            return given, windows
        embargo = known.days_of(self.longest_holding(windows[0], self.fit(windows[0], len(windows))))
        return embargo, list(known.windows(train, test, embargo, anchored=spec.anchored))

    def fit(self, window: Window, of: int) -> Fit:
        """What the training window says, from the sweep or from what an earlier attempt has left."""
        if (left := self.checkpoint.found(window.number, self.plan.sets)) is not None:
            return left
        cancelled = RunCancelled(f"The validation was cancelled after {window.number} of {of} windows.")
        if asked_to_stop(self.cancel):
            raise cancelled
        first, last = window.train

        def tell(fraction: float, stage: str) -> None:
            self.tell(FITTED * (window.number + fraction) / of, f"window {window.number + 1} of {of}: {stage}")

        try:
            found = sweep(
                self.plan.strategy,
                **self.plan.asked,
                start=self.calendar.first_day(first),
                end=self.calendar.first_day(last - 1),
                metrics=("sharpe_ratio",),
                executor=self.executor,
                keep=False,
                cancel=self.cancel,
                progress=tell,
            )
        except RunCancelled:
            raise cancelled from None
        fit = Fit(objective=found.measured()[1], sharpe=found.measured("sharpe_ratio")[1], failed=dict(found.failed))
        self.checkpoint.add(window.number, fit)
        return fit

    def longest_holding(self, window: Window, fit: Fit) -> int:
        """The bars of the chosen set's longest trade in its own training window."""
        row = fit.chosen(self.plan.question.objectives[0])
        if row is None:
            return 0
        spec = self.plan.run_of(row, self.plan.spec.base.capital, closing=False)
        own = run_stretch(
            spec, self.plan.strategy_of(row), self.market, window.train, since=window.train[0], seed=self.plan.question.seed
        )
        return own.longest_holding

    def judge(self, window: Window, row: int | None, capital: float) -> Stretch:
        """The test of a window: the chosen set from a flat start, the bars before as its memory; nothing where none was chosen."""
        begin, end = window.test
        if row is None or capital <= 0.0:
            idle = panel_rows(self.market.panel, begin, end)
            empty = pd.DataFrame(columns=list(TRADE_COLUMNS))
            return Stretch(equity=np.full(end - begin, capital), positions=np.zeros(idle.shape), trades=empty)
        strategy, spec = self.plan.strategy_of(row), self.plan.run_of(row, capital, closing=True)
        since = window.train[0]
        if not strategy.expanding:
            since = max(0, min(since, begin - 2 * history_needed(strategy, spec)))
        return run_stretch(spec, strategy, self.market, window.test, since=since, seed=self.plan.question.seed)

    def every_set(self, order: list[int]) -> FloatArray:
        """The bar returns over the whole of the bars of some sets, of shape (bars, sets); those that cannot run are left out."""
        evaluator, parts = self.books.evaluator(0), []
        for at in range(0, len(order), AT_A_TIME):
            rows = order[at : at + AT_A_TIME]
            parts.append(evaluator.paths({name: column[rows] for name, column in self.plan.columns.items()}, Crew(cores())))
        paths = np.concatenate(parts)
        paths = paths[~np.isnan(paths).any(axis=1)]
        before = np.column_stack([np.full(len(paths), self.plan.spec.base.capital), paths[:, :-1]])
        returns: FloatArray = np.divide(paths, before, out=np.ones(paths.shape), where=before != 0.0).T - 1.0
        return returns


def walk(plan: Plan, *, executor: str | None, keep: bool, cancel: Cancel, tell: Progress) -> WalkForwardResult:
    """Load the bars, fit and judge every window, and store what was found."""
    tell(0.0, "loading bars")
    books = plan.question.books(plan.columns)
    market = books.books[0].market
    identity = RunIdentity.of(
        spec_hash=plan.spec.hash, data_hash=books.data_hash, seed=plan.question.seed, engine_version=engine.ENGINE_VERSION
    )
    store = Store() if keep else None
    checkpoint = Checkpoint(store.files if store else None, identity.key)
    days_a_year = max(data.periods_per_year(source.calendar, "1d") for source in market.provenance.values())
    walking = Walk(
        plan=plan,
        books=books,
        calendar=Calendar(market.panel.index, market.panel.periods_per_year, days_a_year),
        checkpoint=checkpoint,
        executor=executor,
        cancel=cancel,
        tell=tell,
    )
    try:
        with shared_cluster(executor):
            embargo, windows = walking.windows()
            fits = [walking.fit(window, len(windows)) for window in windows]
    finally:
        checkpoint.flush()
    result = assembled(walking, identity, embargo, windows, fits)
    count_trials(walking, result, kept=keep)
    if store:
        tell(0.98, "storing")
        result.keep(store)
    checkpoint.clear()
    tell(1.0, "done")
    return result


def count_trials(walking: Walk, result: WalkForwardResult, *, kept: bool) -> None:
    """Put into the ledger that every set was run over all bars, and how alike they turned out to be; windows did so themselves."""
    plan, market, found = walking.plan, walking.market, result.overfitting
    base, never = plan.spec.base, plan.sets - found.able
    add_trials(base.strategy.type, [trial_of(base, market, result.identity.key, plan.columns, never)], kept=kept)
    alike = Clusters(dataset=market.dataset, clusters=found.effective_trials, among=plan.sets, variance=found.trial_variance)
    add_clusters(base.strategy.type, alike, kept=kept)


def assembled(walking: Walk, identity: RunIdentity, embargo: int, windows: list[Window], fits: list[Fit]) -> WalkForwardResult:
    """Judge every window, and put everything together."""
    plan, market, base = walking.plan, walking.market, walking.plan.spec.base
    panel, objective = market.panel, plan.question.objectives[0]
    steps, stretches, capital, flags = [], [], base.capital, set(market.flags)
    for window, fit in zip(windows, fits, strict=True):
        row = fit.chosen(objective)
        stretch = walking.judge(window, row, capital)
        holding = walking.longest_holding(window, fit)
        steps.append(step_of(walking, window, fit, row, stretch, capital, holding))
        stretches.append(stretch)
        capital = float(stretch.equity[-1])
        flags |= set(stretch.flags) - {"open_at_end"}
        flags |= {"stood_aside"} if row is None else set()
        flags |= {"embargo_short"} if walking.calendar.days_of(holding) > embargo else set()
    judged = slice(windows[0].test[0], windows[-1].test[1])
    tested = panel_rows(panel, judged.start, judged.stop)
    equity = np.concatenate([stretch.equity for stretch in stretches])
    trades = pd.concat([stretch.trades for stretch in stretches if len(stretch.trades)] or [stretches[0].trades], ignore_index=True)
    held = engine.buy_and_hold(tested, base.capital)
    year = panel.periods_per_year
    walking.tell(FITTED, "measuring")
    return WalkForwardResult(
        spec=plan.spec,
        identity=identity,
        embargo_days=embargo,
        columns=plan.columns,
        objective=np.array([fit.objective for fit in fits]),
        sharpe=np.array([fit.sharpe for fit in fits]),
        failed={(number, row): why for number, fit in enumerate(fits) for row, why in fit.failed.items()},
        steps=steps,
        index=tested.index,
        equity_values=equity,
        benchmark_values=held,
        trades=trades,
        metrics=metrics.summarise(
            equity,
            base.capital,
            trades=trades,
            positions=np.concatenate([stretch.positions for stretch in stretches]),
            periods_per_year=year,
            benchmark=held,
            index=tested.index,
        ),
        benchmark_metrics=metrics.summarise(held, base.capital, periods_per_year=year, index=tested.index),
        overfitting=evidence(walking, fits, embargo, judged, equity, held),
        flags=tuple(sorted(flags)),
        periods_per_year=year,
        data={**data_of(walking.books, base), "dataset": market.dataset},
        provenance=walking.books.provenance,
    )


def step_of(
    walking: Walk, window: Window, fit: Fit, row: int | None, stretch: Stretch, capital: float, holding: int
) -> dict[str, Any]:
    """The record of one window, in JSON's own types."""
    day, year = walking.calendar.first_day, walking.market.panel.periods_per_year
    train, test = fit.sharpe_of(row), sharpe_of(stretch.equity, capital, year)
    return {
        "train_start": day(window.train[0]).isoformat(),
        "train_end": day(window.train[1] - 1).isoformat(),
        "test_start": day(window.test[0]).isoformat(),
        "test_end": day(window.test[1] - 1).isoformat(),
        "train_bars": window.train[1] - window.train[0],
        "test_bars": window.test[1] - window.test[0],
        "train_sharpe": train,
        "test_sharpe": test,
        "degradation": degradation(train, test),
        "test_return": float(stretch.equity[-1] / capital - 1.0) if capital else 0.0,
        "trades": len(stretch.trades),
        "longest_holding": holding,
        "chosen": row,
        "parameters": None if row is None else {name: column[row].item() for name, column in walking.plan.columns.items()},
    }


def sharpe_of(equity: FloatArray, capital: float, year: float) -> float | None:
    """The yearly Sharpe ratio of an account over a stretch; None where it stood still."""
    return metrics.summarise(equity, capital, periods_per_year=year)["sharpe_ratio"] if capital else None


def evidence(walking: Walk, fits: list[Fit], embargo: int, judged: slice, equity: FloatArray, held: FloatArray) -> Overfitting:
    """The statistics of the stitched curve and of every set over all the bars."""
    plan, capital = walking.plan, walking.plan.spec.base.capital
    mean = np.nanmean(np.where(np.isfinite(values := np.array([fit.sharpe for fit in fits])), values, 0.0), axis=0)
    able = [row for row in ranked(metrics.Metric.SHARPE_RATIO, mean).tolist() if any(row not in fit.failed for fit in fits)]
    spread = np.unique(np.linspace(0, len(able) - 1, min(len(able), MOST_CLUSTERED)).astype(np.int64))
    every = walking.every_set([able[place] for place in spread.tolist()])
    bars = max(1, round(embargo * len(walking.market.panel.index) / max(len(walking.calendar), 1))) if embargo else 0
    return measured(
        np.nan_to_num(bar_returns(np.concatenate([[capital], equity]))),
        bar_returns(np.concatenate([[capital], held])),
        every,
        judged,
        trials=len(fits) * plan.sets,
        combinations=plan.sets,
        able=len(able),
        bars_a_year=walking.market.panel.periods_per_year,
        embargo=bars,
        seed=plan.question.seed,
    )
