"""Strategies on the wire."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from server_ext.web.schema import Paging, Schema

__all__ = [
    "Family",
    "FamilyList",
    "Issue",
    "NewStrategy",
    "Parameter",
    "Status",
    "Strategy",
    "StrategyChange",
    "StrategyDetail",
    "StrategyFilter",
    "StrategyList",
    "Validity",
    "Version",
]


class Status(StrEnum):
    """Where a strategy stands."""

    ACTIVE = "active"
    ARCHIVED = "archived"


def _name(text: str) -> str:
    text = " ".join(text.split())
    if not text or not text.isprintable():
        raise ValueError("must hold something, all of it printable")
    return text


Name = Annotated[str, Field(max_length=200), AfterValidator(_name)]
Parameters = Annotated[dict[str, Any], Field(max_length=100, description="By name; what is left out takes the family's default.")]


class NewStrategy(Schema):
    """A strategy of a registered family."""

    name: Name
    strategy_type: Annotated[str, Field(min_length=1, max_length=60, examples=["trend_following"])]
    parameters: Parameters = Field(default_factory=dict)


class StrategyChange(Schema):
    """What becomes of a strategy; other parameters make a new version."""

    name: Name | None = None
    parameters: Parameters | None = Field(None, description="Those that change; the others stay.")
    status: Status | None = None


class Strategy(Schema):
    """A strategy as it is now."""

    id: str
    owner_id: str
    name: str
    strategy_type: str
    status: Status
    version: int
    parameters: dict[str, Any]
    created_at: datetime
    updated_at: datetime


class Version(Schema):
    """A strategy as it was."""

    version: int
    name: str
    parameters: dict[str, Any]
    created_by: str
    created_at: datetime


class StrategyDetail(Schema):
    """A strategy and every version it had, newest first."""

    strategy: Strategy
    versions: list[Version]


class StrategyFilter(Paging):
    """Which strategies."""

    type: Annotated[str, Field(max_length=60)] | None = None
    status: Status | None = None
    q: Annotated[str, Field(max_length=100)] | None = Field(None, description="Part of the name.")


class StrategyList(Schema):
    """Strategies, newest first."""

    total: int
    strategies: list[Strategy]


class Issue(Schema):
    """Something about a strategy that a reader should know."""

    field: str
    severity: Literal["error", "warning"]
    message: str


class Validity(Schema):
    """Whether a strategy can be run as it is."""

    valid: bool
    issues: list[Issue]


class Parameter(Schema):
    """A parameter of a family."""

    parameter: str
    type: str
    default: Any
    low: float | None
    high: float | None
    choices: list[Any] | None
    description: str


class Family(Schema):
    """A family of strategies."""

    type: str
    version: int
    summary: str
    min_instruments: int
    max_instruments: int | None
    parameters: list[Parameter]


class FamilyList(Schema):
    """Every family."""

    total: int
    strategy_types: list[Family]
