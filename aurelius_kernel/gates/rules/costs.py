"""The edge survives costs that are twice as high."""

from __future__ import annotations

from aurelius_kernel.gates.case import Case, Found
from aurelius_kernel.gates.stress import twice_the_costs
from aurelius_kernel.gates.violation import Evidence, Severity, Violation

__all__ = ["break_even_in_words", "cost_fragility"]


def cost_fragility(case: Case) -> Found:
    """Run the decisions again at twice the costs, and look for the cost at which nothing is earned."""
    told, bps = twice_the_costs(case.rerun), case.stress.break_even_bps
    looked = f"twice the costs, and a break-even cost of {break_even_in_words(bps)}"
    if told.twice.earns:
        return Found(looked=looked)
    lost = "nothing" if told.twice.total_return is None else f"{told.twice.total_return:.2%}"
    what = (
        f"The edge is gone at twice the costs ({lost} in all)"
        if told.own.earns
        else "Nothing is earned even at the costs of the run"
    )
    evidence = [
        Evidence.at("total_return at twice the costs", found=told.twice.total_return, expected="above 0", artifact=case.address),
        Evidence.at("break-even cost, basis points", found=bps, artifact=case.address),
    ]
    message = f"{what}; it breaks even at {break_even_in_words(bps)}."
    violation = Violation(rule_id="cost_fragility", severity=Severity.MEDIUM, message=message, evidence=tuple(evidence))
    return Found.of(looked, [violation])


def break_even_in_words(bps: float | None) -> str:
    """The break-even cost for people."""
    return "more than 1,000 bps of a fill" if bps is None else f"{bps:,.1f} bps of a fill"
