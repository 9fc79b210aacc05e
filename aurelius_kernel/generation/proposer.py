"""Whoever proposes candidates: one small interface, and the check that what comes through it is data and nothing else."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Protocol

from aurelius_kernel.errors import InvalidInput
from aurelius_kernel.model import Record
from aurelius_kernel.strategies import Strategy

__all__ = ["Brief", "Proposal", "Proposer", "Taken", "taken"]

MOST_PROPOSALS = 20
LONGEST_REASON = 300


class Brief(Record):
    """What a proposer is told: the goal, the instruments, the taste for risk, and each family's parameters with their ranges."""

    goal: str
    risk: str
    instruments: tuple[str, ...]
    count: int
    families: dict[str, Any]


class Proposal(Record):
    """One proposed candidate: a family, parameters that it takes, and why, in the proposer's words."""

    family: str
    parameters: dict[str, Any]
    why: str = ""


class Proposer(Protocol):
    """Proposes candidates, which are then validated and measured like any other."""

    @property
    def name(self) -> str:
        """What the result calls it; no secret is part of it."""

    def propose(self, brief: Brief) -> Iterable[Any]:
        """Mappings with `family`, `parameters` and `why`; anything may come, and what is no proposal is told and left out."""


class Taken(NamedTuple):
    """The proposals that a family takes, and what to tell of the others."""

    proposals: tuple[Proposal, ...]
    notes: tuple[str, ...]


def taken(offered: Iterable[Any], families: Mapping[str, Mapping[str, Any]]) -> Taken:
    """What of the offered proposals can be measured: a known family with parameters in their ranges, each set once.

    `families` gives for each family the parameters that are already decided. Text is kept as text, without control characters and
    at most 300 characters long.
    """
    kept: dict[str, Proposal] = {}
    notes: list[str] = []
    for number, one in enumerate(offered, start=1):
        if number > MOST_PROPOSALS:
            notes.append(f"only the first {MOST_PROPOSALS} proposals are looked at")
            break
        try:
            proposal = _checked(one, families)
        except _Refused as refused:
            notes.append(f"proposal {number} is left out: {refused}")
        else:
            kept.setdefault(Strategy.create(proposal.family, **proposal.parameters).spec().hash, proposal)
    return Taken(tuple(kept.values()), tuple(notes))


class _Refused(Exception):
    """Why a proposal cannot be measured; never leaves this module."""


def _checked(one: Any, families: Mapping[str, Mapping[str, Any]]) -> Proposal:
    if not isinstance(one, Mapping):
        raise _Refused("it is no mapping")
    family, parameters = one.get("family"), one.get("parameters")
    if not isinstance(family, str) or family not in families:
        raise _Refused(f"{printable(family, 60)!r} is no family that was offered")
    if not isinstance(parameters, Mapping) or not all(isinstance(name, str) for name in parameters):
        raise _Refused("its parameters are no mapping of names to values")
    try:
        strategy = Strategy.create(family, **{**families[family], **parameters})
    except (InvalidInput, TypeError) as error:
        raise _Refused(printable(error, 200)) from None
    return Proposal(family=family, parameters=strategy.document(), why=printable(one.get("why", ""), LONGEST_REASON))


def printable(value: object, most: int) -> str:
    """The value as one line of text, without control characters, cut at so many characters."""
    text = str(value)[: 4 * most].encode("utf-8", "replace").decode("utf-8")
    visible = "".join(" " if unicodedata.category(one)[0] == "C" else one for one in text)
    line = " ".join(visible.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
