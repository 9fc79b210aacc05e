"""backtrader: one run of its engine for each combination, with its trade and drawdown analysers."""

from __future__ import annotations

import backtrader as bt
import numpy as np
import pandas as pd
from protocol import Run, serve
from work import CAPITAL, FEE, Work

JUST_BELOW = 1.0 - 1e-12  # an order that costs more than there is by the last bit is refused


class Cross(bt.Strategy):
    """Long from a cross upwards to a cross downwards, all in at the next bar's open."""

    params = (("ups", None), ("downs", None))

    def next_open(self) -> None:
        decided = len(self) - 1  # it counts the bar only after its open
        if decided < 0:
            return
        if self.p.ups[decided] and not self.position:
            self.buy(size=JUST_BELOW * self.broker.get_cash() / (self.data.open[0] * (1.0 + FEE)))
        elif self.p.downs[decided] and self.position:
            self.close()


def prepare(work: Work) -> Run:
    index = pd.date_range("2015-01-01", periods=len(work.close), freq="D")
    prices = {"open": work.open, "high": work.high, "low": work.low, "close": work.close}
    frame = pd.DataFrame({name: price[:, 0] for name, price in prices.items()}, index=index).assign(volume=1.0)

    def one(ups: np.ndarray, downs: np.ndarray) -> tuple[float, float, float]:
        cerebro = bt.Cerebro(cheat_on_open=True)
        cerebro.adddata(bt.feeds.PandasData(dataname=frame))
        cerebro.addstrategy(Cross, ups=ups, downs=downs)
        cerebro.broker.set_cash(CAPITAL)
        cerebro.broker.setcommission(FEE)
        cerebro.broker.set_checksubmit(False)
        cerebro.addanalyzer(bt.analyzers.DrawDown, _name="fall")
        cerebro.addanalyzer(bt.analyzers.TradeAnalyzer, _name="trades")
        done = cerebro.run()[0]
        trades = done.analyzers.trades.get_analysis()
        value = cerebro.broker.get_value() / CAPITAL - 1.0
        return value, -done.analyzers.fall.get_analysis().max.drawdown / 100.0, trades.total.total

    def run() -> dict[str, np.ndarray]:
        found = [one(*signals) for signals in work.signals()]
        total_return, max_drawdown, total_trades = np.array(found, dtype=np.float64).T
        return {"total_return": total_return, "max_drawdown": max_drawdown, "total_trades": total_trades}

    return run


if __name__ == "__main__":
    serve(prepare)
