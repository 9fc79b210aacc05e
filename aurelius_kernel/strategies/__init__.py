"""Strategy families: each turns bars into decisions, and obeys one law book."""

from aurelius_kernel.strategies.base import Parameter, SingleInstrumentStrategy, Strategy
from aurelius_kernel.strategies.breakout import Breakout
from aurelius_kernel.strategies.carry_trade import CarryTrade
from aurelius_kernel.strategies.fib_rsi import FibRsi
from aurelius_kernel.strategies.laws import LAWS, Violation, check_laws
from aurelius_kernel.strategies.market_neutral import MarketNeutral
from aurelius_kernel.strategies.mean_reversion import MeanReversion
from aurelius_kernel.strategies.ml_classifier import MlClassifier
from aurelius_kernel.strategies.pairs_trading import PairsTrading
from aurelius_kernel.strategies.registry import describe, register, strategy_types
from aurelius_kernel.strategies.stat_arb import StatArb
from aurelius_kernel.strategies.trend_following import TrendFollowing
from aurelius_kernel.strategies.ts_momentum import TimeSeriesMomentum
from aurelius_kernel.strategies.volatility_trading import VolatilityTrading

__all__ = [
    "LAWS",
    "Breakout",
    "CarryTrade",
    "FibRsi",
    "MarketNeutral",
    "MeanReversion",
    "MlClassifier",
    "PairsTrading",
    "Parameter",
    "SingleInstrumentStrategy",
    "StatArb",
    "Strategy",
    "TimeSeriesMomentum",
    "TrendFollowing",
    "Violation",
    "VolatilityTrading",
    "check_laws",
    "describe",
    "register",
    "strategy_types",
]
