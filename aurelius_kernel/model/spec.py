"""What is to be run, and the identity of the run."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from aurelius_kernel.errors import ImpossibleRequest
from aurelius_kernel.hashing import content_hash
from aurelius_kernel.model.costs import Costs
from aurelius_kernel.model.record import Record
from aurelius_kernel.model.sizing import FractionOfEquity, Sizing

__all__ = ["BacktestSpec", "Direction", "Execution", "LiquidateAtEnd", "RunIdentity", "StrategySpec"]


class Direction(StrEnum):
    """Which side of the market a run may take."""

    LONG = "long"
    SHORT = "short"
    BOTH = "both"


class Execution(StrEnum):
    """When a market order fills: the next bar's open, or (marked `same_bar_fill`) the close of the signal's own bar."""

    NEXT_OPEN = "next_open"
    CLOSE = "close"


class LiquidateAtEnd(StrEnum):
    """Where positions still open on the last bar are sold."""

    OPEN = "open"
    CLOSE = "close"


def _unique(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) != len(names):
        raise ValueError("must not name an instrument twice")
    return names


def _known_frequency(name: str) -> str:
    if not re.fullmatch(r"[1-9]\d{0,3}(min|h|d|w)", name):
        raise ValueError(f"must be a number and min, h, d or w, such as 1d, not {name!r}")
    return name


Fraction = Annotated[float, Field(gt=0.0, lt=1.0)]
Instruments = Annotated[tuple[str, ...], Field(min_length=1, max_length=2_000, strict=False), AfterValidator(_unique)]
ParameterValue = bool | int | float | str | None


class StrategySpec(Record):
    """A strategy by name: its family, the version of its rule, and its parameters, all of them.

    `code` is the hash of the source of a family that is not built in, so that a changed rule is a different strategy.
    """

    type: Annotated[str, Field(min_length=1, max_length=100)]
    version: Annotated[int, Field(ge=1)] = 1
    code: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    parameters: dict[str, ParameterValue] = Field(default_factory=dict)


class BacktestSpec(Record):
    """Everything that decides a backtest but its data and its seed; see `docs/explanation/execution-model.md`.

    `start` and `end` are inclusive dates in UTC; None takes what the data has. `sizing` None shares equity equally among
    the instruments. `stop_loss`, `take_profit` and `trailing_stop` are fractions of the fill price.
    """

    strategy: StrategySpec
    instruments: Instruments
    frequency: Annotated[str, AfterValidator(_known_frequency)] = "1d"
    source: Annotated[str, Field(min_length=1, max_length=100)] = "default"
    start: Annotated[date, Field(strict=False)] | None = None
    end: Annotated[date, Field(strict=False)] | None = None
    capital: Annotated[float, Field(gt=0.0, le=1e15)] = 100_000.0
    direction: Annotated[Direction, Field(strict=False)] = Direction.LONG
    execution: Annotated[Execution, Field(strict=False)] = Execution.NEXT_OPEN
    sizing: Sizing | None = None
    costs: Costs = Costs()
    leverage: Annotated[float, Field(gt=0.0, le=100.0)] = 1.0
    whole_shares: bool = False
    stop_loss: Fraction | None = None
    take_profit: Annotated[float, Field(gt=0.0, le=100.0)] | None = None
    trailing_stop: Fraction | None = None
    liquidate_at_end: Annotated[LiquidateAtEnd, Field(strict=False)] | None = None

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.start and self.end and self.start > self.end:
            raise ImpossibleRequest.of("start", f"({self.start}) is after end ({self.end}); the start comes first")
        return self

    @property
    def effective_sizing(self) -> Sizing:
        """The sizing rule in force: the one given, or an equal share of equity for each instrument."""
        return self.sizing or FractionOfEquity(1.0 / len(self.instruments))

    def on(self, instruments: tuple[str, ...]) -> Self:
        """The same of those of its instruments alone."""
        return self if instruments == self.instruments else self.model_copy(update={"instruments": instruments})


class RunIdentity(Record):
    """What makes two runs the same run: the same identity gives a bit-identical result."""

    spec_hash: str
    data_hash: str
    seed: Annotated[int, Field(ge=0, lt=2**32)]
    engine_version: str

    @property
    def key(self) -> str:
        """One hash for the whole identity."""
        return content_hash(self.document())
