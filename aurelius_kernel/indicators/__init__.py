"""Technical indicators: arrays in, arrays of the same length out.

An indicator at bar t is made of bars up to t only: cutting the future off changes no bit of it. It is NaN until its warm-up is
complete. A bar where any of its columns is not finite is a gap: the indicator is NaN there and until its window is clean again
(what has no window, such as an exponential average, warms up afresh). Windows are whole numbers from 1 to 100,000; fewer bars than
the warm-up are all NaN, and no bars are no values. Frames' columns are taken as arrays, and plain arrays come out.
"""

from aurelius_kernel.indicators.bands import Bands, bollinger, donchian, keltner, zscore
from aurelius_kernel.indicators.commodity_channel import cci
from aurelius_kernel.indicators.directional_movement import DirectionalMovement, adx
from aurelius_kernel.indicators.hedge_ratio import (
    HedgeRatio,
    KalmanHedgeRatio,
    kalman_hedge_ratio,
    rolling_beta,
    rolling_hedge_ratio,
)
from aurelius_kernel.indicators.macd import Macd, macd
from aurelius_kernel.indicators.moving_average import ema, sma, wma
from aurelius_kernel.indicators.rate_of_change import momentum, roc
from aurelius_kernel.indicators.relative_strength import rsi
from aurelius_kernel.indicators.stochastic import Stochastic, stochastic
from aurelius_kernel.indicators.swings import Leg, Swings, fibonacci_levels, swing_leg, swings
from aurelius_kernel.indicators.true_range import atr, true_range
from aurelius_kernel.indicators.volatility import (
    ewma_volatility,
    garman_klass_volatility,
    parkinson_volatility,
    realised_volatility,
)
from aurelius_kernel.indicators.volume import obv, session_vwap, vwap

__all__ = [
    "Bands",
    "DirectionalMovement",
    "HedgeRatio",
    "KalmanHedgeRatio",
    "Leg",
    "Macd",
    "Stochastic",
    "Swings",
    "adx",
    "atr",
    "bollinger",
    "cci",
    "donchian",
    "ema",
    "ewma_volatility",
    "fibonacci_levels",
    "garman_klass_volatility",
    "kalman_hedge_ratio",
    "keltner",
    "macd",
    "momentum",
    "obv",
    "parkinson_volatility",
    "realised_volatility",
    "roc",
    "rolling_beta",
    "rolling_hedge_ratio",
    "rsi",
    "session_vwap",
    "sma",
    "stochastic",
    "swing_leg",
    "swings",
    "true_range",
    "vwap",
    "wma",
    "zscore",
]
