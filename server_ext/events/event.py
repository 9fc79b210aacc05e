"""An event, and which of them somebody may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, true

from server_ext.access.visibility import Audience, Reader, Viewer, is_named
from server_ext.events.tables import event_readers, events

__all__ = ["Event", "Recorded", "visible_to"]


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened; `key`, where given, makes a second append of the same event do nothing.

    `readers` are whom it is shared with, where `audience` says that it is. They stay as they were when it happened: who may read an
    object later is not told what went before, and who may no longer keeps what was told.
    """

    type: str
    data: Mapping[str, Any] = field(default_factory=dict)
    audience: Audience = Audience.OWNER
    owner_id: str | None = None
    team: str | None = None
    readers: frozenset[Reader] = frozenset()
    key: str | None = None


@dataclass(frozen=True, kw_only=True)
class Recorded(Event):
    """An event with its place in the log, read for somebody who may see it: whom else it is shared with is not read along."""

    seq: int
    at: datetime


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """The rule of `can_see` as a condition on rows."""
    if viewer.is_admin:
        return true()
    of_team = and_(events.c.audience == Audience.TEAM, events.c.team == viewer.team) if viewer.team is not None else false()
    named = is_named(viewer, event_readers.c.reader_kind, event_readers.c.reader)
    shared = and_(events.c.audience == Audience.SHARED, exists().where(and_(event_readers.c.seq == events.c.seq, named)))
    return or_(events.c.owner_id == viewer.id, of_team, shared, events.c.audience == Audience.EVERYONE)
