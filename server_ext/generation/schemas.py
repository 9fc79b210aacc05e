"""Goals and what comes of them, on the wire; rates are percent numbers here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from server_ext.jobs.states import State
from server_ext.research.schemas import Instruments
from server_ext.strategies.schemas import Strategy
from server_ext.web.schema import Schema

__all__ = [
    "GeneratedStrategy",
    "Generation",
    "NewGeneration",
    "NewReflexion",
    "Reflexion",
    "ReflexionList",
    "ReflexionQueued",
]

Numbers = dict[str, float | None]


class NewGeneration(Schema):
    """A goal in words that strategies are wanted for."""

    goal: Annotated[str, Field(min_length=1, max_length=10_000, examples=["momentum on GOOG, drawdown < 20%"])]
    risk_preference: Literal["conservative", "moderate", "aggressive"] = "moderate"
    max_strategies: Annotated[int, Field(ge=1, le=20)] = 5
    instruments: Instruments | None = Field(None, description="What the goal names, unless given.")
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 42
    tries: Annotated[int, Field(ge=1, le=2_000)] = Field(60, description="How many are drawn and measured; each counts as a trial.")
    start_date: date | None = Field(None, description="The first day; the first there is unless given.")
    end_date: date | None = Field(None, description="The last day, included.")
    data_source: Annotated[str, Field(min_length=1, max_length=100)] = "default"


class GeneratedStrategy(Strategy):
    """A strategy that was made for a goal, with what it did on the part of the data that was looked at."""

    rank: int
    confidence: float = Field(description="The probability, from 0 to 1, that its Sharpe ratio is more than the luck of all tries.")
    metrics: Numbers
    keeps_limits: bool
    broken: list[str] = Field(description="Which limits of the goal it does not keep.")
    why: str | None = Field(description="The reason of whoever proposed it.")
    spec: dict[str, Any] = Field(description="The run that it was measured by.")


class Generation(Schema):
    """The strategies that were made for a goal, the best first."""

    request_id: str
    strategies: list[GeneratedStrategy]
    generation_time_ms: int
    goal: str
    trials: int = Field(description="How many were tried for it, failed ones too.")
    trials_ever: int = Field(description="How many of these families were ever tried on these data.")
    notes: list[str] = Field(description="What of the goal was not taken, and what could not be tried.")
    stretch: dict[str, Any] = Field(description="Which part of the data was looked at, and which stays unseen.")
    result: str = Field(description="The hash of the generation.")


class NewReflexion(Schema):
    """What is to be changed about a strategy that failed."""

    feedback: Annotated[str, Field(max_length=2_000)] = Field("", description="A reader's words, as “too many trades”.")
    failed: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=50)] | None = Field(
        None, description="Names of checks that failed; those of the newest verdicts unless given."
    )
    backtest_id: Annotated[str, Field(min_length=1, max_length=36)] | None = Field(
        None, description="The latest completed one of the strategy as it is now, unless given."
    )
    train_size_days: Annotated[int, Field(gt=30, le=10_000)] = 180
    window_size_days: Annotated[int, Field(gt=30, le=10_000)] = 90
    timeout: Annotated[float, Field(gt=0, le=604_800)] | None = Field(None, description="Seconds.")


class ReflexionQueued(Schema):
    """A reflexion that waits."""

    reflexion_id: str
    job_id: str
    status: State


class Reflexion(Schema):
    """A reflexion as it is now; the child, the change and what it is worth are there once it is complete."""

    id: str
    owner_id: str
    strategy_id: str
    backtest_id: str
    job_id: str
    status: State
    progress: float
    stage: str
    error: str | None
    feedback: str
    child: Strategy | None = Field(description="The changed strategy.")
    reason: str | None = Field(description="Why the strategy was changed, and how.")
    changed: dict[str, Any] | None = Field(description="What was changed, by its name: before and after.")
    complaints: list[str]
    parent_sharpe: float | None = Field(description="Out of sample, over the same windows as the child's.")
    child_sharpe: float | None
    improvement: float | None = Field(description="The child's less the parent's, between −2 and 2.")
    trials: int | None
    spec: dict[str, Any] | None = Field(description="The child's run; what was changed beside parameters stands in it.")
    result: str | None = Field(description="The hash of the reflexion.")
    created_at: datetime
    finished_at: datetime | None


class ReflexionList(Schema):
    """The reflexions of a strategy, and of what was made of it in turn, newest first."""

    total: int
    reflexions: list[Reflexion]
