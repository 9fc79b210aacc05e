"""What was traded is not only what survived."""

from __future__ import annotations

from collections.abc import Iterator

from aurelius_kernel.gates.case import Case, Found, Universe
from aurelius_kernel.gates.violation import Evidence, Severity, Violation

__all__ = ["survivorship_bias"]

SMALL = 10


def survivorship_bias(case: Case) -> Found:
    """Hold the instruments of the run to the universe that they were chosen from, those that were delisted since among them."""
    if case.universe is None:
        looked = "nothing: no universe was declared"
        return Found(looked=looked, violations=tuple(_undeclared(case)), known=False)
    universe = case.universe
    looked = f"{len(case.result.spec.instruments):,} instruments against {len(set(universe.members)):,} members of {universe.name}"
    return Found.of(looked, [*_survivors_only(case, universe), *_few_traded(case, universe)])


def _undeclared(case: Case) -> Iterator[Violation]:
    if case.policy.universe_required:
        message = "No universe was declared, and the policy requires one: the instruments may have been chosen for surviving."
        yield _violation(
            Severity.HIGH, message, Evidence.at("universe", expected="the members and the delisted", artifact=case.address)
        )


def _survivors_only(case: Case, universe: Universe) -> Iterator[Violation]:
    members, gone = set(universe.members), set(universe.delisted)
    share = len(gone) / len(members | gone)
    if share > case.policy.maximum_delisted and not gone & set(case.result.spec.instruments):
        message = f"{share:.1%} of {universe.name} were delisted, and none of them is in the data: only survivors are traded."
        evidence = [
            Evidence.at("universe.delisted", found=share, expected=case.policy.maximum_delisted, artifact=universe.hash),
            Evidence.at(
                "spec.instruments", found="none of the delisted", expected=", ".join(sorted(gone)[:5]), artifact=case.address
            ),
        ]
        yield _violation(Severity.HIGH, message, *evidence)


def _few_traded(case: Case, universe: Universe) -> Iterator[Violation]:
    members = set(universe.members) | set(universe.delisted)
    orders = case.result.orders
    traded = set(orders.loc[orders["size"] > 0.0, "instrument"]) & members
    share = len(traded) / len(members)
    if len(members) > SMALL and share < case.policy.minimum_traded:
        few = f"{len(traded):,} of {len(members):,} members of {universe.name} are traded ({share:.1%})"
        message = f"{few}: they may be those that did well."
        evidence = Evidence.at("orders.instrument", found=share, expected=case.policy.minimum_traded, artifact=case.address)
        yield _violation(Severity.MEDIUM, message, evidence)


def _violation(severity: Severity, message: str, *evidence: Evidence) -> Violation:
    return Violation(rule_id="survivorship_bias", severity=severity, message=message, evidence=evidence)
