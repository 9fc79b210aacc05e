"""A simulator that shares no code with the engine tells the run the same way."""

from __future__ import annotations

from itertools import islice

from aurelius_kernel.gates.case import Case, Found
from aurelius_kernel.gates.reference import simulate_plainly
from aurelius_kernel.gates.second_engine import compare
from aurelius_kernel.gates.violation import Evidence, Severity, Violation, stamp

__all__ = ["second_engine"]

CENT = 0.01
SHOWN = 5


def second_engine(case: Case) -> Found:
    """Simulate the strategy's decisions bar by bar and hold every fill, fee and bar of the result to it, to a cent."""
    if not case.same_bars:
        bars, width = case.panel.shape
        shape = Evidence.at("time", found=len(case.result.index), expected=bars, artifact=case.address)
        message = f"The result is not on the {bars:,} bars of {width} instruments that its spec asks for."
        return Found.of("the shape of the result", [_violation(message, (shape,))])
    found = compare(case.result, simulate_plainly(case.result.spec, case.panel, case.signals), CENT)
    evidence = tuple(
        Evidence.at(
            f"{one.field}[{one.instrument or 'account'}, {stamp(one.bar)}]", one.engine, one.reference, artifact=case.address
        )
        for one in islice(found, SHOWN)
    )
    looked = f"{len(case.panel.index):,} bars and {len(case.result.orders):,} orders, to a cent"
    return Found.of(looked, [_violation(f"{found[0]}, and {len(found) - 1:,} more values differ.", evidence)] if found else [])


def _violation(message: str, evidence: tuple[Evidence, ...]) -> Violation:
    return Violation(rule_id="second_engine", severity=Severity.CRITICAL, message=message, evidence=evidence)
