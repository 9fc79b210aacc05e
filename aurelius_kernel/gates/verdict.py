"""What a gate decided: its checks, what they rest on, and about what; a record that is stored under its hash."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import Field

from aurelius_kernel.model import BacktestResult, Record, RunIdentity, StrategySpec
from aurelius_kernel.model.presentation import presenter

__all__ = ["GATES", "Check", "GateName", "Subject", "Verdict", "grade_of"]

KIND = "verdict"
GATES = ("dev", "crv", "product")
GRADES = "ABCDE"
GateName: TypeAlias = Literal["dev", "crv", "product"]


class Check(Record):
    """One question of a gate and its answer; `evidence` are the hashes of what it rests on.

    A check is passed by evidence only: what was not there to be looked at fails, and the message says what is missing.
    """

    check_name: str
    passed: bool
    description: str
    message: str
    evidence: Annotated[tuple[str, ...], Field(strict=False)] = ()


class Subject(Record):
    """What a verdict is about: one run of one version of a strategy on certain data by a certain engine."""

    strategy: StrategySpec
    instruments: Annotated[tuple[str, ...], Field(strict=False)]
    identity: RunIdentity
    result: str

    @classmethod
    def of_result(cls, result: BacktestResult) -> Self:
        """The subject that a result is."""
        return cls(strategy=result.spec.strategy, instruments=result.spec.instruments, identity=result.identity, result=result.hash)

    @property
    def key(self) -> str:
        """One hash for the run, the same for every result that claims to be it."""
        return self.identity.key


class Verdict(Record):
    """The decision of a gate on a subject.

    `evidence` names by role what it rests on, `policy` the limits, `waivers` who let what pass and why: all hashes in the store.
    `holdout_looks` counts how often the locked stretch of the data was read, this time included; None where it has none. The
    verdict holds no time: judged again on the same evidence it is the same verdict, under the same hash.
    """

    kind: str = KIND
    format: int = 1
    gate: GateName
    passed: bool
    grade: str
    subject: Subject
    policy: str
    checks: Annotated[tuple[Check, ...], Field(strict=False)]
    evidence: dict[str, str]
    waivers: Annotated[tuple[str, ...], Field(strict=False)] = ()
    holdout_looks: int | None = None

    @classmethod
    def given(
        cls,
        gate: GateName,
        subject: Subject,
        checks: tuple[Check, ...],
        *,
        policy: str,
        evidence: dict[str, str],
        waivers: tuple[str, ...] = (),
        holdout_looks: int | None = None,
    ) -> Self:
        """The verdict that checks come to: passed when there are some and all of them are."""
        passed = bool(checks) and all(check.passed for check in checks)
        return cls(
            gate=gate,
            passed=passed,
            grade=grade_of(passed=passed, looks=holdout_looks, waived=bool(waivers)),
            subject=subject,
            policy=policy,
            checks=checks,
            evidence=dict(sorted(evidence.items())),
            waivers=waivers,
            holdout_looks=holdout_looks,
        )

    @property
    def failed_checks(self) -> tuple[Check, ...]:
        """The checks that are not passed."""
        return tuple(check for check in self.checks if not check.passed)

    def check(self, name: str) -> Check | None:
        """The check of that name."""
        return next((check for check in self.checks if check.check_name == name), None)

    def __repr__(self) -> str:
        how = "passed" if self.passed else f"failed ({', '.join(check.check_name for check in self.failed_checks)})"
        return f"Verdict({self.gate}, {how}, {self.hash[:12]})"

    def __str__(self) -> str:
        return self._repr_mimebundle_()["text/plain"]

    def _repr_mimebundle_(self, **_formats: Any) -> dict[str, str]:
        return presenter(KIND).mimebundle(self)


def grade_of(*, passed: bool, looks: int | None, waived: bool) -> str:
    """A letter for how much a verdict is worth: F for one that failed, A for one that nothing weakens.

    The first look at a holdout costs nothing, each further one a letter: what was looked at often is no longer unseen. A waiver
    costs a letter, and so does having no holdout at all.
    """
    if not passed:
        return "F"
    lost = (1 if looks is None else max(looks - 1, 0)) + waived
    return GRADES[min(lost, len(GRADES) - 1)]
