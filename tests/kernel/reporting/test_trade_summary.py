from __future__ import annotations

import pandas as pd
import pytest

from aurelius_kernel.reporting.trade_summary import by_instrument, trade_summary


def trades(*profits: float) -> pd.DataFrame:
    count = len(profits)
    return pd.DataFrame(
        {
            "instrument": ["B" if place % 2 else "A" for place in range(count)],
            "side": ["short" if place == 0 else "long" for place in range(count)],
            "pnl": list(profits),
            "commission": [1.0] * count,
            "status": ["open" if place == count - 1 else "closed" for place in range(count)],
            "exit_kind": ["" if place == count - 1 else "stop" if place < 2 else "market" for place in range(count)],
        }
    )


def test_trades_are_counted_by_side_end_and_the_outcome_of_the_closed_ones():
    summary = trade_summary(trades(5.0, -2.0, 0.0, 3.0))
    counts = {name: summary[name] for name in ("count", "long", "short", "won", "lost", "closed", "open", "closed_by")}
    assert counts == {
        "count": 4,
        "long": 3,
        "short": 1,
        "won": 1,
        "lost": 1,
        "closed": 3,
        "open": 1,
        "closed_by": {"market": 1, "stop": 2},
    }


@pytest.mark.parametrize(("count", "best", "worst"), [(0, 0, 0), (1, 1, 0), (5, 3, 2), (20, 10, 10), (45, 10, 10)])
def test_no_trade_is_among_the_best_and_the_worst(count, best, worst):
    summary = trade_summary(trades(*range(count)))
    assert [row["pnl"] for row in summary["best"]] == list(range(count - 1, count - 1 - best, -1))
    assert [row["pnl"] for row in summary["worst"]] == list(range(worst))


def test_each_instrument_has_a_row_in_the_order_of_the_run_even_without_a_trade():
    assert by_instrument(trades(5.0, -2.0, 3.0), ("C", "B", "A")) == [
        {"instrument": "C", "trades": 0, "won": 0, "profit": 0.0, "commission": 0.0},
        {"instrument": "B", "trades": 1, "won": 0, "profit": -2.0, "commission": 1.0},
        {"instrument": "A", "trades": 2, "won": 1, "profit": 8.0, "commission": 2.0},
    ]
