"""Every rule against one result."""

from __future__ import annotations

from collections.abc import Callable

from aurelius_kernel.gates.case import Case, Found
from aurelius_kernel.gates.luck import deflated
from aurelius_kernel.gates.report import Finding, VerificationReport
from aurelius_kernel.gates.rules import RULES

__all__ = ["judge"]


def judge(case: Case, tell: Callable[[float, str], None] | None = None) -> VerificationReport:
    """What all rules find; `tell` is called with the fraction done and the rule that is at work."""
    found: dict[str, Found] = {}
    for number, (name, rule) in enumerate(RULES.items()):
        if tell:
            tell(number / len(RULES), name)
        found[name] = rule.check(case)
    violations = tuple(violation for one in found.values() for violation in one.violations)
    return VerificationReport(
        result=case.address,
        identity=case.result.identity,
        policy=case.policy.hash,
        passed=not any(violation.severity.fails for violation in violations),
        violations=violations,
        findings=tuple(Finding(rule_id=name, outcome=_outcome(one), looked=one.looked) for name, one in found.items()),
        stress=case.stress,
        trials=case.trials,
        deflated_sharpe=_luck(case),
        universe=case.universe.hash if case.universe else None,
    )


def _outcome(found: Found) -> str:
    if found.violations:
        return "failed"
    return "passed" if found.known else "unknown"


def _luck(case: Case) -> float | None:
    if case.trials is None:
        return None
    return deflated(case.recomputed, len(case.result.index), case.panel.periods_per_year, case.trials)
