"""Frozen records: what is asked, what is known of the market, what is decided, what came out."""

from aurelius_kernel.model.bars import COLUMNS, PRICES, Adjustment, Bars, FidelityTier, Panel, Provenance
from aurelius_kernel.model.costs import Costs
from aurelius_kernel.model.record import Record
from aurelius_kernel.model.result import ORDER_COLUMNS, TRADE_COLUMNS, BacktestResult
from aurelius_kernel.model.signals import Signals
from aurelius_kernel.model.sizing import EqualRisk, FixedCash, FractionOfEquity, HalfKelly, Sizing, VolatilityTarget
from aurelius_kernel.model.spec import BacktestSpec, Direction, Execution, LiquidateAtEnd, RunIdentity, StrategySpec

__all__ = [
    "COLUMNS",
    "ORDER_COLUMNS",
    "PRICES",
    "TRADE_COLUMNS",
    "Adjustment",
    "BacktestResult",
    "BacktestSpec",
    "Bars",
    "Costs",
    "Direction",
    "EqualRisk",
    "Execution",
    "FidelityTier",
    "FixedCash",
    "FractionOfEquity",
    "HalfKelly",
    "LiquidateAtEnd",
    "Panel",
    "Provenance",
    "Record",
    "RunIdentity",
    "Signals",
    "Sizing",
    "StrategySpec",
    "VolatilityTarget",
]
