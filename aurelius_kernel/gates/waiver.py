"""An admin's word that one check may be passed without its number, on the record."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from aurelius_kernel.clock import rfc3339, utc_now
from aurelius_kernel.errors import ImpossibleRequest, InvalidField
from aurelius_kernel.gates.verdict import Subject
from aurelius_kernel.model import Record

__all__ = ["WAIVABLE", "Waiver"]

WAIVABLE = ("deflated_sharpe",)
"""The checks of the product gate that may be waived."""
SHORTEST_REASON = 10


class Waiver(Record):
    """Who lets which check of the product gate pass, for which run, and why; it counts for that run alone, and until it expires."""

    check_name: str
    subject: str
    by: Annotated[str, Field(min_length=1, max_length=200)]
    reason: Annotated[str, Field(max_length=2_000)]
    at: str
    expires_at: str | None = None

    def holds(self, moment: datetime) -> bool:
        """Whether it has not expired by then."""
        return self.expires_at is None or moment < datetime.fromisoformat(self.expires_at)

    @classmethod
    def granted(
        cls,
        subject: Subject,
        *,
        by: str,
        reason: str,
        check_name: str = "deflated_sharpe",
        at: str | None = None,
        expires_at: datetime | None = None,
    ) -> Waiver:
        """A waiver for the subject's run; raises ImpossibleRequest for what cannot be waived, InvalidField without a reason."""
        if check_name not in WAIVABLE:
            raise ImpossibleRequest.of("check_name", f"({check_name}) cannot be waived; only {', '.join(WAIVABLE)} can")
        if not by.strip():
            raise InvalidField.of("by", "must name who grants the waiver")
        if len(reason.strip()) < SHORTEST_REASON:
            raise InvalidField.of("reason", f"must say in at least {SHORTEST_REASON} characters why the check is waived")
        if expires_at is not None and expires_at <= utc_now():
            raise InvalidField.of("expires_at", "must be later than now")
        when, until = at or rfc3339(utc_now()), None if expires_at is None else rfc3339(expires_at)
        return cls(check_name=check_name, subject=subject.key, by=by.strip(), reason=reason.strip(), at=when, expires_at=until)
