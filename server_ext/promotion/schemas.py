"""Promotions on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from server_ext.web.schema import Paging, Schema

__all__ = ["Decision", "NewPromotion", "Promotion", "PromotionFilter", "PromotionList"]

Id = Annotated[str, Field(min_length=1, max_length=36)]
Reason = Annotated[str, Field(min_length=1, max_length=2_000)]


class NewPromotion(Schema):
    """A strategy that is to be promoted."""

    strategy_id: Id
    reason: Reason


class Decision(Schema):
    """What somebody decides on a promotion."""

    decision: Literal["approve", "reject"]
    note: Annotated[str, Field(max_length=2_000)] = ""


class Promotion(Schema):
    """A promotion as it is now; `record` has the whole of it, `previous` the state before by its hash."""

    id: str
    owner_id: str
    strategy_id: str
    verdict_id: str
    state: Literal["requested", "approved", "rejected", "withdrawn"]
    two_persons: bool
    requested_by: str
    reason: str
    approvals: list[dict[str, Any]]
    result: str = Field(description="The hash of the result that is promoted.")
    verdict: str
    scorecard: str
    hash: str
    previous: str | None
    created_at: datetime
    updated_at: datetime


class PromotionFilter(Paging):
    """Which promotions."""

    strategy_id: Annotated[str, Field(max_length=36)] | None = None
    state: Literal["requested", "approved", "rejected", "withdrawn"] | None = None


class PromotionList(Schema):
    """Promotions, newest first."""

    total: int
    promotions: list[Promotion]
