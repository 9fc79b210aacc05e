"""A goal in words, read: which families it votes for, what it demands, which instruments and which side it names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from typing import Annotated

from pydantic import Field

from aurelius_kernel.errors import ImpossibleRequest, InvalidField
from aurelius_kernel.generation.constraints import Constraint, read_constraints
from aurelius_kernel.generation.naming import named_instruments
from aurelius_kernel.generation.vocabulary import DEFAULT_FAMILIES, FAMILY_WORDS, NEGATIONS
from aurelius_kernel.model import Direction, Record
from aurelius_kernel.strategies import Strategy

__all__ = ["Goal", "Vote", "read_goal"]

LONGEST = 10_000
LONGEST_PHRASE = 5
BY_NAME = 3
"""The votes of a family's own name."""

SIDES: Mapping[str, Direction] = {
    **dict.fromkeys(("long only", "only long", "no short", "no shorts", "no shorting", "no short selling"), Direction.LONG),
    **dict.fromkeys(("without shorts", "without shorting", "never short", "not short"), Direction.LONG),
    **dict.fromkeys(("short only", "only short"), Direction.SHORT),
    **dict.fromkeys(("long short", "long and short", "both sides", "both directions", "long or short"), Direction.BOTH),
}


class Vote(Record):
    """How many votes a family has, and the words that gave them."""

    family: str
    votes: int
    words: Annotated[tuple[str, ...], Field(strict=False)] = ()


class Goal(Record):
    """What a goal says: families by their votes, limits, instruments, the side of the market; `notes` tell what was not taken."""

    text: str
    votes: Annotated[tuple[Vote, ...], Field(strict=False)]
    constraints: Annotated[tuple[Constraint, ...], Field(strict=False)] = ()
    instruments: Annotated[tuple[str, ...], Field(strict=False)] = ()
    direction: Annotated[Direction, Field(strict=False)] | None = None
    notes: Annotated[tuple[str, ...], Field(strict=False)] = ()

    @property
    def families(self) -> tuple[str, ...]:
        """The families with votes, most votes first."""
        return tuple(vote.family for vote in self.votes)


def read_goal(text: str, known: Collection[str] = ()) -> Goal:
    """The goal that a text states; `known` are the instruments it may name.

    Raises InvalidField for no text or one of more than 10,000 characters, UnknownName for an instrument that is not known, and
    ImpossibleRequest for demands that contradict each other.
    """
    plain = _plain(text)
    limits = read_constraints(plain.lower())
    words = re.sub(r"[^\w&]+", " ", limits.rest.replace("_", " ").lower()).split()
    votes, vetoed = _votes(words)
    named = named_instruments(plain, known)
    notes = [*limits.notes, *named.notes]
    if not votes:
        votes = {family: (1, ()) for family in DEFAULT_FAMILIES if family not in vetoed}
        notes.append(f"no word names a family: {', '.join(votes)} are tried")
    if vetoed:
        notes.append(f"{', '.join(sorted(vetoed))} {'is' if len(vetoed) == 1 else 'are'} not wanted")
    return Goal(
        text=plain,
        votes=tuple(Vote(family=name, votes=count, words=why) for name, (count, why) in votes.items()),
        constraints=limits.constraints,
        instruments=named.instruments,
        direction=_side(" ".join(words)),
        notes=tuple(notes),
    )


def _plain(text: str) -> str:
    """The text in one form: compatible characters brought together, control characters and stray surrogates out."""
    if not isinstance(text, str):
        raise InvalidField.of("goal", f"must be text, not {type(text).__name__}")
    if len(text) > LONGEST:
        raise InvalidField.of("goal", f"must be at most {LONGEST:,} characters, not {len(text):,}")
    whole = text.encode("utf-8", "replace").decode("utf-8")
    joined = unicodedata.normalize("NFKC", whole).replace("−", "-").replace("–", "-").replace("—", " ")
    visible = "".join(" " if unicodedata.category(one)[0] == "C" else one for one in joined)
    plain = " ".join(visible.split())
    if not plain:
        raise InvalidField.of("goal", "is empty; say what is wanted, as 'momentum on GOOG, drawdown < 20%'")
    return plain


def _votes(words: list[str]) -> tuple[dict[str, tuple[int, tuple[str, ...]]], set[str]]:
    """The families with votes, most votes first, equal ones by name; and those that are not wanted."""
    terms = _terms()
    given: dict[str, dict[str, int]] = {}
    vetoed: set[str] = set()
    for at, phrase in _phrases(words, terms):
        negated = _is_negated(words, at)
        for family, count in terms[phrase].items():
            if negated and count == max(terms[phrase].values()):
                vetoed.add(family)
            elif not negated:
                given.setdefault(family, {})[phrase] = count
    counted = {family: (sum(found.values()), tuple(found)) for family, found in given.items() if family not in vetoed}
    return dict(sorted(counted.items(), key=lambda item: (-item[1][0], item[0]))), vetoed


def _terms() -> dict[str, dict[str, int]]:
    """Every word and phrase that votes, with the votes it gives; families of one's own vote by their name."""
    terms: dict[str, dict[str, int]] = {}
    for family in sorted(Strategy.families):
        for term, votes in {**FAMILY_WORDS.get(family, {}), family.replace("_", " "): BY_NAME}.items():
            terms.setdefault(term, {})[family] = votes
    return terms


def _phrases(words: list[str], terms: Collection[str]) -> Iterator[tuple[int, str]]:
    """Where words that vote stand, the longest phrase at each place."""
    at = 0
    while at < len(words):
        lengths = range(min(LONGEST_PHRASE, len(words) - at), 0, -1)
        phrase = next((found for length in lengths if (found := " ".join(words[at : at + length])) in terms), None)
        if phrase is not None:
            yield at, phrase
        at += 1 if phrase is None else len(phrase.split())


def _is_negated(words: list[str], at: int) -> bool:
    before = words[max(at - 2, 0) : at]
    return bool(set(before) & set(NEGATIONS)) and not {"only", "just"} & set(before)


def _side(text: str) -> Direction | None:
    """The side of the market that the text names; raises ImpossibleRequest for two different ones."""
    said = {phrase: side for phrase, side in SIDES.items() if re.search(rf"\b{phrase}\b(?! equity)", text)}
    if len(set(said.values())) > 1:
        raise ImpossibleRequest.of("goal", f"asks for “{'” and “'.join(said)}” at once; name one side of the market, or both")
    return next(iter(said.values()), None)
