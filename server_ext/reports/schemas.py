"""What reports of several backtests are asked by."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from server_ext.web.schema import Schema

__all__ = ["ComparisonQuery", "PortfolioQuery"]

MOST = 20


class ComparisonQuery(Schema):
    """Which backtests stand side by side."""

    backtest_ids: Annotated[str, Field(max_length=1_000, description="Two to 20 ids of completed backtests, with commas between.")]

    @field_validator("backtest_ids")
    @classmethod
    def _several(cls, value: str) -> str:
        ids = value.split(",")
        if not 2 <= len(ids) <= MOST:
            raise ValueError(f"must name 2 to {MOST} backtests, with commas between, and it names {len(ids)}")
        if len(set(ids)) != len(ids):
            raise ValueError("must not name a backtest twice")
        return value

    @property
    def ids(self) -> list[str]:
        """The ids, in their order."""
        return self.backtest_ids.split(",")


class PortfolioQuery(ComparisonQuery):
    """Which backtests are held together, in which shares."""

    weights: Annotated[
        str | None, Field(max_length=500, description="A share for each id, in their order, summing to 1; equal shares without it.")
    ] = None
    rebalance: Literal["never", "monthly", "quarterly", "yearly"] = "never"

    @field_validator("weights")
    @classmethod
    def _numbers(cls, value: str | None) -> str | None:
        try:
            [float(weight) for weight in (value or "").split(",") if value]
        except ValueError:
            raise ValueError(f"must be numbers with commas between, not {value!r}") from None
        return value

    @property
    def shares(self) -> list[float] | None:
        """The shares, in the order of the ids; None for equal ones."""
        return None if self.weights is None else [float(weight) for weight in self.weights.split(",")]
