"""The compiled account: the execution model bar by bar, each order executed by vectorbt."""

import aurelius_kernel.grammars  # noqa: F401  before vectorbt, which comes to it by way of plotly
from aurelius_kernel.engine.account.book import REFUSED, Market, Rules
from aurelius_kernel.engine.account.decisions import Decisions, decisions_of
from aurelius_kernel.engine.account.execution import LIQUIDATE_CLOSE, LIQUIDATE_NEVER, LIQUIDATE_OPEN, OnBars, walk

__all__ = [
    "LIQUIDATE_CLOSE",
    "LIQUIDATE_NEVER",
    "LIQUIDATE_OPEN",
    "REFUSED",
    "Decisions",
    "Market",
    "OnBars",
    "Rules",
    "decisions_of",
    "walk",
]
