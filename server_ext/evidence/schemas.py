"""Validations and verdicts on the wire; rates are percent numbers here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from server_ext.jobs.schemas import StudyFilter
from server_ext.jobs.states import State
from server_ext.research.schemas import Instruments
from server_ext.web.schema import Paging, Schema

__all__ = [
    "GateCheck",
    "GateFilter",
    "GateList",
    "GateRequest",
    "GateResult",
    "GateStatus",
    "NewValidation",
    "ProductGateRequest",
    "Validation",
    "ValidationDetail",
    "ValidationFilter",
    "ValidationList",
    "ValidationQueued",
    "ValidationStatus",
]

Id = Annotated[str, Field(min_length=1, max_length=36)]
Numbers = dict[str, float | None]
Gate = Literal["dev", "crv", "product"]


class NewValidation(Schema):
    """A strategy whose family is to be refitted and judged, window by window."""

    strategy_id: Id
    start_date: date | None = Field(None, description="The first day; the first there is unless given.")
    end_date: date | None = Field(None, description="The last day, included.")
    window_size_days: Annotated[int, Field(gt=30, le=10_000)] = Field(90, description="Days with bars in each test.")
    train_size_days: Annotated[int, Field(gt=30, le=10_000)] = Field(180, description="Days with bars in each training window.")
    initial_capital: Annotated[float, Field(gt=0, le=1e15)] = 100_000.0
    instruments: Instruments = Field(default_factory=lambda: ["GOOG"])
    grid: dict[str, list[bool | int | float | str | None]] | None = Field(
        None, description="The values that each window chooses among; around the strategy's own unless given."
    )
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 42
    data_source: Annotated[str, Field(min_length=1, max_length=100)] = "default"
    costs: dict[str, float | None] | None = None
    options: Annotated[dict[str, Any], Field(max_length=50)] = Field(
        default_factory=dict, description="Any other parameter of the notebook, as anchored or embargo."
    )
    timeout: Annotated[float, Field(gt=0, le=604_800)] | None = Field(None, description="Seconds.")
    priority: Annotated[int, Field(ge=-10, le=10)] = 0


class ValidationQueued(Schema):
    """A validation that waits."""

    validation_id: str
    job_id: str
    status: State


class Validation(Schema):
    """A validation as it is now; its numbers are there once it is complete."""

    id: str
    owner_id: str
    strategy_id: str
    job_id: str
    status: State
    progress: float
    stage: str
    error: str | None
    asked: dict[str, Any]
    passed: bool | None
    stability: float | None = Field(description="From 0 to 100; 75 passes.")
    degradation: float | None = Field(description="How much of the training Sharpe ratio was lost out of sample, in percent.")
    metrics: Numbers = Field(description="Of the stitched out-of-sample account, by the names of the metrics page.")
    trials: int | None
    result: str | None = Field(description="The hash of the result.")
    duration: float | None
    created_at: datetime
    finished_at: datetime | None


class ValidationDetail(Schema):
    """A validation with its windows, its stitched account and what is known of luck; empty until it is complete."""

    validation: Validation
    windows: list[dict[str, Any]]
    overfitting: dict[str, Any]
    equity_curve: list[dict[str, Any]]


class ValidationStatus(Schema):
    """How far a validation is."""

    validation_id: str
    status: State
    progress: float
    stage: str
    error: str | None


class ValidationFilter(StudyFilter):
    """Which validations."""


class ValidationList(Schema):
    """Validations, newest first."""

    total: int
    validations: list[Validation]


class GateRequest(Schema):
    """A strategy to be brought before a gate."""

    strategy_id: Id
    backtest_id: Id | None = Field(None, description="The latest completed one of the strategy as it is now, unless given.")


class ProductGateRequest(GateRequest):
    """A strategy to be brought before the product gate."""

    validation_id: Id | None = Field(None, description="The latest completed one of the strategy, unless given.")


class GateCheck(Schema):
    """One thing that a gate looked at; it is passed by evidence only."""

    check_name: str
    passed: bool
    description: str
    message: str
    evidence: list[str] = Field(description="Hashes in the store.")


class GateResult(Schema):
    """What a gate decided, with what it rests on."""

    id: str
    strategy_id: str
    backtest_id: str
    validation_id: str | None
    gate: Gate
    passed: bool
    grade: str
    checks: list[GateCheck]
    evidence: dict[str, str] = Field(description="What the verdict rests on, by role: hashes in the store.")
    verdict: str = Field(description="The hash of the verdict.")
    policy: str = Field(description="The hash of the policy.")
    band: str
    created_at: datetime


class GateFilter(Paging):
    """Which verdicts."""

    strategy_id: Annotated[str, Field(max_length=36)] | None = None
    gate: Gate | None = None


class GateList(Schema):
    """Verdicts, newest first."""

    total: int
    gates: list[GateResult]


class GateStatus(Schema):
    """The latest verdict of each gate, how ready the strategy is, and what keeps it from promotion."""

    strategy_id: str
    gates: dict[Gate, GateResult | None]
    production_ready: bool
    readiness: dict[str, Any] | None
    promotion_block_reasons: list[str]
