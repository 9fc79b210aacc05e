"""The overview on the wire; rates are percent numbers here."""

from __future__ import annotations

from pydantic import Field

from server_ext.web.schema import Schema

__all__ = ["Stats"]


class Stats(Schema):
    """What somebody sees, in numbers: all that is theirs or shared with them; an admin sees everything."""

    strategies: int = Field(description="Archived ones too.")
    backtests: int
    backtests_completed: int
    jobs_running: int
    jobs_waiting: int
    validations: int
    product_gates_passed: int = Field(description="Verdicts of the product gate that are passed.")
    best_backtest_id: str | None = Field(description="The one with the highest Sharpe ratio among the latest.")
    best_sharpe_ratio: float | None
    best_total_return: float | None
    best_among: int = Field(description="How many of the latest completed backtests were looked at, at most 50.")
