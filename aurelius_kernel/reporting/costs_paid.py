"""What a run paid for trading, and how much of its gross profit that took."""

from __future__ import annotations

from typing import Any

import numpy as np

from aurelius_kernel.model import BacktestResult

__all__ = ["costs_paid"]


def costs_paid(result: BacktestResult) -> dict[str, Any]:
    """Commission, slippage and borrow fees in money, their total, and its share of the gross profit.

    `gross_profit` is the run's profit plus the costs it paid; what those costs would have earned since is not in it.
    The share is None where that is not positive, and `basis_points` of `traded_value` where nothing was traded.
    """
    orders = result.orders
    paid = {
        "commission": float(np.nansum(orders["commission"])),
        "slippage": float(np.nansum(orders["slippage"])),
        "borrow": float(np.nansum(result.borrow_fee_values)),
    }
    total = sum(paid.values())
    gross = float(result.equity_values[-1]) - result.spec.capital + total
    traded = float(np.nansum(orders["size"] * orders["price"]))
    return {
        **paid,
        "total": total,
        "gross_profit": gross,
        "share_of_gross": total / gross if gross > 0 else None,
        "traded_value": traded,
        "basis_points": total / traded * 1e4 if traded > 0 else None,
    }
