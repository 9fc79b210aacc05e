"""Risk within the policy: drawdown, leverage, turnover and concentration."""

from __future__ import annotations

import numpy as np

from aurelius_kernel.gates.case import Case, Found
from aurelius_kernel.gates.violation import Evidence, Severity, Violation, stamp
from aurelius_kernel.typing import FloatArray

__all__ = ["concentration_limit", "drawdown_limit", "leverage_limit", "turnover_limit"]

ROUNDING = 1e-9


def drawdown_limit(case: Case) -> Found:
    """Hold the reported and the recomputed drawdown to the policy."""
    worst, limit = case.worst("max_drawdown", low=True), case.policy.maximum_drawdown
    if worst is None:
        return Found(looked="nothing: there is no drawdown", known=False)
    looked = f"a drawdown of {worst:.2%} against {limit:.2%}"
    if worst < -limit - ROUNDING:
        place = "metrics.max_drawdown" if worst == case.result.metrics.get("max_drawdown") else "equity"
        evidence = Evidence.at(place, found=worst, expected=-limit, artifact=case.address)
        return Found.of(
            looked, [_violation("drawdown_limit", f"The drawdown of {worst:.2%} is beyond the limit of {limit:.2%}.", evidence)]
        )
    return Found(looked=looked)


def leverage_limit(case: Case) -> Found:
    """Hold gross positions over equity to the policy, at every close."""
    if not case.same_bars:
        return _no_bars()
    gross = np.abs(case.position_worth).sum(axis=1)
    return _highest(case, "leverage_limit", "leverage", _over(gross, case.result.equity_values), case.policy.maximum_leverage, "×")


def concentration_limit(case: Case) -> Found:
    """Hold the largest position to the policy: its share of equity, or of gross positions where they are more than equity."""
    if not case.same_bars:
        return _no_bars()
    worth = np.abs(case.position_worth)
    account = np.maximum(worth.sum(axis=1), case.result.equity_values)
    share = _over(worth.max(axis=1), account)
    return _highest(case, "concentration_limit", "one instrument's share", share, case.policy.maximum_concentration, "")


def turnover_limit(case: Case) -> Found:
    """Hold the value bought and sold a year, over mean equity, to the policy."""
    turnover, limit = case.worst("turnover"), case.policy.maximum_turnover
    if turnover is None:
        return Found(looked="an account that never traded")
    looked = f"a turnover of {turnover:.1f} times a year against {limit:g}"
    if turnover > limit * (1 + ROUNDING):
        evidence = Evidence.at("metrics.turnover", found=turnover, expected=limit, artifact=case.address)
        message = f"The account turns over {turnover:.1f} times a year, beyond the limit of {limit:g}."
        return Found.of(looked, [_violation("turnover_limit", message, evidence)])
    return Found(looked=looked)


def _highest(case: Case, rule: str, what: str, values: FloatArray, limit: float, unit: str) -> Found:
    """A series held to a limit, bar by bar; the highest value and the first beyond the limit are the evidence."""
    top = int(np.argmax(values)) if len(values) else 0
    highest = float(values[top]) if len(values) else 0.0
    most, allowed = (f"{value:.2f}{unit}" if unit else f"{value:.1%}" for value in (highest, limit))
    looked = f"{what} of at most {most} against {allowed}, at {len(values):,} closes"
    beyond = np.flatnonzero(values > limit * (1 + ROUNDING))
    if not len(beyond):
        return Found(looked=looked)
    index = case.result.index
    evidence = [
        Evidence.at(f"positions[{stamp(index[row])}]", found=values[row], expected=limit, artifact=case.address)
        for row in dict.fromkeys([int(beyond[0]), top])
    ]
    message = (
        f"{what[0].upper()}{what[1:]} is {most} on {index[top]:%Y-%m-%d}, beyond the limit of {allowed}; "
        f"it is beyond at {len(beyond):,} of {len(values):,} closes."
    )
    return Found.of(looked, [_violation(rule, message, *evidence)])


def _over(values: FloatArray, account: FloatArray) -> FloatArray:
    """The quotient; infinite where something is held and the account is worth nothing."""
    shares = np.divide(values, account, out=np.zeros(len(values)), where=account > 0.0)
    shares[(account <= 0.0) & (values > 0.0)] = np.inf
    return shares


def _no_bars() -> Found:
    return Found(looked="nothing: the result is not on its bars", known=False)


def _violation(rule: str, message: str, *evidence: Evidence) -> Violation:
    return Violation(rule_id=rule, severity=Severity.HIGH, message=message, evidence=evidence)
