"""The product gate: both gates before it, a validation on unseen bars, more than luck, and a lineage without a gap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aurelius_kernel.gates.policy import Policy
from aurelius_kernel.gates.verdict import Check, Subject, Verdict
from aurelius_kernel.gates.waiver import Waiver

__all__ = ["Held", "ProductEvidence", "Validated", "judge_product"]


@dataclass(frozen=True, kw_only=True)
class Validated:
    """What a walk-forward validation came to; `problem` says why it is not one of this strategy on these data, if so."""

    address: str
    passed: bool
    stability: float
    sharpe_ratio: float | None
    deflated_sharpe: float | None
    trials: float
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Held:
    """What one look at the locked stretch showed, and which look it was."""

    address: str
    bars: int
    sharpe_ratio: float | None
    psr: float | None
    looks: int


@dataclass(frozen=True, kw_only=True)
class ProductEvidence:
    """What the product gate looks at; what is missing counts as not shown.

    `gaps` are what the lineage lacks, None where nobody traced it. `locked` says whether the data have a locked stretch, and
    `held` what was seen there.
    """

    subject: Subject
    dev: Verdict | None = None
    crv: Verdict | None = None
    validation: Validated | None = None
    gaps: Sequence[str] | None = None
    waivers: Sequence[Waiver] = ()
    locked: bool = False
    held: Held | None = None


def judge_product(evidence: ProductEvidence, policy: Policy) -> Verdict:
    """The verdict on what is there, under a policy."""
    deflated = _deflated(evidence, policy)
    own = {"result": evidence.subject.result}
    named = {"dev": evidence.dev, "crv": evidence.crv}
    own |= {role: verdict.hash for role, verdict in named.items() if verdict}
    if evidence.validation:
        own["validation"] = evidence.validation.address
    if evidence.held:
        own["holdout"] = evidence.held.address
    used = tuple(waiver.hash for waiver in evidence.waivers if waiver.hash in deflated.evidence)
    return Verdict.given(
        "product",
        evidence.subject,
        (*_gates(evidence), _validated(evidence.validation), deflated, _lineage(evidence), *_holdout(evidence)),
        policy=policy.hash,
        evidence=own,
        waivers=used,
        holdout_looks=evidence.held.looks if evidence.held else None,
    )


def _gates(evidence: ProductEvidence) -> Iterator[Check]:
    for name, verdict in (("dev", evidence.dev), ("crv", evidence.crv)):
        passed = False
        if verdict is None:
            message = f"There is no verdict of the {name} gate."
        elif verdict.gate != name or verdict.subject.result != evidence.subject.result:
            message = f"The verdict is one of the {verdict.gate} gate on result {verdict.subject.result[:12]}."
        else:
            passed = verdict.passed
            failed = ", ".join(check.check_name for check in verdict.failed_checks)
            message = f"Verdict {verdict.hash[:12]} is passed." if passed else f"It failed: {failed}."
        hashes = (verdict.hash,) if verdict else ()
        description = f"The {name} gate is passed by this very result."
        yield Check(check_name=f"{name}_gate", passed=passed, description=description, message=message, evidence=hashes)


def _validated(found: Validated | None) -> Check:
    passed = found is not None and not found.problem and found.passed
    if found is None:
        message = "There is no walk-forward validation."
    elif found.problem:
        message = found.problem
    else:
        sharpe = "undefined" if found.sharpe_ratio is None else f"{found.sharpe_ratio:.2f}"
        message = f"Stability {found.stability:.0f} of 100, and an out-of-sample Sharpe ratio of {sharpe}."
    description = "A walk-forward validation of the strategy on these data is passed."
    hashes = (found.address,) if found else ()
    return Check(check_name="validation_passed", passed=passed, description=description, message=message, evidence=hashes)


def _deflated(evidence: ProductEvidence, policy: Policy) -> Check:
    found, limit = evidence.validation, policy.minimum_deflated_sharpe
    value = None if found is None or found.problem else found.deflated_sharpe
    passed = value is not None and value >= limit
    if value is None:
        message = "There is no out-of-sample deflated Sharpe ratio."
    else:
        trials = found.trials if found else 0.0
        message = f"It is {value:.1%} after {trials:,.0f} trials, {'and' if passed else 'where'} the policy asks for {limit:.1%}."
    hashes = (found.address,) if found else ()
    waiver = next((one for one in evidence.waivers if _covers(one, evidence.subject)), None)
    if not passed and waiver:
        passed, message = True, f"{message} Waived by {waiver.by}: {waiver.reason}"
        hashes = (*hashes, waiver.hash)
    description = f"The out-of-sample Sharpe ratio is more than luck with probability {limit:.0%}, or an admin waived it."
    return Check(check_name="deflated_sharpe", passed=passed, description=description, message=message, evidence=hashes)


def _covers(waiver: Waiver, subject: Subject) -> bool:
    return waiver.check_name == "deflated_sharpe" and waiver.subject == subject.key


def _lineage(evidence: ProductEvidence) -> Check:
    gaps = evidence.gaps
    message = "Nobody traced the lineage." if gaps is None else "; ".join(gaps) + "." if gaps else "Nothing is missing."
    description = "Identity, provenance, transforms, policy outcomes and every artifact behind the result are in the store."
    hashes = (evidence.subject.result,)
    complete = gaps is not None and not gaps
    return Check(check_name="lineage_complete", passed=complete, description=description, message=message, evidence=hashes)


def _holdout(evidence: ProductEvidence) -> Iterator[Check]:
    """Only data that have a locked stretch are asked about it."""
    if not evidence.locked:
        return
    held = evidence.held
    passed = held is not None and held.sharpe_ratio is not None and held.sharpe_ratio > 0.0
    if held is None:
        message = "The locked stretch was not looked at: every look counts, and the other checks come first."
    else:
        sharpe = "undefined" if held.sharpe_ratio is None else f"{held.sharpe_ratio:.2f}"
        luck = "" if held.psr is None else f", above 0 with probability {held.psr:.0%}"
        message = f"A Sharpe ratio of {sharpe} over {held.bars:,} locked bars{luck}; look {held.looks}."
    description = "On the locked stretch, which nothing but a gate has seen, the strategy earns."
    hashes = (held.address,) if held else ()
    yield Check(check_name="holdout", passed=passed, description=description, message=message, evidence=hashes)
