"""How far a run is, as it is told while it runs."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Progress"]


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a run is: a fraction from 0 to 1, what it is doing, and, inside a backtest, where the account stands.

    `bar_time` is the close of the last bar walked, RFC 3339 in UTC; `equity` is in account currency; `trades` counts closed ones.
    """

    fraction: float
    stage: str
    bar_time: str | None = None
    equity: float | None = None
    trades: int | None = None
