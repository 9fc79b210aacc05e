"""Technical indicators: arrays in, arrays of the same length out.

An indicator at bar t is made of bars up to t only: cutting the future off changes no bit of it. It is NaN until its warm-up is
complete, and a value that is not finite makes it NaN until its window is clean again, or until it has warmed up afresh.
"""

from aurelius_kernel.indicators.moving_average import ema, sma
from aurelius_kernel.indicators.relative_strength import rsi
from aurelius_kernel.indicators.true_range import atr, true_range

__all__ = ["atr", "ema", "rsi", "sma", "true_range"]
