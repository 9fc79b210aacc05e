from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from aurelius_kernel.reporting.costs_paid import costs_paid

ORDERS = pd.DataFrame(
    {
        "side": ["buy", "sell", "buy"],
        "size": [10.0, 10.0, 0.0],
        "price": [100.0, 120.0, np.nan],
        "commission": [1.0, 2.0, np.nan],
        "slippage": [0.5, 0.25, np.nan],
    }
)


@pytest.fixture
def traded(goog):
    """A run from 10,000 to 10,190 that bought 10 at 100, sold them at 120, had one order refused and paid a borrow fee of 1.25."""
    equity = np.full(len(goog.index), 10_190.0)
    fees = np.zeros(len(goog.index))
    fees[5] = 1.25
    return replace(goog, orders=ORDERS, equity_values=equity, borrow_fee_values=fees)


def test_costs_are_added_up_and_set_against_the_profit_before_them(traded):
    assert costs_paid(traded) == {
        "commission": 3.0,
        "slippage": 0.75,
        "borrow": 1.25,
        "total": 5.0,
        "gross_profit": 195.0,
        "share_of_gross": pytest.approx(5 / 195),
        "traded_value": 2_200.0,
        "basis_points": pytest.approx(5 / 2_200 * 1e4),
    }


def test_costs_have_no_share_of_a_loss(traded):
    lost = replace(traded, equity_values=np.full(len(traded.index), 9_000.0))
    assert costs_paid(lost)["gross_profit"] == -995.0
    assert costs_paid(lost)["share_of_gross"] is None


def test_a_run_without_orders_paid_nothing(traded):
    idle = replace(traded, orders=ORDERS.head(0), borrow_fee_values=np.zeros(len(traded.index)))
    paid = costs_paid(idle)
    assert (paid["total"], paid["traded_value"], paid["basis_points"]) == (0.0, 0.0, None)
