"""The types of events as people read them: the reference page, made from the table."""

from __future__ import annotations

from collections.abc import Iterable

from server_ext.access.visibility import Audience
from server_ext.events.types import CONTROL, DEFAULTS, EVENT_TYPES, EventType

__all__ = ["reference_page"]

_OPENING = """\
What arrives on `/ws`, and what `GET /api/v1/events` lists: `{"type", "data", "seq", "timestamp", "version"}`. A subscription may be
narrowed by any name of an event's data. An admin sees every event; *by default* says what a connection hears that has not
chosen.
"""
_SEEN_BY = {
    Audience.OWNER: "its owner",
    Audience.SHARED: "those it is shared with",
    Audience.TEAM: "a team",
    Audience.EVERYONE: "everyone",
    Audience.ADMINS: "admins",
}


def reference_page() -> str:
    """Every type of event, and every frame of the server's own, as tables of the documentation."""
    events = (
        (f"`{row.name}`", row.sentence, _code(row.fields), _seen_by(row), "yes" if row.name in DEFAULTS else "")
        for row in EVENT_TYPES.values()
    )
    frames = ((f"`{name}`", sentence, _code(fields.split())) for name, (fields, sentence) in CONTROL.items())
    parts = [
        "# Events\n",
        _OPENING,
        _table(("event", "tells", "data", "seen by", "by default"), events),
        "## Frames of the server's own\n",
        "They are not in the log. Their `seq` is where the client stands: it was sent all it should have up to there.\n",
        _table(("frame", "says", "data"), frames),
    ]
    return "\n".join(parts)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    titles = list(head)
    lines = [titles, ["---"] * len(titles), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _seen_by(row: EventType) -> str:
    return ", ".join(_SEEN_BY[audience] for audience in row.audiences)


def _code(names: Iterable[str]) -> str:
    return " ".join(f"`{name}`" for name in names)
