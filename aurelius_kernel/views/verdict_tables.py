"""Reports, verdicts and scorecards as lines that people read: a mark, a name, and a sentence."""

from __future__ import annotations

from typing import NamedTuple

from aurelius_kernel.gates import Scorecard, Subject, Verdict, VerificationReport
from aurelius_kernel.views.numerals import DASH, percent, ratio, short_hash, short_money

__all__ = [
    "Line",
    "report_lines",
    "report_notes",
    "report_title",
    "scorecard_lines",
    "scorecard_title",
    "verdict_lines",
    "verdict_notes",
    "verdict_title",
]

MARKS = {"passed": "✓", "failed": "✗", "unknown": "?"}
NAMED = 4


class Line(NamedTuple):
    """One line: `✓`, `✗`, `!` or `?`, what it is about, and what is to be said."""

    mark: str
    name: str
    text: str


def report_title(report: VerificationReport) -> str:
    """Whether the report is passed, and what there is against the result."""
    count = len(report.violations)
    told = "no violation" if not count else f"{count} violation{'s' if count > 1 else ''}"
    return f"Verification {'passed' if report.passed else 'failed'}, {told}, result {short_hash(report.result)}"


def report_lines(report: VerificationReport) -> list[Line]:
    """One line a rule: what it found, or what it looked at; a violation that does not fail has the mark `!`."""
    lines = []
    for finding in report.findings:
        against = report.of_rule(finding.rule_id)
        if not against:
            lines.append(Line(MARKS[finding.outcome], finding.rule_id, finding.looked))
        for violation in against:
            mark = MARKS["failed"] if violation.severity.fails else "!"
            lines.append(Line(mark, violation.rule_id, f"{violation.severity}: {violation.message}"))
    return lines


def report_notes(report: VerificationReport) -> list[str]:
    """What was measured beside the rules."""
    stress, notes = report.stress, []
    if stress:
        cost = "more than 1,000 bps" if stress.break_even_bps is None else f"{ratio(stress.break_even_bps, 1)} bps"
        late = ", ".join(f"{percent(one.total_return, 1)} with {one.amount:.0f} late" for one in stress.delays)
        notes.append(f"breaks even at costs of {cost} a fill; total return {late}")
        if stress.accounts:
            most = DASH if stress.capacity is None else short_money(stress.capacity)
            notes.append(
                f"of the accounts tried up to {short_money(stress.accounts[-1].amount)}, the largest that still earns is {most}"
            )
    if report.trials and report.deflated_sharpe is not None:
        notes.append(f"deflated Sharpe ratio {percent(report.deflated_sharpe, 1)} after {report.trials.count:,.0f} trials")
    return [*notes, f"report {short_hash(report.hash)}, policy {short_hash(report.policy)}"]


def verdict_title(verdict: Verdict) -> str:
    """Which gate, whether it is passed, with which grade, and what it is about."""
    how = f"passed, grade {verdict.grade}" if verdict.passed else "failed"
    return f"{verdict.gate.capitalize()} gate {how}: {_about(verdict.subject)}"


def verdict_lines(verdict: Verdict) -> list[Line]:
    """One line a check."""
    return [Line(MARKS["passed" if one.passed else "failed"], one.check_name, one.message) for one in verdict.checks]


def verdict_notes(verdict: Verdict) -> list[str]:
    """What the verdict rests on."""
    evidence = ", ".join(f"{role} {short_hash(address)}" for role, address in verdict.evidence.items())
    notes = [f"verdict {short_hash(verdict.hash)} under policy {short_hash(verdict.policy)}; evidence: {evidence}"]
    if verdict.holdout_looks is not None:
        notes.append(f"looks at the holdout: {verdict.holdout_looks}")
    if verdict.waivers:
        notes.append(f"waivers: {', '.join(short_hash(address) for address in verdict.waivers)}")
    return notes


def scorecard_title(scorecard: Scorecard) -> str:
    """Band, score and change."""
    moved = round(scorecard.change or 0.0)
    change = f", {moved:+d} since the last".replace("-", "−") if moved else ""
    label = f", {scorecard.maturity}" if scorecard.maturity else ""
    return f"Readiness {scorecard.band}, {scorecard.score:.0f} of 100{change}{label}: {_about(scorecard.subject)}"


def scorecard_lines(scorecard: Scorecard) -> list[Line]:
    """One line a component with what it lost, then what to do next."""
    lines = []
    for name, points in scorecard.components.items():
        lost = [one for one in scorecard.deductions if one.component == name]
        why = " ".join(f"{f'−{one.points:.0f} ' if one.points else ''}{one.reason}" for one in lost)
        mark = "✗" if any(one.blocker for one in lost) else "!" if lost else "✓"
        lines.append(Line(mark, name, f"{points:.0f} of 100 at {scorecard.weights[name]:.0%}. {why}".rstrip()))
    return [*lines, *(Line("→", "next", action) for action in scorecard.next_actions)]


def _about(subject: Subject) -> str:
    names = subject.instruments
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{subject.strategy.type} on {', '.join(names[:NAMED])}{more}"
