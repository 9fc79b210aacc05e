"""Strategies, their versions, with whom they are shared, and the families."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aurelius_kernel.client.records.answer import Answer

__all__ = [
    "Families",
    "Family",
    "GeneratedStrategy",
    "Generation",
    "Issue",
    "Share",
    "Shares",
    "Strategies",
    "Strategy",
    "StrategyDetail",
    "Validity",
    "Version",
]


class Strategy(Answer):
    """A strategy as it is now."""

    id: str
    owner_id: str
    name: str
    strategy_type: str
    status: str
    version: int
    parameters: dict[str, Any]
    created_at: datetime
    updated_at: datetime


class GeneratedStrategy(Strategy):
    """A strategy that was made for a goal; `confidence` is the probability that it is more than luck, rates are percent numbers."""

    rank: int
    confidence: float
    metrics: dict[str, float | None]
    keeps_limits: bool
    broken: list[str]
    why: str | None
    spec: dict[str, Any]


class Generation(Answer):
    """The strategies that were made for a goal, the best first."""

    request_id: str
    strategies: list[GeneratedStrategy]
    generation_time_ms: int
    goal: str
    trials: int
    trials_ever: int
    notes: list[str]
    stretch: dict[str, Any]
    result: str


class Version(Answer):
    """A strategy as it was."""

    version: int
    name: str
    parameters: dict[str, Any]
    created_at: datetime


class StrategyDetail(Answer):
    """A strategy and every version it had, newest first."""

    strategy: Strategy
    versions: list[Version]


class Strategies(Answer):
    """Strategies, newest first."""

    total: int
    strategies: list[Strategy]


class Issue(Answer):
    """Something about a strategy that a reader should know."""

    field: str
    severity: str
    message: str


class Share(Answer):
    """Somebody, by `email`, or a team, that something is shared with."""

    id: str
    email: str | None
    team: str | None
    shared_by: str
    created_at: datetime


class Shares(Answer):
    """Whom something is shared with, newest first."""

    total: int
    shares: list[Share]


class Validity(Answer):
    """Whether a strategy can be run as it is."""

    valid: bool
    issues: list[Issue]


class Family(Answer):
    """A family of strategies."""

    type: str
    version: int
    summary: str
    parameters: list[dict[str, Any]]


class Families(Answer):
    """Every family."""

    total: int
    strategy_types: list[Family]
