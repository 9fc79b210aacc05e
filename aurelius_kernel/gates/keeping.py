"""Policies, reports, verdicts and scorecards in the store, each with what it was made from; the newest of a result has a name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from aurelius_kernel.artifacts import Store
from aurelius_kernel.clock import utc_now
from aurelius_kernel.errors import InvalidField
from aurelius_kernel.gates.case import Universe
from aurelius_kernel.gates.policy import Policy
from aurelius_kernel.gates.promotion import Promotion
from aurelius_kernel.gates.readiness import Scorecard
from aurelius_kernel.gates.report import VerificationReport
from aurelius_kernel.gates.verdict import GATES, Verdict
from aurelius_kernel.gates.waiver import Waiver
from aurelius_kernel.model import BacktestResult

__all__ = [
    "judged_at",
    "keep_document",
    "keep_judged",
    "keep_policy",
    "keep_promotion",
    "keep_report",
    "keep_scorecard",
    "keep_verdict",
    "keep_waiver",
    "latest_document",
    "latest_scorecard",
    "latest_verdict",
    "load_verdict",
    "policy_in_force",
    "put_in_force",
    "waivers_for",
]

POLICY, REPORT, VERDICT, SCORECARD, WAIVER, PROMOTION = (
    "policy",
    "verification_report",
    "verdict",
    "scorecard",
    "waiver",
    "promotion",
)


def policy_in_force(store: Store) -> Policy:
    """The policy that was set last, the defaults before anybody did."""
    address = store.pins.find(POLICY)
    return Policy() if address is None else Policy.of(store.document(address))


def put_in_force(store: Store, policy: Policy) -> str:
    """Put a policy in force and return its hash; the one before stays in the store as its parent."""
    if policy.version == 2 and policy.supersedes == Policy().hash:
        keep_policy(store, Policy())
    address = keep_policy(store, policy)
    store.pins.set(POLICY, address)
    return address


def keep_policy(store: Store, policy: Policy) -> str:
    """Store a policy under its hash, with the one before as its parent."""
    parents = {"supersedes": policy.supersedes} if policy.supersedes and store.exists(policy.supersedes) else {}
    return store.put_document(policy.document(), kind=POLICY, parents=parents)


def keep_judged(store: Store, result: BacktestResult) -> str:
    """The hash of a result in the store; one that no run left there is stored without a lineage, edited as it may be.

    It is evidence of what was judged, and never becomes the result of its run.
    """
    return result.hash if store.exists(result.hash) else store.put(result.canonical_bytes, kind="backtest_result")


def keep_report(store: Store, report: VerificationReport, result: BacktestResult, policy: Policy, universe: Universe | None) -> str:
    """Store a report with the result, the policy and the universe as its parents, and return its hash."""
    parents = {"result": keep_judged(store, result), "policy": keep_policy(store, policy)}
    if universe is not None:
        parents["universe"] = store.put_document(universe.document(), kind="universe")
    return store.put_document(report.document(), kind=REPORT, parents=parents)


def keep_waiver(store: Store, waiver: Waiver) -> str:
    """Store a waiver, so that later verdicts on its run find it, and return its hash."""
    address = store.put_document(waiver.document(), kind=WAIVER)
    store.pins.set(f"waiver.{waiver.check_name}.{waiver.subject[:40]}", address)
    return address


def waivers_for(store: Store, subject_key: str, check_names: tuple[str, ...]) -> list[Waiver]:
    """The waivers that were granted for a run and have not expired."""
    found = [store.pins.find(f"waiver.{name}.{subject_key[:40]}") for name in check_names]
    granted = [Waiver.of(store.document(address)) for address in found if address]
    return [waiver for waiver in granted if waiver.holds(utc_now())]


def keep_verdict(store: Store, verdict: Verdict, parents: Mapping[str, str]) -> str:
    """Store a verdict with its evidence as parents, name it the newest of its gate and result, and return its hash."""
    waivers = {"waiver": list(verdict.waivers)} if verdict.waivers else {}
    address = store.put_document(verdict.document(), kind=VERDICT, parents={**parents, **waivers})
    store.pins.set(_name(verdict.gate, verdict.subject.result), address)
    return address


def latest_verdict(store: Store, gate: str, result: str) -> Verdict | None:
    """The newest verdict of a gate on a result; None before there is one."""
    address = store.pins.find(_name(gate, result))
    return load_verdict(store, address) if address and store.exists(address) else None


def load_verdict(store: Store, reference: str) -> Verdict:
    """The verdict under a hash, a prefix of one or a pinned name; raises InvalidField when the artifact is something else."""
    record = store.record(reference)
    if record.kind != VERDICT:
        raise InvalidField.of("verdict", f"{record.address[:12]} is of the kind {record.kind}, not {VERDICT}")
    return Verdict.of(store.document(record.address))


def judged_at(store: Store, gate: str, result: str) -> datetime | None:
    """When the newest verdict of a gate on a result was given; None before there is one."""
    return store.pins.since(_name(gate, result))


def keep_document(store: Store, content: bytes, media_type: str, result: BacktestResult) -> str:
    """Store a report for people on a result, name it the newest, and return its hash."""
    parents = {"result": keep_judged(store, result)}
    address = store.put(content, kind="report", parents=parents, media_type=media_type)
    store.pins.set(_name("report", result.hash), address)
    return address


def latest_document(store: Store, result: str) -> str | None:
    """The hash of the newest report for people on a result; None before there is one."""
    return store.pins.find(_name("report", result))


def keep_scorecard(store: Store, scorecard: Scorecard) -> str:
    """Store a scorecard with the verdicts it was made of, name it the newest of its result, and return its hash."""
    parents = {role: address for role, address in scorecard.evidence.items() if store.exists(address)}
    if scorecard.previous:
        parents["previous"] = scorecard.previous
    address = store.put_document(scorecard.document(), kind=SCORECARD, parents=parents)
    store.pins.set(_name("readiness", scorecard.subject.result), address)
    return address


def latest_scorecard(store: Store, result: str) -> Scorecard | None:
    """The newest scorecard of a result; None before there is one."""
    address = store.pins.find(_name("readiness", result))
    return Scorecard.of(store.document(address)) if address and store.exists(address) else None


def keep_promotion(store: Store, promotion: Promotion) -> str:
    """Store one state of a promotion, with the state before, the verdict and the scorecard as its parents."""
    parents = {"verdict": promotion.verdict, "scorecard": promotion.scorecard}
    if promotion.previous:
        parents["previous"] = promotion.previous
    return store.put_document(promotion.document(), kind=PROMOTION, parents=parents)


def _name(what: str, result: str) -> str:
    return f"{'verdict.' if what in GATES else ''}{what}.{result[:40]}"
