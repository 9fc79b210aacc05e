"""vectorbt: averages and crosses by its own indicator, accounts in chunks, nine metrics.

`VECTORBT_ENGINE` chooses its engine; `ASKED` holds more arguments of `from_signals` as JSON; with `SHORTS` a cross downwards sells
short.
"""

from __future__ import annotations

import json
import os

import numpy as np
import pandas as pd
import vectorbt as vbt
from protocol import Run, serve
from work import CAPITAL, FEE, METRICS, Work

COLUMNS = 500
CELLS = 60_000_000
"""Bars × columns at a time: of long histories what fits into a few gigabytes, since each chunk costs seconds of its own."""


def prepare(work: Work) -> Run:
    vbt.settings["engine"] = os.environ.get("VECTORBT_ENGINE", "numba")
    bar = "D" if work.is_daily else "min"
    vbt.settings["returns"]["year_freq"] = f"{work.year} {bar}"
    opens, high, low, close = (framed(prices, bar) for prices in (work.open, work.high, work.low, work.close))
    (fast, slow), instruments = work.pairs, work.close.shape[1]
    asked = json.loads(os.environ.get("ASKED", "{}"))
    ranges = {"open": opens, "high": high, "low": low} if asked else {}

    def part(pairs: slice) -> np.ndarray:
        ours = vbt.MA.run(close, fast[pairs], short_name="fast")
        theirs = vbt.MA.run(close, slow[pairs], short_name="slow")
        ups = ours.ma_crossed_above(theirs).vbt.signals.fshift(1)
        downs = ours.ma_crossed_below(theirs).vbt.signals.fshift(1)
        shorts = {"short_entries": downs, "short_exits": ups} if "SHORTS" in os.environ else {}
        account = vbt.Portfolio.from_signals(
            close, ups, downs, price=opens, fees=FEE, init_cash=CAPITAL, freq=f"1{bar}", **shorts, **ranges, **asked
        )
        return measured(account).reshape(len(METRICS), -1, instruments)

    def run() -> dict[str, np.ndarray]:
        step = max(min(COLUMNS, CELLS // len(close)) // instruments, 1)
        found = np.concatenate([part(slice(begin, begin + step)) for begin in range(0, len(fast), step)], axis=1)
        return dict(zip(METRICS, found.transpose(0, 2, 1).reshape(len(METRICS), -1), strict=True))

    return run


def framed(prices: np.ndarray, bar: str) -> pd.Series | pd.DataFrame:
    frame = pd.DataFrame(prices, index=pd.date_range("2015-01-01", periods=len(prices), freq=bar, tz="UTC"))
    return frame if frame.shape[1] > 1 else frame[0]


def measured(account: vbt.Portfolio) -> np.ndarray:
    trades = account.trades
    found = (
        account.total_return(),
        account.sharpe_ratio(),
        account.sortino_ratio(),
        account.max_drawdown(),
        account.calmar_ratio(),
        trades.count(),
        trades.closed.win_rate(),
        trades.closed.profit_factor(),
        account.position_mask().mean(),
    )
    return np.array([metric.to_numpy(np.float64) for metric in found])


if __name__ == "__main__":
    serve(prepare)
