"""Backtests, sweeps, validations and verdicts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aurelius_kernel.client.records.answer import Answer

__all__ = [
    "AccountPoint",
    "Backtest",
    "BacktestDetail",
    "BacktestQueued",
    "BacktestStatus",
    "Backtests",
    "GateCheck",
    "GateResult",
    "GateStatus",
    "Gates",
    "Point",
    "StitchedPoint",
    "Sweep",
    "SweepQueued",
    "SweepSummary",
    "Sweeps",
    "Validation",
    "ValidationDetail",
    "ValidationQueued",
    "ValidationStatus",
    "Validations",
]


class BacktestQueued(Answer):
    """A backtest as it was taken in."""

    backtest_id: str
    job_id: str
    status: str
    execution_metadata: dict[str, Any]


class Backtest(Answer):
    """A backtest as it is now; rates are percent numbers."""

    id: str
    owner_id: str
    strategy_id: str
    job_id: str
    status: str
    progress: float
    stage: str
    error: str | None
    instruments: list[str]
    initial_capital: float
    spec: dict[str, Any]
    metrics: dict[str, float | None]
    benchmark_metrics: dict[str, float | None]
    flags: list[str]
    identity: dict[str, Any] | None
    result: str | None
    duration: float | None
    created_at: datetime


class Backtests(Answer):
    """Backtests, newest first."""

    total: int
    backtests: list[Backtest]


class Point(Answer):
    """The account at a bar's close."""

    time: datetime
    equity: float | None


class AccountPoint(Point):
    """The account at a bar's close, beside buy and hold, with its exposure in percent and what it has paid so far."""

    benchmark: float | None
    exposure: float | None
    costs: float


class BacktestDetail(Answer):
    """A backtest with its round trips, its account bar by bar, and what it paid by kind."""

    backtest: Backtest
    trades: list[dict[str, Any]]
    equity_curve: list[AccountPoint]
    costs: dict[str, float]
    periods_per_year: float | None


class BacktestStatus(Answer):
    """How far a backtest is."""

    backtest_id: str
    status: str
    progress: float
    stage: str
    error: str | None


class SweepQueued(Answer):
    """A sweep as it was taken in."""

    sweep_id: str
    job_id: str
    status: str


class SweepSummary(Answer):
    """A sweep as it is now."""

    id: str
    owner_id: str
    job_id: str
    strategy_type: str
    status: str
    progress: float
    stage: str
    error: str | None
    objective: str
    asked: dict[str, Any]
    trials: int | None
    failed: int | None
    result: str | None
    duration: float | None
    created_at: datetime


class Sweep(SweepSummary):
    """A sweep with the best of its trials and the surface of the objective; rates are percent numbers."""

    best: dict[str, Any] | None
    surface: list[dict[str, Any]]


class Sweeps(Answer):
    """Sweeps, newest first."""

    total: int
    sweeps: list[SweepSummary]


class ValidationQueued(Answer):
    """A validation as it was taken in."""

    validation_id: str
    job_id: str
    status: str


class Validation(Answer):
    """A validation as it is now; rates are percent numbers."""

    id: str
    owner_id: str
    strategy_id: str
    job_id: str
    status: str
    progress: float
    stage: str
    error: str | None
    asked: dict[str, Any]
    passed: bool | None
    stability: float | None
    degradation: float | None
    metrics: dict[str, float | None]
    trials: int | None
    result: str | None
    duration: float | None
    created_at: datetime


class Validations(Answer):
    """Validations, newest first."""

    total: int
    validations: list[Validation]


class StitchedPoint(Point):
    """The stitched account at a bar's close, beside buy and hold over the same bars."""

    benchmark: float | None


class ValidationDetail(Answer):
    """A validation with its windows, its stitched account, and how much of it may be luck."""

    validation: Validation
    windows: list[dict[str, Any]]
    overfitting: dict[str, Any]
    equity_curve: list[StitchedPoint]


class ValidationStatus(Answer):
    """How far a validation is."""

    validation_id: str
    status: str
    progress: float
    stage: str
    error: str | None


class GateCheck(Answer):
    """One thing that a gate looked at."""

    check_name: str
    passed: bool
    description: str
    message: str
    evidence: list[str]


class GateResult(Answer):
    """What a gate decided, with what it rests on."""

    id: str
    strategy_id: str
    backtest_id: str
    validation_id: str | None
    gate: str
    passed: bool
    grade: str
    checks: list[GateCheck]
    evidence: dict[str, str]
    verdict: str
    policy: str
    band: str
    created_at: datetime


class Gates(Answer):
    """The verdicts of gates, newest first."""

    total: int
    gates: list[GateResult]


class GateStatus(Answer):
    """The latest verdict of each gate, how ready a strategy is, and what keeps it from promotion."""

    strategy_id: str
    gates: dict[str, GateResult | None]
    production_ready: bool
    readiness: dict[str, Any] | None
    promotion_block_reasons: list[str]
