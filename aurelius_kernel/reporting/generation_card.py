"""A generation, an orchestration and a reflexion as lines that people read."""

from __future__ import annotations

from typing import Any

from aurelius_kernel.metrics import Metric
from aurelius_kernel.reporting.wording import title
from aurelius_kernel.research.generate import Candidate, Generation
from aurelius_kernel.research.orchestrate import STAGES, Orchestration, Outcome
from aurelius_kernel.research.reflect import Reflexion
from aurelius_kernel.views.folds import facts_table, rows_table
from aurelius_kernel.views.metric_table import label, written
from aurelius_kernel.views.numerals import DASH, percent, plural, ratio, short_hash
from aurelius_kernel.views.verdict_tables import Line

__all__ = [
    "evidence_table",
    "generation_lines",
    "generation_notes",
    "generation_title",
    "orchestration_lines",
    "orchestration_notes",
    "orchestration_title",
    "reflexion_lines",
    "reflexion_title",
    "tried_table",
]

MOST_ROWS = 100
SHOWN = (Metric.SHARPE_RATIO, Metric.CAGR, Metric.MAX_DRAWDOWN, Metric.TOTAL_TRADES)
MARKS = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.SKIPPED: "–"}


def generation_title(found: Generation) -> str:
    """The goal, the bars it was measured on, and how many candidates were tried."""
    spec, text = found.spec, found.spec.goal.text
    goal = text if len(text) <= 100 else f"{text[:99]}…"
    span = f"{spec.stretch.start} to {spec.stretch.seen_until}"
    return f"“{goal}” on {', '.join(spec.instruments)}, {span}: the best of {plural(found.trials, 'candidate')}"


def generation_lines(found: Generation) -> list[Line]:
    """One line a ranked candidate: how sure it is, what it did, its parameters; `!` where it breaks a limit."""
    return [_candidate(rank, one) for rank, one in enumerate(found, start=1)]


def _candidate(rank: int, one: Candidate) -> Line:
    numbers = ", ".join(f"{label(metric).lower()} {written(metric, one.metrics.get(metric))}" for metric in SHOWN)
    parameters = ", ".join(f"{name} {_plain(value)}" for name, value in one.spec.strategy.parameters.items())
    told = [f"{percent(one.confidence, 1)} not luck; {numbers}; {parameters}", *one.broken, *([f"“{one.why}”"] if one.why else [])]
    return Line("✓" if one.keeps_limits else "!", f"{rank} {title(one.family)}", "; ".join(told))


def generation_notes(found: Generation) -> list[str]:
    """What stays unseen, what the ledger knows, and what of the goal was not taken."""
    unseen = f"the last {plural(found.spec.stretch.unseen_bars, 'bar')}, to {found.spec.stretch.end}, stay unseen for validation"
    ever = f"; {plural(found.trials_ever, 'set')} of these families were ever tried on these data" if found.trials_ever else ""
    limits = ", ".join(str(constraint) for constraint in found.spec.goal.constraints)
    asked = [f"asked for: {limits}"] if limits else []
    return [f"{unseen}{ever}", *asked, *found.notes, f"generation {short_hash(found.hash)}"]


def tried_table(found: Generation) -> str:
    """Every candidate that was measured as markup, the surest first, a hundred at most."""
    rows = [
        (
            title(str(row["family"])),
            percent(row["confidence"], 1),
            *(written(metric, row["metrics"].get(metric)) for metric in SHOWN),
            ", ".join(f"{name} {_plain(value)}" for name, value in row["parameters"].items()),
        )
        for row in sorted(found.tried, key=lambda row: -(row["confidence"] or -1.0))[:MOST_ROWS]
    ]
    return rows_table(("family", "not luck", *(label(metric) for metric in SHOWN), "parameters"), rows)


def evidence_table(found: Orchestration) -> str:
    """Every hash that the stages left, as markup."""
    records = {stage: record for stage in STAGES if (record := found.stage(stage)) is not None}
    return facts_table((f"{stage}: {role}", address) for stage, one in records.items() for role, address in one.evidence.items())


def orchestration_title(found: Orchestration) -> str:
    """What was asked, and how far it came."""
    asked = f"“{found.spec.goal}”" if found.spec.goal else title(found.spec.base.strategy.type)
    return f"{asked} on {', '.join(found.spec.base.instruments)}: {found.status}"


def orchestration_lines(found: Orchestration) -> list[Line]:
    """One line a stage: how it ended and what it found."""
    lines = []
    for stage in STAGES:
        record = found.stage(stage)
        text = record.message if record else ("not reached" if found.finished else "not finished")
        evidence = ", ".join(f"{role} {short_hash(address)}" for role, address in record.evidence.items()) if record else ""
        lines.append(Line(MARKS[record.outcome] if record else " ", str(stage), f"{text} {evidence}".strip()))
    return lines


def orchestration_notes(found: Orchestration) -> list[str]:
    """The name of the run and of its record."""
    return [f"run {short_hash(found.run)}, orchestration {short_hash(found.hash)}"]


def reflexion_title(found: Reflexion) -> str:
    """What was changed and why."""
    return f"Reflexion on {short_hash(found.parent)}: {found.reason}"


def reflexion_lines(found: Reflexion) -> list[Line]:
    """What was changed, from what to what, and what it is worth."""
    changes = [Line("", name, f"{_plain(old)} to {_plain(new)}") for name, (old, new) in found.change.changed.items()]
    gain = found.improvement
    signed = DASH if gain is None else f"+{ratio(gain)}" if gain > 0 else ratio(gain)
    measured = f"{signed} out of sample, from {ratio(found.parent_sharpe)} to {ratio(found.child_sharpe)}"
    return [*changes, Line("✓" if gain and gain > 0 else "!", "Sharpe ratio", measured), Line("", "child", short_hash(found.child))]


def _plain(value: Any) -> str:
    return "none" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)
