"""What each stage does: it runs one door of the library and records what came out, with the hashes of the evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from aurelius_kernel import gates
from aurelius_kernel.artifacts import load_result
from aurelius_kernel.errors import ImpossibleRequest, InvalidInput
from aurelius_kernel.gates import Policy, Verdict
from aurelius_kernel.generation import fitted, longest_warm_up, preset, range_of
from aurelius_kernel.hashing import plain
from aurelius_kernel.model import BacktestResult, BacktestSpec
from aurelius_kernel.research.backtest import Progress, run
from aurelius_kernel.research.generate import Generation, generate
from aurelius_kernel.research.generate.stretch import common_stamps
from aurelius_kernel.research.orchestrate.journal import Journal
from aurelius_kernel.research.orchestrate.spec import ANY, Outcome, Stage, StageRecord
from aurelius_kernel.research.sweep.tiles import Cancel
from aurelius_kernel.research.walk_forward import walk_forward
from aurelius_kernel.strategies import Strategy

__all__ = ["WORK", "Bench"]

SAME = (
    *("instruments", "capital", "costs", "sizing", "leverage", "whole_shares", "frequency"),
    *("stop_loss", "take_profit", "trailing_stop"),
)
"""What the validation has in common with the backtest beside sides, dates and bars."""
SHOWN = ("total_return", "cagr", "sharpe_ratio", "max_drawdown", "total_trades")


@dataclass(frozen=True, kw_only=True, eq=False)
class Bench:
    """What the stages of one orchestration share: what was asked, what is finished, and the caller's own bars."""

    journal: Journal
    bars: Mapping[str, pd.DataFrame] | None
    cancel: Cancel
    tell: Progress
    policy: Policy

    @property
    def seed(self) -> int:
        """The seed of everything that is drawn."""
        return self.journal.identity.seed

    def evidence(self, stage: Stage, role: str) -> str:
        """The hash of what an earlier stage left behind."""
        record = self.journal.find(stage)
        if record is None or role not in record.evidence:
            raise ImpossibleRequest.of("stage", f"{stage} has left no {role}")
        return record.evidence[role]

    @property
    def spec(self) -> BacktestSpec:
        """The run over all the data, of the strategy that was given or generated."""
        base = self.journal.spec.base
        if base.strategy.type != ANY:
            return base
        best = Generation.load(self.evidence(Stage.GENERATE, "generation"), self.journal.store).best
        return best.spec.model_copy(update={"start": base.start, "end": base.end})

    @property
    def result(self) -> BacktestResult:
        """The backtest of it."""
        return load_result(self.journal.store, self.evidence(Stage.BACKTEST, "result"))


def _generate(bench: Bench) -> StageRecord:
    asked = bench.journal.spec
    if asked.goal is None:
        return StageRecord(stage=Stage.GENERATE, outcome=Outcome.SKIPPED, message="A strategy was given.")
    base = asked.base
    found = generate(
        asked.goal,
        risk=asked.risk,
        count=asked.count,
        tries=asked.tries,
        instruments=base.instruments,
        start=base.start,
        end=base.end,
        unseen=asked.unseen,
        capital=base.capital,
        costs=base.costs,
        frequency=base.frequency,
        source=base.source,
        bars=bench.bars,
        seed=bench.seed,
        cancel=bench.cancel,
        progress=bench.tell,
    )
    details = {"trials": found.trials, "notes": list(found.notes), "candidates": len(found)}
    try:
        best = found.best
    except ImpossibleRequest as error:
        outcome, message = Outcome.FAILED, error.message
    else:
        outcome, message = Outcome.PASSED, f"{best.family} is {best.confidence:.0%} sure, the best of {found.trials} candidates."
        details |= {"strategy": best.spec.strategy.document(), "confidence": best.confidence, "metrics": _main(best.metrics)}
    return StageRecord(
        stage=Stage.GENERATE, outcome=outcome, message=message, evidence={"generation": found.hash}, details=plain(details)
    )


def _backtest(bench: Bench) -> StageRecord:
    result = run(bench.spec, seed=bench.seed, bars=bench.bars, progress=bench.tell)
    main = _main(result.metrics)
    sharpe = "an undefined" if main["sharpe_ratio"] is None else f"a {main['sharpe_ratio']:.2f}"
    return StageRecord(
        stage=Stage.BACKTEST,
        outcome=Outcome.PASSED,
        message=f"{len(result.index):,} bars, {len(result.trades):,} trades, {sharpe} Sharpe ratio.",
        evidence={"result": result.hash},
        details=plain({"strategy": result.spec.strategy.document(), "metrics": main, "flags": list(result.flags)}),
    )


