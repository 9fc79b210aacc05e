"""What a rule found against a result, and where anybody can look."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import Annotated, Any, Self, TypeAlias

import pandas as pd
from pydantic import Field

from aurelius_kernel.clock import rfc3339
from aurelius_kernel.model import Record

__all__ = ["Evidence", "Severity", "Violation", "stamp"]

Value: TypeAlias = bool | int | float | str | None


class Severity(StrEnum):
    """How much a violation weighs: a critical or a high one fails the report, the others are for people to judge."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def fails(self) -> bool:
        """Whether one violation of this weight is enough to fail."""
        return self in {Severity.CRITICAL, Severity.HIGH}


class Evidence(Record):
    """One place where a violation shows: what was found there and what should have been, so that anybody can look again.

    `artifact` is the hash of what was looked at and `place` where in it. `replay` holds what brings the finding about again: for a
    look ahead the bars are changed by `gates.probe(bars, evidence.replay)`, and the strategy is asked again.
    """

    artifact: str | None = None
    place: str
    found: Value = None
    expected: Value = None
    replay: dict[str, Value] = Field(default_factory=dict)

    @classmethod
    def at(cls, place: str, found: Any = None, expected: Any = None, **more: Any) -> Self:
        """Evidence from values as they come: stamps are written out, what is no finite number is told in words."""
        return cls.of(place=place, found=_told(found), expected=_told(expected), **more)

    def __str__(self) -> str:
        return (
            f"{self.place}: {self.found} instead of {self.expected}" if self.expected is not None else f"{self.place}: {self.found}"
        )


class Violation(Record):
    """One broken rule of `docs/reference/rules.md`: which, how much it weighs, a sentence, and the evidence."""

    rule_id: str
    severity: Annotated[Severity, Field(strict=False)]
    message: str
    evidence: Annotated[tuple[Evidence, ...], Field(strict=False)] = ()


def stamp(moment: Any) -> str:
    """A moment as RFC 3339 in UTC."""
    return rfc3339(pd.Timestamp(moment).to_pydatetime(warn=False))


def _told(value: Any) -> Value:
    if isinstance(value, pd.Timestamp):
        return stamp(value)
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
