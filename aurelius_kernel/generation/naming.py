"""The instruments that a goal names: by their names in the catalogue, or by what people call them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from aurelius_kernel.errors import UnknownName
from aurelius_kernel.generation.vocabulary import ACRONYMS, COMPANIES, GROUPS, ORDINARY

__all__ = ["Named", "named_instruments"]

TOKEN = re.compile(r"\$?[A-Za-z0-9^][A-Za-z0-9.^=_:&/-]{0,31}")
TICKER = re.compile(r"[A-Z]{2,5}")
SHORTEST_IN_SMALL_LETTERS = 3


class Named(NamedTuple):
    """The instruments in the order they are named, and what to tell about names that are none."""

    instruments: tuple[str, ...]
    notes: tuple[str, ...]


def named_instruments(text: str, known: Collection[str]) -> Named:
    """What the text names among the instruments that are known.

    A ticker in capitals, with a dollar sign or, where it is no ordinary word, in small letters; a company, an index, or a name for
    several of them. Raises UnknownName when only names that are not known are given.
    """
    shouting = text.upper() == text
    tickers = list(_tickers(text.lower() if shouting else text, known))
    called = list(_called(text.lower()))
    placed = sorted([*tickers, *called])
    found = tuple(dict.fromkeys(name for _, name in placed if name in known))
    missing = tuple(dict.fromkeys(name for _, name in placed if name not in known))
    groups = {name for group in GROUPS.values() for name in group}
    if missing and not found and not set(missing) <= groups:
        raise UnknownName("instrument", missing[0], known, field="goal")
    told = tuple(f"{name} is not in the catalogue and is left out" for name in missing if name not in groups or not found)
    return Named(found, told)


def _tickers(text: str, known: Collection[str]) -> Iterator[tuple[int, str]]:
    """Where in the text each name stands that is an instrument, or looks like one."""
    by_small = {name.lower(): name for name in known}
    for match in TOKEN.finditer(text):
        word = match[0].rstrip(".,:;-/&=_^")
        if word.startswith("$"):
            yield match.start(), by_small.get(word[1:].lower(), word[1:].upper())
        elif word in known:
            yield match.start(), word
        elif word.lower() == word and len(word) >= SHORTEST_IN_SMALL_LETTERS and word not in ORDINARY and word in by_small:
            yield match.start(), by_small[word]
        elif TICKER.fullmatch(word) and word not in ACRONYMS and word.lower() not in COMPANIES:
            yield match.start(), word
        else:
            yield from ((match.start(), part) for part in word.split("/") if "/" in word and part in known)


def _called(text: str) -> Iterator[tuple[int, str]]:
    """Where companies, indices and groups are named; the longest name at a place counts."""
    names = sorted([*COMPANIES, *GROUPS], key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w&$])(?:{'|'.join(re.escape(name).replace('-', ' ') for name in names)})(?![\w&])")
    for match in pattern.finditer(re.sub(r"[-_]", " ", text)):
        for name in GROUPS.get(match[0]) or (COMPANIES[match[0]],):
            yield match.start(), name
