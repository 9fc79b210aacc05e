"""Policies and waivers on the wire. Limits are fractions, as the policy holds them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, Field

from server_ext.web.schema import Paging, Schema

__all__ = ["NewPolicy", "NewWaiver", "Policy", "PolicyList", "Waiver", "WaiverFilter", "WaiverList"]

Id = Annotated[str, Field(min_length=1, max_length=36)]
Reason = Annotated[str, Field(min_length=1, max_length=2_000)]


class NewPolicy(Schema):
    """Limits to be put in force; those that are left out stay."""

    limits: Annotated[dict[str, float | bool], Field(min_length=1, max_length=50)] = Field(
        description="By name, as maximum_drawdown."
    )
    reason: Reason


class Policy(Schema):
    """A policy: its limits by name, and who set it, when and why."""

    version: int
    hash: str
    limits: dict[str, Any]
    set_by: str
    reason: str
    supersedes: str | None
    created_at: datetime | None = Field(description="Null for the defaults.")


class PolicyList(Schema):
    """Every policy that was ever set, newest first."""

    total: int
    policies: list[Policy]


class NewWaiver(Schema):
    """A check of the product gate that may be passed without its number."""

    strategy_id: Id
    backtest_id: Id | None = Field(None, description="The latest completed one of the strategy as it is now, unless given.")
    check_name: Annotated[str, Field(max_length=60)] = "deflated_sharpe"
    reason: Reason
    expires_at: AwareDatetime | None = Field(None, description="It holds until taken back unless given.")


class Waiver(Schema):
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


class WaiverFilter(Paging):
    """Which waivers."""

    strategy_id: Annotated[str, Field(max_length=36)] | None = None


class WaiverList(Schema):
    """Waivers, newest first; those that hold no longer stay."""

    total: int
    waivers: list[Waiver]