def _validate(bench: Bench) -> StageRecord:
    asked, spec = bench.journal.spec, bench.spec
    strategy = Strategy.create(spec.strategy.type, **spec.strategy.parameters)
    grid = fitted(asked.grid, strategy, preset(asked.risk).lookback)
    train = max(asked.train_days, 2 * longest_warm_up(strategy, grid))
    same: dict[str, Any] = {name: getattr(spec, name) for name in SAME}
    try:
        found = walk_forward(
            strategy,
            grid=grid,
            where=range_of(type(strategy), preset(asked.risk).lookback).where if asked.grid is None else None,
            train_days=train,
            test_days=asked.test_days,
            start=_before(bench, asked.judged_from, train),
            end=spec.end,
            **same,
            execution=str(spec.execution),
            direction=str(spec.direction),
            source="default" if bench.bars is not None else spec.source,
            bars=bench.bars,
            seed=bench.seed,
            cancel=bench.cancel,
            progress=bench.tell,
        )
    except InvalidInput as error:
        return StageRecord(stage=Stage.VALIDATE, outcome=Outcome.FAILED, message=error.message, details={"train_days": train})
    sharpe = found.metrics["sharpe_ratio"]
    details = {
        "windows": len(found),
        "train_days": train,
        "stability": found.stability,
        "degradation": found.degradation,
        "metrics": _main(found.metrics),
        "trials": found.trials,
    }
    return StageRecord(
        stage=Stage.VALIDATE,
        outcome=Outcome.PASSED if found.passed else Outcome.FAILED,
        message=f"{len(found)} windows, stability {found.stability:.0f} of 100, "
        f"{'an undefined' if sharpe is None else f'a {sharpe:.2f}'} Sharpe ratio out of sample.",
        evidence={"validation": found.hash},
        details=plain(details),
    )


def _before(bench: Bench, day: date, train: int) -> date:
    """The day with as many bars before `day` as a training window takes; the first there is where there are fewer."""
    base = bench.journal.spec.base
    source = "default" if bench.bars is not None else base.source
    days = common_stamps(base.instruments, start=base.start, end=base.end, frequency=base.frequency, source=source, bars=bench.bars)
    at = int(days.searchsorted(pd.Timestamp(day, tz="UTC")))
    return days[max(at - train, 0)].date()


def _dev(bench: Bench) -> StageRecord:
    verdict = gates.dev(bench.result, bars=bench.bars, policy=bench.policy, progress=bench.tell)
    return _judged(Stage.DEV, verdict, {})


def _crv(bench: Bench) -> StageRecord:
    verdict = gates.crv(bench.result, bars=bench.bars, policy=bench.policy, progress=bench.tell)
    return _judged(Stage.CRV, verdict, {})


def _product(bench: Bench) -> StageRecord:
    before = bench.journal.find(Stage.VALIDATE)
    shown: dict[str, Any] = {role: address for role, address in (before.evidence if before else {}).items() if role == "validation"}
    verdict = gates.product(bench.result, **shown, bars=bench.bars, policy=bench.policy, progress=bench.tell)
    return _judged(Stage.PRODUCT, verdict, shown)


def _judged(stage: Stage, verdict: Verdict, more: Mapping[str, str]) -> StageRecord:
    """The record of a gate's verdict: its outcome is the gate's, and nobody else's."""
    failed = ", ".join(check.check_name for check in verdict.failed_checks)
    checks = [{"name": one.check_name, "passed": one.passed, "message": one.message} for one in verdict.checks]
    return StageRecord(
        stage=stage,
        outcome=Outcome.PASSED if verdict.passed else Outcome.FAILED,
        message=f"All {len(verdict.checks)} checks are passed." if verdict.passed else f"It failed: {failed}.",
        evidence={"verdict": verdict.hash, **more},
        details={"checks": checks, "grade": verdict.grade},
    )


def _main(metrics: Mapping[str, float | None]) -> dict[str, float | None]:
    return {name: metrics.get(name) for name in SHOWN}


WORK: Mapping[Stage, Callable[[Bench], StageRecord]] = {
    Stage.GENERATE: _generate,
    Stage.BACKTEST: _backtest,
    Stage.VALIDATE: _validate,
    Stage.DEV: _dev,
    Stage.CRV: _crv,
    Stage.PRODUCT: _product,
}
