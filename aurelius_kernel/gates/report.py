"""What the rules found, all of them together: a record that is stored under its hash and says whether the result passed."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from aurelius_kernel.gates.case import TrialCount
from aurelius_kernel.gates.stress import Stress
from aurelius_kernel.gates.violation import Violation
from aurelius_kernel.model import Record, RunIdentity
from aurelius_kernel.model.presentation import presenter

__all__ = ["Finding", "VerificationReport"]

KIND = "verification_report"


class Finding(Record):
    """One rule's outcome: `passed`, `failed` or `unknown`, and what was looked at."""

    rule_id: str
    outcome: str
    looked: str


class VerificationReport(Record):
    """The verdict of the rules on one result.

    `passed` is false with any critical or high violation. `result` is the hash of what was looked at, `identity` the run it claims
    to be, `policy` the hash of the limits. `findings` has a line for each rule, in words, those that could not look among them.
    """

    kind: str = KIND
    format: int = 1
    result: str
    identity: RunIdentity
    policy: str
    passed: bool
    violations: Annotated[tuple[Violation, ...], Field(strict=False)]
    findings: Annotated[tuple[Finding, ...], Field(strict=False)]
    stress: Stress | None = None
    trials: TrialCount | None = None
    deflated_sharpe: float | None = None
    universe: str | None = None

    @property
    def unknown(self) -> tuple[str, ...]:
        """The rules that could not look."""
        return tuple(finding.rule_id for finding in self.findings if finding.outcome == "unknown")

    def of_rule(self, rule_id: str) -> tuple[Violation, ...]:
        """The violations of one rule."""
        return tuple(violation for violation in self.violations if violation.rule_id == rule_id)

    def __repr__(self) -> str:
        how = "passed" if self.passed else "failed"
        return f"VerificationReport({how}, {len(self.violations)} violations, result {self.result[:12]})"

    def __str__(self) -> str:
        return self._repr_mimebundle_()["text/plain"]

    def plot(self) -> Any:
        """What the result bears, as a figure that a notebook shows."""
        return presenter(KIND).plot(self)

    def _repr_mimebundle_(self, **_formats: Any) -> dict[str, str]:
        return presenter(KIND).mimebundle(self)
