"""What a sweep was asked, in a form that is hashed and stored."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from aurelius_kernel.model import BacktestSpec, Record

__all__ = ["Accounts", "Search", "SweepSpec"]

Search = Literal["grid", "random", "tpe"]
Accounts = Literal["shared", "separate"]


class SweepSpec(Record):
    """Everything that decides a sweep but its data and its seed.

    `base` is the run that all combinations share: its strategy has the parameters that are fixed. `space` holds what the others
    take: a list of values, or the ends of an interval. `combinations_hash` is over the parameter sets themselves, in their order;
    a search that chooses them as it goes has none.
    """

    base: BacktestSpec
    space: dict[str, Any]
    where: str | None = None
    search: Search = "grid"
    trials: Annotated[int, Field(ge=1)] | None = None
    combinations_hash: str | None = None
    objectives: Annotated[tuple[str, ...], Field(min_length=1, strict=False)]
    metrics: Annotated[tuple[str, ...], Field(min_length=1, strict=False)]
    engine: Literal["fused", "vectorbt"] = "fused"
    accounts: Accounts = "shared"
