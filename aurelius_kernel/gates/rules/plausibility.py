"""Numbers that are too good, or that no account can have."""

from __future__ import annotations

from collections.abc import Iterator

from aurelius_kernel.gates.case import Case, Found
from aurelius_kernel.gates.violation import Evidence, Severity, Violation

__all__ = ["drawdown_range", "sharpe_plausibility"]

NEVER, SELDOM, FEW_TRADES = 10.0, 3.0, 30


def sharpe_plausibility(case: Case) -> Found:
    """Doubt a Sharpe ratio beyond ten, and one beyond three that rests on fewer than thirty trades."""
    reported, made = case.result.metrics.get("sharpe_ratio"), case.recomputed["sharpe_ratio"]
    sharpe = max((value for value in (reported, made) if value is not None), key=abs, default=None)
    trades = len(case.result.trades)
    if sharpe is None:
        return Found(looked="an account whose returns have no Sharpe ratio")
    looked = f"a Sharpe ratio of {sharpe:.2f} from {trades:,} trades"
    if abs(sharpe) > NEVER or (abs(sharpe) > SELDOM and trades < FEW_TRADES):
        bound = NEVER if abs(sharpe) > NEVER else SELDOM
        evidence = Evidence.at("metrics.sharpe_ratio", found=sharpe, expected=bound, artifact=case.address)
        doubt = _violation("sharpe_plausibility", Severity.MEDIUM, f"{looked[0].upper()}{looked[1:]} is hardly real.", evidence)
        return Found.of(looked, [doubt])
    return Found(looked=looked)


def drawdown_range(case: Case) -> Found:
    """Refuse a drawdown above zero or below the whole account."""
    return Found.of("the reported and the recomputed drawdown", _out_of_range(case))


def _out_of_range(case: Case) -> Iterator[Violation]:
    told = {"reported": case.result.metrics.get("max_drawdown"), "recomputed": case.recomputed["max_drawdown"]}
    for how, value in told.items():
        if value is not None and not -1.0 <= value <= 0.0:
            place = "metrics.max_drawdown" if how == "reported" else "equity"
            evidence = Evidence.at(place, found=value, expected="between -1 and 0", artifact=case.address)
            message = f"The {how} drawdown is {value:.2%}; an account loses between nothing and everything."
            yield _violation("drawdown_range", Severity.CRITICAL, message, evidence)
            return


def _violation(rule: str, severity: Severity, message: str, *evidence: Evidence) -> Violation:
    return Violation(rule_id=rule, severity=severity, message=message, evidence=evidence)
