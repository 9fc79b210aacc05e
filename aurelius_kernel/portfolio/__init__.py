"""Several runs beside one another, and held together."""

from aurelius_kernel.portfolio.combination import REBALANCING, Combination, combine
from aurelius_kernel.portfolio.comparison import Comparison, compare

__all__ = ["REBALANCING", "Combination", "Comparison", "combine", "compare"]
