"""How ready a strategy is: one score of five parts, what blocks it, what to do next, and what changed since the last time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from aurelius_kernel.gates.verdict import Subject
from aurelius_kernel.model import Record
from aurelius_kernel.model.presentation import presenter

__all__ = ["WEIGHTS", "Band", "Deduction", "ReadinessFacts", "Scorecard", "score"]

KIND = "scorecard"
WEIGHTS = {"determinism": 0.25, "risk": 0.20, "policy": 0.25, "operations": 0.15, "understanding": 0.15}
"""What each component weighs in the score."""
GREEN, AMBER = 85.0, 70.0


class Band(StrEnum):
    """Green may be promoted; Amber is near; Red is not ready, or blocked."""

    GREEN = "Green"
    AMBER = "Amber"
    RED = "Red"


@dataclass(frozen=True, kw_only=True)
class ReadinessFacts:
    """What is known of a strategy when it is scored; nothing is taken to be so unless it is told here.

    `replayed` and `paths_agree` are None where nobody tried, `evidence_hours` is the age of the oldest verdict and None without
    one, `reasons` say what is wrong with operations, `limit_hours` how old evidence may be.
    """

    identity: bool = False
    replayed: bool | None = None
    paths_agree: bool | None = None
    validation_passed: bool = False
    crv_metrics: bool = False
    risk_complete: bool = False
    policy_violations: tuple[str, ...] | None = None
    lineage_complete: bool = False
    healthy: bool = False
    evidence_hours: float | None = None
    limit_hours: float = 24.0
    reasons: tuple[str, ...] = ()
    report: bool = False
    maturity: str = ""


class Deduction(Record):
    """Points that a component lost, why, and what would bring them back; a `blocker` makes the whole Red."""

    component: str
    points: float
    reason: str
    action: str
    blocker: bool = False


class Scorecard(Record):
    """A readiness score with everything it is made of.

    `score` is the weighted sum of `components`, each 0 to 100; `band` is Green from 85, Amber from 70, else Red, and Red with any
    of `blockers`. `change` is the score less that of `previous`, the scorecard before; None for a first one. `evidence` are hashes.
    """

    kind: str = KIND
    format: int = 1
    subject: Subject
    score: float
    band: Annotated[Band, Field(strict=False)]
    components: dict[str, float]
    weights: dict[str, float]
    deductions: Annotated[tuple[Deduction, ...], Field(strict=False)]
    maturity: str = ""
    evidence: dict[str, str] = Field(default_factory=dict)
    previous: str | None = None
    change: float | None = None

    @property
    def blockers(self) -> tuple[str, ...]:
        """What makes it Red whatever the score."""
        return tuple(one.reason for one in self.deductions if one.blocker)

    @property
    def next_actions(self) -> tuple[str, ...]:
        """What to do, blockers first, then what brings most points to the score."""
        worth = sorted(self.deductions, key=lambda one: (not one.blocker, -one.points * self.weights[one.component]))
        return tuple(dict.fromkeys(one.action for one in worth))

    @property
    def promotable(self) -> bool:
        """Whether it may be promoted: only Green may."""
        return self.band is Band.GREEN

    def __repr__(self) -> str:
        return f"Scorecard({self.band} {self.score:.0f}, {len(self.blockers)} blockers, {self.hash[:12]})"

    def __str__(self) -> str:
        return self._repr_mimebundle_()["text/plain"]

    def plot(self) -> Any:
        """The components with what each lost, as a figure that a notebook shows."""
        return presenter(KIND).plot(self)

    def _repr_mimebundle_(self, **_formats: Any) -> dict[str, str]:
        return presenter(KIND).mimebundle(self)


class Question(NamedTuple):
    """What may be wrong: whether it is, the component and its points, why, what to do, and whether it blocks."""

    wrong: bool
    component: str
    points: float
    reason: str
    action: str
    blocker: bool = False


def score(
    subject: Subject, facts: ReadinessFacts, *, evidence: dict[str, str] | None = None, previous: Scorecard | None = None
) -> Scorecard:
    """The scorecard that facts come to; `previous` is the one before, for what has changed since."""
    deductions = tuple(
        Deduction(component=one.component, points=one.points, reason=one.reason, action=one.action, blocker=one.blocker)
        for one in _questions(facts)
        if one.wrong
    )
    lost = {name: sum(one.points for one in deductions if one.component == name) for name in WEIGHTS}
    components = {name: max(100.0 - points, 0.0) for name, points in lost.items()}
    total = round(sum(WEIGHTS[name] * points for name, points in components.items()), 9)
    blocked = any(one.blocker for one in deductions)
    return Scorecard(
        subject=subject,
        score=total,
        band=Band.RED if blocked or total < AMBER else Band.GREEN if total >= GREEN else Band.AMBER,
        components=components,
        weights=WEIGHTS,
        deductions=deductions,
        maturity=facts.maturity,
        evidence=dict(sorted((evidence or {}).items())),
        previous=previous.hash if previous else None,
        change=round(total - previous.score, 9) if previous else None,
    )


def _questions(facts: ReadinessFacts) -> Iterator[Question]:
    yield from _determinism(facts)
    yield from _risk(facts)
    yield from _policy(facts)
    yield from _operations(facts)
    yield Question(not facts.report, "understanding", 60, "There is no report.", "Write a report and give it: report=…")
    no_label = "Say how mature the strategy is: maturity=…"
    yield Question(not facts.maturity, "understanding", 40, "It has no maturity label.", no_label)


def _determinism(facts: ReadinessFacts) -> Iterator[Question]:
    run_dev = "Run the dev gate."
    yield Question(facts.replayed is None, "determinism", 40, "Nobody ran it again to compare.", run_dev, blocker=True)
    again = "Run the backtest again: its identity is missing."
    yield Question(not facts.identity, "determinism", 30, "The run identity is missing.", again, blocker=True)
    differs = facts.replayed is False
    parity = facts.paths_agree is False
    what = "Run again, it gave another result." if differs else "The fast path and the engine disagree."
    yield Question(differs or parity, "determinism", 30, what, "Find what the run depends on beside its identity.", blocker=True)
    unknown = facts.paths_agree is None
    yield Question(unknown, "determinism", 0, "The fast path was not compared with the engine.", run_dev, blocker=True)


def _risk(facts: ReadinessFacts) -> Iterator[Question]:
    validate = "Run ak.walk_forward and give it: validation=…"
    yield Question(not facts.validation_passed, "risk", 50, "No validation on unseen bars is passed.", validate)
    yield Question(not facts.crv_metrics, "risk", 25, "There are no metrics of the crv gate.", "Run the crv gate.")
    incomplete = "Some numbers that the crv gate asks for are undefined or not verified."
    yield Question(not facts.risk_complete, "risk", 25, incomplete, "Look at the failed checks of the crv gate.")


def _policy(facts: ReadinessFacts) -> Iterator[Question]:
    broken = facts.policy_violations
    told = "Nobody held it to the policy." if broken is None else f"It breaks the policy: {', '.join(broken)}."
    mend = "Run the crv gate." if broken is None else "Mend what breaks the policy, or have the policy changed."
    yield Question(broken is None or bool(broken), "policy", 60, told, mend, blocker=True)
    trace = "Run the product gate, and mend the gaps that it names."
    yield Question(not facts.lineage_complete, "policy", 40, "The lineage is not shown to be complete.", trace, blocker=True)


def _operations(facts: ReadinessFacts) -> Iterator[Question]:
    why = f": {'; '.join(facts.reasons)}" if facts.reasons else ""
    yield Question(not facts.healthy, "operations", 40, f"Operations are not healthy{why}.", "Mend what is wrong with operations.")
    hours = facts.evidence_hours
    old = hours is None or hours > facts.limit_hours
    told = "There is no evidence." if hours is None else f"The evidence is {hours:,.0f} hours old."
    yield Question(old, "operations", 30, told, "Run the gates again.")
    several = len(facts.reasons) >= 2
    yield Question(
        several, "operations", 30, f"{len(facts.reasons)} things are wrong at once.", "Mend what is wrong with operations."
    )
