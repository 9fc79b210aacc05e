"""Which column of a table is which: names without regard to case, and the usual synonyms."""

from __future__ import annotations

import re
from collections.abc import Iterable

from aurelius_kernel.errors import BarsRefused

__all__ = ["ADJUSTED", "DAY", "TIME", "recognise"]

DAY, TIME, ADJUSTED = "date", "time", "adjusted_close"
SYNONYMS = {
    DAY: ("date", "day"),
    TIME: ("time", "datetime", "timestamp", "date time", "date/time", "index level 0", ""),
    "open": ("open", "o"),
    "high": ("high", "h"),
    "low": ("low", "l"),
    "close": ("close", "c", "last", "close/last", "price"),
    "volume": ("volume", "vol", "v"),
    ADJUSTED: ("adj close", "adjusted close", "adjclose", "close adj"),
}
MEANING = {synonym: meaning for meaning, synonyms in SYNONYMS.items() for synonym in synonyms}


def recognise(names: Iterable[object]) -> dict[str, str]:
    """The name of the table's column for each thing that it has; raises BarsRefused when two columns claim to be the same thing.

    The things are `date`, `time`, `open`, `high`, `low`, `close`, `volume` and `adjusted_close`; other columns are passed over. An
    unnamed column holds the times, as does the nameless index of a table that pandas has written.
    """
    found: dict[str, str] = {}
    for name in map(str, names):
        meaning = MEANING.get(_folded(name))
        if meaning in found:
            raise BarsRefused(f"The columns {found[meaning]!r} and {name!r} both mean {meaning}; keep one of them.")
        if meaning:
            found[meaning] = name
    return found


def _folded(name: str) -> str:
    return re.sub(r"[\s_]+", " ", name.casefold()).strip()
