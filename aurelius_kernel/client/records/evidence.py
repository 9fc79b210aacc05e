"""Reflexions and runs through all stages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aurelius_kernel.client.records.answer import Answer
from aurelius_kernel.client.records.strategies import Strategy

__all__ = ["Reflexion", "ReflexionQueued", "Reflexions", "Run", "RunQueued", "Runs", "Stage"]


class ReflexionQueued(Answer):
    """A reflexion as it was taken in."""

    reflexion_id: str
    job_id: str
    status: str


class Reflexion(Answer):
    """A reflexion as it is now; `changed` has for each thing what it was and what it is."""

    id: str
    owner_id: str
    strategy_id: str
    backtest_id: str
    job_id: str
    status: str
    progress: float
    stage: str
    error: str | None
    feedback: str
    child: Strategy | None
    reason: str | None
    changed: dict[str, Any] | None
    complaints: list[str]
    parent_sharpe: float | None
    child_sharpe: float | None
    improvement: float | None
    trials: int | None
    spec: dict[str, Any] | None
    result: str | None
    created_at: datetime


class Reflexions(Answer):
    """Reflexions, newest first."""

    total: int
    reflexions: list[Reflexion]


class RunQueued(Answer):
    """A run as it was taken in."""

    run_id: str
    job_id: str
    status: str


class Stage(Answer):
    """One of the six stages of a run."""

    stage: str
    state: str
    attempts: int
    started_at: datetime | None
    ended_at: datetime | None
    seconds: float | None
    message: str
    evidence: dict[str, str]
    details: dict[str, Any]


class Run(Answer):
    """A run through all stages as it is now."""

    id: str
    owner_id: str
    strategy_id: str | None
    goal: str | None
    job_id: str
    status: str
    progress: float
    stage: str
    error: str | None
    asked: dict[str, Any]
    stages: list[Stage]
    passed: bool | None
    result: str | None
    duration: float | None
    created_at: datetime


class Runs(Answer):
    """Runs through all stages, newest first."""

    total: int
    runs: list[Run]
