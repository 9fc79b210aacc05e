"""What an orchestration was asked, and what each of its stages found."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from aurelius_kernel.errors import ImpossibleRequest
from aurelius_kernel.generation import Risk
from aurelius_kernel.model import BacktestSpec, Record

__all__ = ["STAGES", "OrchestrationSpec", "Outcome", "Stage", "StageRecord"]


class Stage(StrEnum):
    """The six stages, in their order."""

    GENERATE = "generate"
    BACKTEST = "backtest"
    VALIDATE = "validate"
    DEV = "dev"
    CRV = "crv"
    PRODUCT = "product"


STAGES = tuple(Stage)


class Outcome(StrEnum):
    """How a stage ended: as it should, not, or because there was nothing to do."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


class OrchestrationSpec(Record):
    """Everything that decides an orchestration but its data and its seed: a goal, or the run of a strategy that is given.

    `base` is the run over all the data: its strategy is the one given, or of the type `any` until one is generated. The tests of
    the validation begin at `judged_from`, where generation ended. `policy` is the hash of the limits that the gates hold to.
    """

    goal: str | None = None
    base: BacktestSpec
    risk: Annotated[Risk, Field(strict=False)] = Risk.MODERATE
    count: Annotated[int, Field(ge=1, le=20)] = 5
    tries: Annotated[int, Field(ge=1, le=2_000)] = 60
    unseen: Annotated[float, Field(ge=0.0, le=0.9)] = 0.3
    train_days: Annotated[int, Field(ge=31)] = 180
    test_days: Annotated[int, Field(ge=31)] = 90
    grid: dict[str, list[Any]] | None = None
    judged_from: Annotated[date, Field(strict=False)]
    policy: str

    @model_validator(mode="after")
    def _goal_or_strategy(self) -> Self:
        if (self.goal is None) == (self.base.strategy.type == ANY):
            raise ImpossibleRequest.of("goal", "or a strategy must be given, and not both")
        return self


ANY = "any"
"""The type of a strategy that is not known yet."""


class StageRecord(Record):
    """What one stage found, in words and numbers, with the hashes of its evidence by the part they play.

    `before` is the hash of the record of the stage before it, so that the last one stands for all of them.
    """

    kind: str = "orchestration_stage"
    format: int = 1
    stage: Annotated[Stage, Field(strict=False)]
    outcome: Annotated[Outcome, Field(strict=False)]
    message: str
    evidence: dict[str, str] = Field(default_factory=dict)
    details: dict[str, Any] = Field(default_factory=dict)
    before: str | None = None

    @property
    def ends_the_run(self) -> bool:
        """Whether nothing comes after it: a validation that did not pass is left to the product gate to judge."""
        return self.outcome is Outcome.FAILED and self.stage is not Stage.VALIDATE
