"""Strategy families: each turns bars into decisions, and obeys one law book."""

from aurelius_kernel.strategies.base import Parameter, SingleInstrumentStrategy, Strategy
from aurelius_kernel.strategies.registry import describe, register, strategy_types
from aurelius_kernel.strategies.trend_following import TrendFollowing

__all__ = ["Parameter", "SingleInstrumentStrategy", "Strategy", "TrendFollowing", "describe", "register", "strategy_types"]
