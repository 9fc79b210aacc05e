"""backtesting.py: one run of its engine for each combination, with its statistics."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
from backtesting import Backtest, Strategy
from protocol import Run, serve
from work import FEE, Work

PLENTY = 1e10  # it trades whole units: with much money they are as good as fractions


class Cross(Strategy):
    """Long from a cross upwards to a cross downwards."""

    ups = downs = np.empty(0)

    def init(self) -> None:
        self.up, self.down = self.I(lambda: self.ups), self.I(lambda: self.downs)

    def next(self) -> None:
        if self.up[-1] and not self.position:
            self.buy()
        elif self.down[-1]:
            self.position.close()


def prepare(work: Work) -> Run:
    warnings.simplefilter("ignore")
    index = pd.date_range("2015-01-01", periods=len(work.close), freq="D")
    prices = {"Open": work.open, "High": work.high, "Low": work.low, "Close": work.close}
    frame = pd.DataFrame({name: price[:, 0] for name, price in prices.items()}, index=index)

    def run() -> dict[str, np.ndarray]:
        found = []
        for ups, downs in work.signals():
            backtest = Backtest(frame, Cross, cash=PLENTY, commission=FEE)
            stats = backtest.run(ups=ups.astype(float), downs=downs.astype(float))
            trades = stats["# Trades"] + len(stats["_strategy"].trades)
            found.append((stats["Return [%]"] / 100.0, stats["Max. Drawdown [%]"] / 100.0, trades))
        total_return, max_drawdown, total_trades = np.array(found, dtype=np.float64).T
        return {"total_return": total_return, "max_drawdown": max_drawdown, "total_trades": total_trades}

    return run


if __name__ == "__main__":
    serve(prepare)
