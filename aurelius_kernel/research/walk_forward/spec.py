"""What a walk-forward validation was asked, in a form that is hashed and stored."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from aurelius_kernel.model import BacktestSpec, Record

__all__ = ["WalkForwardSpec"]

Days = Annotated[int, Field(ge=2, le=100_000)]


class WalkForwardSpec(Record):
    """Everything that decides a validation but its data and its seed.

    `base` is the run that all share: the requested dates, and the parameters that are not fitted. `space` holds the values of
    those that are, `combinations_hash` is over the parameter sets themselves. Days are days that have bars; `embargo` None stands
    for the longest holding of the first fit.
    """

    base: BacktestSpec
    space: dict[str, Any]
    where: str | None = None
    search: Literal["grid", "random"] = "grid"
    samples: Annotated[int, Field(ge=1)] | None = None
    combinations_hash: str
    objective: str = "sharpe_ratio"
    train_days: Days = 180
    test_days: Days = 90
    anchored: bool = False
    embargo: Annotated[int, Field(ge=0, le=100_000)] | None = None
