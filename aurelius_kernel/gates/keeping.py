"""Policies, reports and verdicts in the store, each with what it was made from; the newest of a subject has a name."""

from __future__ import annotations

from aurelius_kernel.artifacts import Store
from aurelius_kernel.gates.case import Universe
from aurelius_kernel.gates.policy import Policy
from aurelius_kernel.gates.report import VerificationReport
from aurelius_kernel.model import BacktestResult

__all__ = ["JUDGED", "keep_judged", "keep_policy", "keep_report", "policy_in_force", "set_policy"]

JUDGED = "judged_result"
"""The kind of a result that was judged and that no run of its identity gave: kept as evidence, and never taken for the run's."""
POLICY, POLICY_PIN = "policy", "policy"
REPORT = "verification_report"


def policy_in_force(store: Store) -> Policy:
    """The policy that was set last, the defaults before anybody did."""
    address = store.pins.find(POLICY_PIN)
    return Policy() if address is None else Policy.of(store.document(address))


def set_policy(store: Store, policy: Policy) -> str:
    """Put a policy in force and return its hash; the one before stays in the store as its parent."""
    address = keep_policy(store, policy)
    store.pins.set(POLICY_PIN, address)
    return address


def keep_policy(store: Store, policy: Policy) -> str:
    """Store a policy under its hash."""
    parents = {"supersedes": policy.supersedes} if policy.supersedes and store.exists(policy.supersedes) else {}
    return store.put_document(policy.document(), kind=POLICY, parents=parents)


def keep_judged(store: Store, result: BacktestResult) -> str:
    """The hash of a result in the store; one that no run left there is stored as what was judged, edited as it may be."""
    return result.hash if store.exists(result.hash) else store.put(result.canonical_bytes, kind=JUDGED)


def keep_report(store: Store, report: VerificationReport, result: BacktestResult, policy: Policy, universe: Universe | None) -> str:
    """Store a report with the result, the policy and the universe as its parents, and return its hash."""
    parents = {"result": keep_judged(store, result), "policy": keep_policy(store, policy)}
    if universe is not None:
        parents["universe"] = store.put_document(universe.document(), kind="universe")
    return store.put_document(report.document(), kind=REPORT, parents=parents)
