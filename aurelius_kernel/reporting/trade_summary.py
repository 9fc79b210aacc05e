"""Round trips counted and ranked."""

from __future__ import annotations

from typing import Any

import pandas as pd

__all__ = ["by_instrument", "trade_summary"]

RANKED = 10


def trade_summary(trades: pd.DataFrame) -> dict[str, Any]:
    """How many round trips there were of each kind, and up to ten of the best and of the worst by profit.

    Only closed trades are `won` or `lost`; an open one has no outcome yet, but is ranked by its value at the last close.
    Of fewer than twenty, the better half is `best` and the other half `worst`, so that no trade is told twice.
    """
    ranked = trades.sort_values("pnl", ascending=False, kind="stable")
    best = min(RANKED, (len(ranked) + 1) // 2)
    worst = min(RANKED, len(ranked) - best)
    return {
        "count": len(trades),
        "long": int((trades["side"] == "long").sum()),
        "short": int((trades["side"] == "short").sum()),
        "won": _closed(trades, trades["pnl"] > 0),
        "lost": _closed(trades, trades["pnl"] < 0),
        "closed": int((trades["status"] == "closed").sum()),
        "open": int((trades["status"] == "open").sum()),
        "closed_by": _closed_by(trades),
        "best": _rows(ranked.head(best)),
        "worst": _rows(ranked.tail(worst)[::-1]),
    }


def by_instrument(trades: pd.DataFrame, instruments: tuple[str, ...]) -> list[dict[str, Any]]:
    """One row an instrument, in the run's own order: its round trips, how many won, their profit and commission."""
    groups = dict(iter(trades.groupby("instrument", sort=False)))
    return [{"instrument": name, **_totals(groups.get(name, trades.head(0)))} for name in instruments]


def _totals(trades: pd.DataFrame) -> dict[str, Any]:
    return {
        "trades": len(trades),
        "won": _closed(trades, trades["pnl"] > 0),
        "profit": float(trades["pnl"].sum()),
        "commission": float(trades["commission"].sum()),
    }


def _closed(trades: pd.DataFrame, chosen: pd.Series) -> int:
    return int(((trades["status"] == "closed") & chosen).sum())


def _closed_by(trades: pd.DataFrame) -> dict[str, int]:
    counts = trades.loc[trades["status"] == "closed", "exit_kind"].value_counts()
    return {str(kind): int(count) for kind, count in sorted(counts.items())}


def _rows(trades: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in trades.to_dict("records")]
