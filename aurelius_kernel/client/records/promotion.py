"""Policies, waivers and promotions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aurelius_kernel.client.records.answer import Answer

__all__ = ["Policies", "Policy", "Promotion", "Promotions", "Waiver", "Waivers"]


class Policy(Answer):
    """A policy: its limits by name, and who set it, when and why."""

    version: int
    hash: str
    limits: dict[str, Any]
    set_by: str
    reason: str
    supersedes: str | None
    created_at: datetime | None


class Policies(Answer):
    """Every policy that was ever set, newest first."""

    total: int
    policies: list[Policy]


class Waiver(Answer):
    """A waiver: which check, for which run, by whom and why, and until when."""

    id: str
    strategy_id: str
    backtest_id: str
    check_name: str
    by: str
    reason: str
    hash: str
    created_at: datetime
    expires_at: datetime | None
    withdrawn_at: datetime | None
    holds: bool


class Waivers(Answer):
    """Waivers, newest first."""

    total: int
    waivers: list[Waiver]


class Promotion(Answer):
    """A promotion as it is now."""

    id: str
    owner_id: str
    strategy_id: str
    verdict_id: str
    state: str
    two_persons: bool
    requested_by: str
    reason: str
    approvals: list[dict[str, Any]]
    result: str
    verdict: str
    scorecard: str
    hash: str
    previous: str | None
    created_at: datetime
    updated_at: datetime


class Promotions(Answer):
    """Promotions, newest first."""

    total: int
    promotions: list[Promotion]
