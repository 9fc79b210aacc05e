"""What a run is doing, and where its account stands meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["Trading"]


class Trading(str):
    """The stage "trading", told from inside a run: a few words like any other stage, with where the account stands.

    `bar_time` is the close of the last bar walked, RFC 3339 in UTC; `equity` the account's value there; `trades` the closed ones.
    """

    __slots__ = ("account",)

    account: Mapping[str, Any]

    def __new__(cls, *, bar_time: str, equity: float, trades: int) -> Trading:
        """The stage at one bar."""
        stage = super().__new__(cls, "trading")
        stage.account = {"bar_time": bar_time, "equity": equity, "trades": trades}
        return stage
