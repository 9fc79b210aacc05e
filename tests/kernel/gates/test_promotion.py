"""Promotion: who may ask, who may approve, and what stands in the way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aurelius_kernel.errors import ImpossibleRequest, InvalidField
from aurelius_kernel.gates import Check, Policy, Verdict, decide, promotion_blocks, propose, score, withdraw
from tests.kernel.gates.test_readiness import READY, SUBJECT

AT = "2026-01-05T09:00:00Z"
LATER = "2026-01-06T09:00:00Z"
TWO = Policy(two_person_approval=True)


def verdict(gate="product", passed=True):
    check = Check(check_name="lineage_complete", passed=passed, description="", message="")
    return Verdict.given(gate, SUBJECT, (check,), policy="p", evidence={})


GREEN = score(SUBJECT, READY)
AMBER = score(SUBJECT, replace(READY, validation_passed=False, crv_metrics=False, evidence_hours=None))


def asked(policy=TWO):
    return propose(verdict(), GREEN, policy, by="Ada", at=AT, reason="It is time.")


def test_without_two_persons_asking_is_enough():
    assert (asked(Policy()).state, asked(Policy()).two_persons) == ("approved", False)


def test_with_two_persons_somebody_else_approves():
    promotion = decide(asked(), by="Bob", decision="approve", at=LATER, note="Read it all.")
    assert (promotion.state, promotion.previous, promotion.approvals[0].by) == ("approved", asked().hash, "Bob")


@pytest.mark.parametrize("name", ["Ada", "ada", " ADA "])
def test_nobody_approves_what_they_asked_for(name):
    with pytest.raises(ImpossibleRequest, match="somebody else"):
        decide(asked(), by=name, decision="approve", at=LATER)


def test_whoever_asked_may_reject_or_take_it_back():
    assert decide(asked(), by="Ada", decision="reject", at=LATER).state == "rejected"
    assert withdraw(asked(), by="Ada").state == "withdrawn"
    with pytest.raises(ImpossibleRequest, match="only Ada"):
        withdraw(asked(), by="Bob")


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_what_is_decided_stays_decided(decision):
    for done in (decide(asked(), by="Bob", decision="reject", at=LATER), withdraw(asked(), by="Ada"), asked(Policy())):
        with pytest.raises(ImpossibleRequest, match="already"):
            decide(done, by="Bob", decision=decision, at=LATER)
        with pytest.raises(ImpossibleRequest, match="already"):
            withdraw(done, by="Ada")


def test_a_decision_needs_a_name():
    with pytest.raises(InvalidField):
        decide(asked(), by=" ", decision="reject", at=LATER)
    with pytest.raises(InvalidField):
        propose(verdict(), GREEN, TWO, by="", at=AT)


@pytest.mark.parametrize(
    ("verdict", "scorecard", "stale", "reason"),
    [
        (None, GREEN, (), "there is no verdict of the product gate"),
        (verdict("dev"), GREEN, (), "there is no verdict of the product gate"),
        (verdict(passed=False), GREEN, (), "the product gate failed: lineage_complete"),
        (verdict(), None, (), "nobody scored its readiness"),
        (verdict(), AMBER, (), "its readiness is Amber (80), and only Green may be promoted"),
        (
            verdict(),
            GREEN,
            ("the engine is version 2 now, and was 1",),
            "the verdict is stale: the engine is version 2 now, and was 1",
        ),
    ],
)
def test_each_block_is_told_and_stops_the_promotion(verdict, scorecard, stale, reason):
    assert promotion_blocks(verdict, scorecard, stale) == (reason,)
    with pytest.raises(ImpossibleRequest, match="is blocked"):
        propose(verdict, scorecard, TWO, by="Ada", at=AT, stale=stale)


def test_a_verdict_and_a_score_of_different_results_do_not_go_together():
    other = GREEN.model_copy(update={"subject": SUBJECT.model_copy(update={"result": "1" * 64})})
    assert promotion_blocks(verdict(), other) == ("verdict and readiness are of different results",)


def test_what_became_stale_meanwhile_is_not_approved_but_may_be_rejected():
    with pytest.raises(ImpossibleRequest, match="is blocked"):
        decide(asked(), by="Bob", decision="approve", at=LATER, stale=("the data of GOOG have changed since",))
    assert decide(asked(), by="Bob", decision="reject", at=LATER, stale=("the data have changed",)).state == "rejected"
