"""The few functions that a notebook calls."""

from aurelius_kernel.research.backtest import Progress, backtest, measure, run
from aurelius_kernel.research.market_data import MarketData, gather
from aurelius_kernel.research.trials import trials

__all__ = ["MarketData", "Progress", "backtest", "gather", "measure", "run", "trials"]
