"""Orchestrations on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from server_ext.jobs.states import State
from server_ext.research.schemas import Instruments
from server_ext.web.schema import Paging, Schema

__all__ = ["NewRun", "Run", "RunFilter", "RunList", "RunQueued", "Stage"]


class NewRun(Schema):
    """A goal in words, or a strategy, to be taken through all stages."""

    goal: Annotated[str, Field(min_length=1, max_length=10_000)] | None = Field(None, description="Either this or a strategy.")
    strategy_id: Annotated[str, Field(min_length=1, max_length=36)] | None = None
    risk_preference: Literal["conservative", "moderate", "aggressive"] = "moderate"
    instruments: Instruments | None = Field(None, description="What the goal names, or GOOG for a strategy, unless given.")
    start_date: date | None = Field(None, description="The first day; the first there is unless given.")
    end_date: date | None = Field(None, description="The last day, included.")
    window_size_days: Annotated[int, Field(gt=30, le=10_000)] = 90
    train_size_days: Annotated[int, Field(gt=30, le=10_000)] = 180
    initial_capital: Annotated[float, Field(gt=0, le=1e15)] = 100_000.0
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 42
    data_source: Annotated[str, Field(min_length=1, max_length=100)] = "default"
    costs: dict[str, float | None] | None = None
    options: Annotated[dict[str, Any], Field(max_length=50)] = Field(
        default_factory=dict, description="Any other parameter of the notebook, as tries, grid or direction."
    )
    timeout: Annotated[float, Field(gt=0, le=604_800)] | None = Field(None, description="Seconds.")
    priority: Annotated[int, Field(ge=-10, le=10)] = 0

    @model_validator(mode="after")
    def _goal_or_strategy(self) -> Self:
        if (self.goal is None) == (self.strategy_id is None):
            raise ValueError("must have either a goal or a strategy_id, and not both")
        return self


class RunQueued(Schema):
    """A run that waits."""

    run_id: str
    job_id: str
    status: State


class Stage(Schema):
    """One of the six stages: `pending`, `running`, `passed`, `failed`, `skipped`, or `not reached`."""

    stage: str
    state: str
    attempts: int = Field(description="How often it was begun; more than once where whatever ran it was lost.")
    started_at: datetime | None
    ended_at: datetime | None
    seconds: float | None
    message: str
    evidence: dict[str, str] = Field(description="What it rests on, by role: hashes in the store.")
    details: dict[str, Any]


class Run(Schema):
    """A run as it is now."""

    id: str
    owner_id: str
    strategy_id: str | None = Field(description="The one that was given, or that was generated for the goal.")
    goal: str | None
    job_id: str
    status: State
    progress: float
    stage: str
    error: str | None
    asked: dict[str, Any]
    stages: list[Stage]
    passed: bool | None = Field(description="Whether the product gate passed it; null as long as it is on its way.")
    result: str | None = Field(description="The hash of the finished run.")
    duration: float | None
    created_at: datetime
    finished_at: datetime | None


class RunFilter(Paging):
    """Which runs."""

    strategy_id: Annotated[str, Field(max_length=36)] | None = None
    status: State | None = None


class RunList(Schema):
    """Runs, newest first."""

    total: int
    runs: list[Run]
