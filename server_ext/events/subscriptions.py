"""What a connection wants to hear of: types of events, each whole or narrowed by fields of its data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from aurelius_kernel.errors import InvalidField, UnknownName
from server_ext.events.frames import Framed
from server_ext.events.types import DEFAULTS, EVENT_TYPES

__all__ = ["ALL", "BY_DEFAULT", "EVERYTHING", "Subscriptions", "holds"]

ALL = "all"
"""The word for every type there is."""

_MOST_FILTERS = 100

Filter = frozenset[tuple[str, str]]
_WHOLE: Filter = frozenset()


@dataclass(frozen=True)
class Subscriptions:
    """Types of events, each with the filters of which one must hold; the empty filter always does.

    They only choose among what the account may see: a filter with somebody else's id finds nothing.
    """

    wanted: frozenset[tuple[str, Filter]]

    @classmethod
    def of(cls, names: Iterable[str], fields: Mapping[str, str]) -> Self:
        """Just these types, narrowed by these fields; raises UnknownName, or InvalidField for a field that a type has not."""
        return cls(frozenset()).adding(names, fields)

    @property
    def names(self) -> list[str]:
        """The types, sorted."""
        named = {name for name, _ in self.wanted}
        return sorted(EVENT_TYPES if ALL in named else named)

    def adding(self, names: Iterable[str], fields: Mapping[str, str]) -> Self:
        """These and more; raises UnknownName, or InvalidField for a field that a type has not."""
        narrowed = frozenset(fields.items())
        chosen = type(self)(self.wanted | {(name, narrowed) for name in _checked(names, fields)})
        if len(chosen.wanted) > _MOST_FILTERS:
            raise InvalidField.of("events", f"are narrowed in more than {_MOST_FILTERS} ways")
        return chosen

    def without(self, names: Iterable[str], fields: Mapping[str, str]) -> Self:
        """These but for some types; with fields, but for what was narrowed just so."""
        gone = set(_checked(names, fields))
        narrowed = frozenset(fields.items())
        kept = ((name, one) for name, one in self._spelled_out() if name not in gone or (fields and one != narrowed))
        return type(self)(frozenset(kept))

    def filters(self) -> dict[str, tuple[Filter, ...] | None]:
        """The filters by type; None where a type is wanted whole."""
        found: dict[str, tuple[Filter, ...] | None] = {}
        for name, narrowed in self.wanted:
            before = found.get(name, ())
            found[name] = None if before is None or not narrowed else (*before, narrowed)
        return found

    def _spelled_out(self) -> Iterable[tuple[str, Filter]]:
        if (ALL, _WHOLE) in self.wanted:
            return [(name, _WHOLE) for name in EVENT_TYPES]
        return self.wanted


BY_DEFAULT = Subscriptions(frozenset((name, _WHOLE) for name in DEFAULTS))
"""What a connection starts with."""

EVERYTHING = Subscriptions(frozenset({(ALL, _WHOLE)}))
"""Every type of event, whether this program knows it or not."""


def holds(narrowed: Filter, event: Framed) -> bool:
    """Whether an event's data has all of these values."""
    return all(_same(event.data.get(field), value) for field, value in narrowed)


def _same(found: Any, wanted: str) -> bool:
    return found is not None and str(found) == wanted


def _checked(names: Iterable[str], fields: Mapping[str, str]) -> list[str]:
    """The types that are meant; of all of them, narrowed, those that have the fields."""
    chosen = list(dict.fromkeys(names))
    if fields and chosen == [ALL]:
        chosen = [name for name, kind in EVENT_TYPES.items() if set(fields) <= set(kind.fields)]
        if not chosen:
            raise InvalidField.of("events", f"narrowed by {', '.join(fields)[:100]} are none: no type of event has that")
    if not chosen:
        raise InvalidField.of("events", "must name at least one type of event")
    for name in chosen:
        if name not in EVENT_TYPES and (name != ALL or fields):
            raise UnknownName("event", name[:100], EVENT_TYPES, field="events")
        for field in fields:
            if field not in EVENT_TYPES[name].fields:
                raise InvalidField.of(field[:100], f"is no field of {name}; it has {', '.join(EVENT_TYPES[name].fields)}")
    return chosen
