"""What a result has to keep to pass: one versioned record of limits, which admins change on the record."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from aurelius_kernel.errors import InvalidField, UnknownName
from aurelius_kernel.model import Record

__all__ = ["Policy"]

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Positive = Annotated[float, Field(gt=0.0, le=1_000_000.0)]
RECORD = {"version", "supersedes", "set_by", "reason"}


class Policy(Record):
    """The limits of rules and gates; fractions, and a drawdown by its depth.

    `version` counts the changes, `supersedes` is the hash of the policy before, `set_by` and `reason` say who changed it and why.
    A change is made by `revised`, so that no limit moves without a name beside it.
    """

    minimum_sharpe: Annotated[float, Field(description="The Sharpe ratio that the crv gate asks for.")] = 0.8
    minimum_return: Annotated[float, Field(description="The total return that the crv gate asks for.")] = 0.05
    maximum_drawdown: Annotated[Share, Field(description="The deepest drawdown that rules and the crv gate allow.")] = 0.25
    maximum_leverage: Annotated[Positive, Field(description="Gross positions over equity at any close.")] = 2.0
    maximum_turnover: Annotated[Positive, Field(description="Value bought and sold a year over mean equity.")] = 50.0
    maximum_concentration: Annotated[
        Share, Field(description="One instrument's share of the account: of equity, or of gross positions where they are more.")
    ] = 1.0
    minimum_deflated_sharpe: Annotated[Share, Field(description="The deflated Sharpe ratio that the product gate asks for.")] = 0.95
    maximum_delisted: Annotated[
        Share, Field(description="The share of a universe that may have been delisted without being in the data.")
    ] = 0.05
    minimum_traded: Annotated[Share, Field(description="The share of a universe of more than ten that must be traded.")] = 0.10
    universe_required: Annotated[bool, Field(description="Whether a result without a declared universe fails.")] = False
    evidence_hours: Annotated[Positive, Field(description="How old evidence may be before readiness counts it as old.")] = 24.0
    two_person_approval: Annotated[bool, Field(description="Whether somebody else than who asks must approve a promotion.")] = False
    version: Annotated[int, Field(ge=1, description="How often it was set.")] = 1
    supersedes: Annotated[str | None, Field(description="The hash of the policy before.")] = None
    set_by: Annotated[str, Field(max_length=200, description="Who set it.")] = "the defaults"
    reason: Annotated[str, Field(max_length=2_000, description="Why.")] = "the defaults"

    def revised(self, *, by: str, reason: str, **limits: Any) -> Policy:
        """The next version with other limits; raises InvalidField without a name, a reason or a change."""
        if unknown := [name for name in limits if name in RECORD or name not in type(self).model_fields]:
            raise UnknownName("limit", unknown[0], set(type(self).model_fields) - RECORD)
        for field, text in (("by", by), ("reason", reason)):
            if not text.strip():
                raise InvalidField.of(field, "must say who changes the policy and why")
        now = self.limits()
        changed = Policy.of({**now, **limits, "version": self.version + 1, "supersedes": self.hash, "set_by": by, "reason": reason})
        if changed.limits() == now:
            raise InvalidField.of("limits", "must differ from those in force")
        return changed

    def limits(self) -> dict[str, Any]:
        """What the policy asks, without who set it and when."""
        return {name: value for name, value in self.document().items() if name not in RECORD}
