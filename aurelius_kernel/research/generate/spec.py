"""What a generation was asked, and a candidate that it found."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from aurelius_kernel.generation import Goal, Proposal, Risk
from aurelius_kernel.model import BacktestSpec, Record
from aurelius_kernel.research.generate.stretch import Stretch
from aurelius_kernel.strategies import Strategy

__all__ = ["Candidate", "GenerationSpec"]

MOST_RANKED = 20
MOST_TRIED = 2_000


class GenerationSpec(Record):
    """Everything that decides a generation but its data and its seed.

    `base` is the run that all candidates share but for family, side and parameters; it ends where the unseen part begins.
    What a proposer offered is part of what was asked, and so is what was left out of it.
    """

    goal: Goal
    risk: Annotated[Risk, Field(strict=False)] = Risk.MODERATE
    count: Annotated[int, Field(ge=1, le=MOST_RANKED)] = 5
    tries: Annotated[int, Field(ge=1, le=MOST_TRIED)] = 60
    instruments: Annotated[tuple[str, ...], Field(min_length=1, strict=False)]
    stretch: Stretch
    base: BacktestSpec
    proposer: str | None = None
    proposals: Annotated[tuple[Proposal, ...], Field(strict=False)] = ()
    proposer_notes: Annotated[tuple[str, ...], Field(strict=False)] = ()


class Candidate(Record):
    """A strategy that a generation found: its run over the part it was measured on, what it did there, and how sure that is.

    `confidence` is the probability that its Sharpe ratio is more than the luck of all that were tried. `broken` says which limits
    of the goal it does not keep; `why` is the reason that a proposer gave, as text.
    """

    spec: BacktestSpec
    votes: int
    metrics: dict[str, float | None]
    confidence: float
    broken: Annotated[tuple[str, ...], Field(strict=False)] = ()
    why: str | None = None

    @property
    def family(self) -> str:
        """The name of its family."""
        return self.spec.strategy.type

    @property
    def strategy(self) -> Strategy:
        """The strategy itself."""
        return Strategy.create(self.family, **self.spec.strategy.parameters)

    @property
    def keeps_limits(self) -> bool:
        """Whether it keeps every limit of the goal."""
        return not self.broken
