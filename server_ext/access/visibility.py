"""Who may see what: one rule for objects and for the events that tell of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, Protocol

from sqlalchemy import ColumnElement, and_, or_

__all__ = ["Addressed", "Audience", "Reader", "Viewer", "can_see", "is_named"]


class Audience(StrEnum):
    """Whom something is for, besides its owner; an admin sees all of it."""

    OWNER = "owner"
    SHARED = "shared"
    TEAM = "team"
    EVERYONE = "everyone"
    ADMINS = "admins"


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody, or a whole team, that something is shared with: an account's id or a team's name."""

    kind: Literal["user", "team"]
    name: str


class Viewer(Protocol):
    """Whoever wants to see something."""

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

    @property
    def readers(self) -> frozenset[Reader]:
        """Whom it is shared with."""


def can_see(viewer: Viewer, thing: Addressed) -> bool:
    """Whether `viewer` may see `thing`: its owner always, an admin all, the others where it is for them."""
    if viewer.is_admin or (thing.owner_id is not None and thing.owner_id == viewer.id):
        return True
    if thing.audience is Audience.SHARED:
        return any(is_reader(viewer, reader) for reader in thing.readers)
    if thing.audience is Audience.TEAM:
        return thing.team is not None and thing.team == viewer.team
    return thing.audience is Audience.EVERYONE


def is_reader(viewer: Viewer, reader: Reader) -> bool:
    """Whether `viewer` is that account, or in that team."""
    return reader.name == (viewer.id if reader.kind == "user" else viewer.team)


def is_named(viewer: Viewer, kind: ColumnElement[Any], name: ColumnElement[Any]) -> ColumnElement[bool]:
    """The same as a condition on rows that hold the kind and the name of a reader."""
    user = and_(kind == "user", name == viewer.id)
    return user if viewer.team is None else or_(user, and_(kind == "team", name == viewer.team))
