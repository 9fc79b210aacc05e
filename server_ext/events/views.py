"""Who gets what: listeners with the same eyes and the same wishes share one view, and what is built for it once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from server_ext.access.visibility import Audience, Viewer, can_see
from server_ext.events.frames import Framed
from server_ext.events.listener import Listener
from server_ext.events.subscriptions import ALL, Subscriptions, holds

__all__ = ["Batch", "View", "Views", "batches"]

_BATCH_BYTES = 64 * 1024


@dataclass(frozen=True)
class Batch:
    """Some frames in one piece, and the number up to which a listener knows all once it has them."""

    data: bytes
    count: int
    upto: int


@dataclass(eq=False)
class View:
    """An account's eyes and a connection's wishes; `live` are the listeners that have everything up to now."""

    viewer: Viewer
    subscriptions: Subscriptions
    live: set[Listener] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.key = _key(self.viewer, self.subscriptions)
        self._filters = self.subscriptions.filters()
        self._is_all = ALL in self._filters

    def wants(self, event: Framed) -> bool:
        """Whether this view's listeners get the event."""
        if not can_see(self.viewer, event):
            return False
        if self._is_all:
            return True
        if event.type not in self._filters:
            return False
        narrowed = self._filters[event.type]
        return narrowed is None or any(holds(one, event) for one in narrowed)


class Views:
    """The views of all live listeners, found by what an event says about whom it is for."""

    def __init__(self) -> None:
        self._views: dict[tuple[object, ...], View] = {}
        self._of: dict[Listener, View] = {}
        self._admins: set[View] = set()
        self._of_user: defaultdict[str, set[View]] = defaultdict(set)
        self._of_team: defaultdict[str, set[View]] = defaultdict(set)

    def __len__(self) -> int:
        return len(self._views)

    def join(self, listener: Listener) -> None:
        """Put a listener among the live ones of its view."""
        view = self.like(listener)
        if view is None:
            view = View(listener.viewer, listener.subscriptions)
            self._views[view.key] = view
            for shelf in self._shelves(view.viewer):
                shelf.add(view)
        view.live.add(listener)
        self._of[listener] = view

    def of(self, listener: Listener) -> View | None:
        """The view of a live listener; None for one that is behind."""
        return self._of.get(listener)

    def like(self, listener: Listener) -> View | None:
        """The view that a listener would join; None when it would be the first."""
        return self._views.get(_key(listener.viewer, listener.subscriptions))

    def leave(self, listener: Listener) -> None:
        """Take a listener out; the last one takes its view along."""
        view = self._of.pop(listener, None)
        if view is None:
            return
        view.live.discard(listener)
        if not view.live:
            del self._views[view.key]
            for shelf in self._shelves(view.viewer):
                shelf.discard(view)
            self._forget_empty(view.viewer)

    def seeing(self, event: Framed) -> Iterator[View]:
        """The views whose listeners get an event."""
        return (view for view in self._candidates(event) if view.wants(event))

    def _candidates(self, event: Framed) -> Iterable[View]:
        """Every view that may see an event, and few that may not: `can_see` decides."""
        if event.audience is Audience.EVERYONE:
            return self._views.values()
        found = set(self._admins)
        if event.owner_id is not None:
            found |= self._of_user.get(event.owner_id, set())
        for reader in event.readers:
            found |= (self._of_user if reader.kind == "user" else self._of_team).get(reader.name, set())
        if event.audience is Audience.TEAM and event.team is not None:
            found |= self._of_team.get(event.team, set())
        return found

    def _shelves(self, viewer: Viewer) -> Iterator[set[View]]:
        if viewer.is_admin:
            yield self._admins
        yield self._of_user[viewer.id]
        if viewer.team is not None:
            yield self._of_team[viewer.team]

    def _forget_empty(self, viewer: Viewer) -> None:
        if not self._of_user[viewer.id]:
            del self._of_user[viewer.id]
        if viewer.team is not None and not self._of_team[viewer.team]:
            del self._of_team[viewer.team]


def batches(events: Iterable[Framed], upto: int) -> Iterator[Batch]:
    """The frames of events in pieces that are small enough to wait for one slow listener; the last one reaches `upto`."""
    waiting: list[bytes] = []
    size = last = 0
    for event in events:
        if waiting and size + len(event.frame) > _BATCH_BYTES:
            yield Batch(b"".join(waiting), len(waiting), last)
            waiting, size = [], 0
        waiting.append(event.frame)
        size += len(event.frame)
        last = event.seq
    yield Batch(b"".join(waiting), len(waiting), upto)


def _key(viewer: Viewer, subscriptions: Subscriptions) -> tuple[object, ...]:
    return (viewer.id, viewer.team, viewer.is_admin, subscriptions)
