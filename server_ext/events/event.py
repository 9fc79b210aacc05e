"""An event, and the one rule of who may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, false, or_, true

from server_ext.events.tables import events

__all__ = ["Addressed", "Audience", "Event", "Recorded", "Viewer", "can_see", "visible_to"]


class Audience(StrEnum):
    """Whom an event is for; an admin sees all of them."""

    OWNER = "owner"
    TEAM = "team"
    EVERYONE = "everyone"
    ADMINS = "admins"


class Viewer(Protocol):
    """Whoever asks for events."""

    @property
    def id(self) -> str:
        """The account's id."""

    @property
    def team(self) -> str | None:
        """The account's team."""

    @property
    def is_admin(self) -> bool:
        """Whether the account sees everything."""


class Addressed(Protocol):
    """What says whom it is for."""

    @property
    def audience(self) -> Audience:
        """Whom it is for, besides its owner."""

    @property
    def owner_id(self) -> str | None:
        """The account it belongs to."""

    @property
    def team(self) -> str | None:
        """The team it belongs to."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened; `key`, where given, makes a second append of the same event do nothing."""

    type: str
    data: Mapping[str, Any] = field(default_factory=dict)
    audience: Audience = Audience.OWNER
    owner_id: str | None = None
    team: str | None = None
    key: str | None = None


@dataclass(frozen=True, kw_only=True)
class Recorded(Event):
    """An event with its place in the log."""

    seq: int
    at: datetime


def can_see(viewer: Viewer, event: Addressed) -> bool:
    """Whether `viewer` may see `event`: its owner always, its team or everyone where it is for them, an admin all."""
    if viewer.is_admin or (event.owner_id is not None and event.owner_id == viewer.id):
        return True
    if event.audience is Audience.TEAM:
        return event.team is not None and event.team == viewer.team
    return event.audience is Audience.EVERYONE


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """The same rule as a condition on rows."""
    if viewer.is_admin:
        return true()
    of_team = and_(events.c.audience == Audience.TEAM, events.c.team == viewer.team) if viewer.team is not None else false()
    return or_(events.c.owner_id == viewer.id, of_team, events.c.audience == Audience.EVERYONE)
