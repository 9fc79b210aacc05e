"""From judged to promoted: who asked, who approved, on which verdict and scorecard; every state is a record of its own."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from aurelius_kernel.errors import ImpossibleRequest, InvalidField
from aurelius_kernel.gates.policy import Policy
from aurelius_kernel.gates.readiness import Scorecard
from aurelius_kernel.gates.verdict import Subject, Verdict
from aurelius_kernel.model import Record

__all__ = ["Approval", "Promotion", "PromotionState", "decide", "promotion_blocks", "propose", "withdraw"]

Decision: TypeAlias = Literal["approve", "reject"]


class PromotionState(StrEnum):
    """Where a promotion is; only a requested one can still be decided."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Approval(Record):
    """One person's decision on a promotion, and when."""

    by: Annotated[str, Field(min_length=1, max_length=200)]
    decision: Decision
    note: Annotated[str, Field(max_length=2_000)] = ""
    at: str


class Promotion(Record):
    """A promotion in one state; the next state names this one as `previous`, so that the whole way can be read.

    `verdict` is that of the product gate and `scorecard` the readiness, by their hashes. With `two_persons` somebody else than
    `requested_by` must approve; without, asking for it is enough.
    """

    kind: str = "promotion"
    format: int = 1
    subject: Subject
    verdict: str
    scorecard: str
    requested_by: Annotated[str, Field(min_length=1, max_length=200)]
    requested_at: str
    reason: Annotated[str, Field(max_length=2_000)] = ""
    two_persons: bool
    state: Annotated[PromotionState, Field(strict=False)]
    approvals: Annotated[tuple[Approval, ...], Field(strict=False)] = ()
    previous: str | None = None


def promotion_blocks(verdict: Verdict | None, scorecard: Scorecard | None, stale: Sequence[str] = ()) -> tuple[str, ...]:
    """Why a strategy may not be promoted; empty when it may."""
    blocks = []
    if verdict is None or verdict.gate != "product":
        blocks.append("there is no verdict of the product gate")
    elif not verdict.passed:
        blocks.append(f"the product gate failed: {', '.join(check.check_name for check in verdict.failed_checks)}")
    if scorecard is None:
        blocks.append("nobody scored its readiness")
    elif not scorecard.promotable:
        blocks.append(f"its readiness is {scorecard.band} ({scorecard.score:.0f}), and only Green may be promoted")
    if verdict and scorecard and verdict.subject.result != scorecard.subject.result:
        blocks.append("verdict and readiness are of different results")
    return (*blocks, *(f"the verdict is stale: {reason}" for reason in stale))


def propose(
    verdict: Verdict | None,
    scorecard: Scorecard | None,
    policy: Policy,
    *,
    by: str,
    at: str,
    reason: str = "",
    stale: Sequence[str] = (),
) -> Promotion:
    """A promotion that was asked for; without two persons it is approved at once.

    `stale` are the reasons of `stale_reasons`. Raises ImpossibleRequest, with every reason, when it may not be promoted.
    """
    blocks = promotion_blocks(verdict, scorecard, stale)
    if verdict is None or scorecard is None or blocks:
        raise ImpossibleRequest.of("promotion", f"is blocked: {'; '.join(blocks)}")
    if not by.strip():
        raise InvalidField.of("by", "must name who asks for the promotion")
    return Promotion(
        subject=verdict.subject,
        verdict=verdict.hash,
        scorecard=scorecard.hash,
        requested_by=by.strip(),
        requested_at=at,
        reason=reason,
        two_persons=policy.two_person_approval,
        state=PromotionState.REQUESTED if policy.two_person_approval else PromotionState.APPROVED,
    )


def decide(promotion: Promotion, *, by: str, decision: Decision, at: str, note: str = "", stale: Sequence[str] = ()) -> Promotion:
    """The promotion after somebody approved or rejected it.

    Raises ImpossibleRequest when it is decided already, when whoever asked would approve it, and when the verdict has become stale
    before an approval; InvalidField for a decision without a name.
    """
    _still_open(promotion)
    if not by.strip():
        raise InvalidField.of("by", "must name who decides")
    if decision == "approve" and by.strip().casefold() == promotion.requested_by.casefold():
        raise ImpossibleRequest.of("by", f"({by.strip()}) asked for the promotion; somebody else has to approve it")
    if decision == "approve" and stale:
        raise ImpossibleRequest.of("promotion", f"is blocked: {'; '.join(stale)}")
    approval = Approval.of(by=by.strip(), decision=decision, note=note, at=at)
    state = PromotionState.APPROVED if decision == "approve" else PromotionState.REJECTED
    return _next(promotion, state, (*promotion.approvals, approval))


def withdraw(promotion: Promotion, *, by: str) -> Promotion:
    """The promotion taken back by whoever asked for it; raises ImpossibleRequest for anybody else, and once it is decided."""
    _still_open(promotion)
    if by.strip().casefold() != promotion.requested_by.casefold():
        raise ImpossibleRequest.of("by", f"({by}) did not ask for the promotion; only {promotion.requested_by} can take it back")
    return _next(promotion, PromotionState.WITHDRAWN, promotion.approvals)


def _still_open(promotion: Promotion) -> None:
    if promotion.state is not PromotionState.REQUESTED:
        raise ImpossibleRequest.of("promotion", f"is {promotion.state} already")


def _next(promotion: Promotion, state: PromotionState, approvals: tuple[Approval, ...]) -> Promotion:
    return promotion.model_copy(update={"state": state, "approvals": approvals, "previous": promotion.hash})
