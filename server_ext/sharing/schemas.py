"""Sharing on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from server_ext.web.schema import Schema

__all__ = ["NewShare", "Share", "ShareList"]


class NewShare(Schema):
    """Whom to share with: an account by its email, or a team by its name."""

    email: Annotated[str, Field(min_length=1, max_length=254)] | None = None
    team: Annotated[str, Field(min_length=1, max_length=100)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.email is None) == (self.team is None):
            raise ValueError("must name an email or a team, and not both")
        return self


class Share(Schema):
    """Somebody, or a team, that something is shared with."""

    id: str
    email: str | None = Field(description="The account's email; null for a team.")
    team: str | None = Field(description="The team's name; null for an account.")
    shared_by: str
    created_at: datetime


class ShareList(Schema):
    """Whom something is shared with, newest first."""

    total: int
    shares: list[Share]
