"""The crv gate: the result is good enough for the policy, and no rule of verification is broken."""

from __future__ import annotations

from collections.abc import Iterator

from aurelius_kernel.gates.policy import Policy
from aurelius_kernel.gates.report import VerificationReport
from aurelius_kernel.gates.verdict import Check, Subject, Verdict
from aurelius_kernel.model import BacktestResult

__all__ = ["judge_crv"]


def judge_crv(result: BacktestResult, policy: Policy, report: VerificationReport | None = None) -> Verdict:
    """The verdict on a result under a policy; without the report on this very result the gate is not passed."""
    subject = Subject.of_result(result)
    evidence = {"result": subject.result} | ({"report": report.hash} if report else {})
    checks = (*_numbers(result, policy), _verified(report, subject.result, policy))
    return Verdict.given("crv", subject, checks, policy=policy.hash, evidence=evidence)


def _numbers(result: BacktestResult, policy: Policy) -> Iterator[Check]:
    asked = (
        ("sharpe_ratio", "The Sharpe ratio is at least {}.", policy.minimum_sharpe, "{:.2f}"),
        ("max_drawdown", "The drawdown is no deeper than {}.", -policy.maximum_drawdown, "{:.1%}"),
        ("total_return", "The total return is at least {}.", policy.minimum_return, "{:.1%}"),
    )
    for name, description, limit, form in asked:
        value = result.metrics.get(name)
        passed = value is not None and value >= limit
        told = "undefined" if value is None else form.format(value)
        message = f"It is {told}, {'and' if passed else 'where'} the policy asks for {form.format(limit)}."
        yield Check(
            check_name=name,
            passed=passed,
            description=description.format(form.format(limit)),
            message=message,
            evidence=(result.hash, policy.hash),
        )


def _verified(report: VerificationReport | None, address: str, policy: Policy) -> Check:
    passed = False
    if report is None:
        message = "The result was not verified."
    elif report.result != address:
        message = f"The report is on another result, {report.result[:12]}."
    elif report.policy != policy.hash:
        message = "The report is under another policy; verify the result again."
    else:
        passed, message = report.passed, _told(report)
    description = "No rule of verification has a critical or high violation."
    evidence = () if report is None else (report.hash,)
    return Check(check_name="verification", passed=passed, description=description, message=message, evidence=evidence)


def _told(report: VerificationReport) -> str:
    failing = [violation for violation in report.violations if violation.severity.fails]
    unknown = f"; not known: {', '.join(report.unknown)}" if report.unknown else ""
    if failing:
        more = f", and {len(failing) - 1} more" if len(failing) > 1 else ""
        return f"{failing[0].rule_id}: {failing[0].message}{more}"
    return f"{len(report.findings)} rules, {len(report.violations)} lesser violations{unknown}."
