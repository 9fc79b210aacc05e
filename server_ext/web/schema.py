"""The base of everything that crosses the wire."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Empty", "ErrorAnswer", "ErrorBody", "Paging", "Schema"]


class Schema(BaseModel):
    """A record on the wire: unknown fields, NaN and infinities are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Paging(Schema):
    """Which part of a list."""

    skip: int = Field(0, ge=0, le=10_000_000, description="How many to leave out, from the newest.")
    limit: int = Field(50, ge=1, le=200, description="How many to give.")


class Empty(Schema):
    """A body without fields."""


class ErrorBody(Schema):
    """What went wrong."""

    code: str = Field(description="A stable name in snake_case.")
    message: str = Field(description="One sentence a person can act on.")
    fields: dict[str, str] = Field(description="What is wrong with each field at fault.")
    request_id: str = Field(description="To be found in the server's log.")


class ErrorAnswer(Schema):
    """The one shape of every error."""

    error: ErrorBody
