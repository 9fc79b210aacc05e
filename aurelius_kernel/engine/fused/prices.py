"""What a unit of one instrument costs and brings at each bar's fill, and what buying and holding it earns."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from aurelius_kernel.engine.fused.compiled import kernel
from aurelius_kernel.model import Costs
from aurelius_kernel.typing import FloatArray

__all__ = ["BASIS_POINT", "Charges", "Prices", "charges_of", "prices_of", "quote"]

BASIS_POINT = 1e-4
LEAST_PRICE = 1e-12


class Charges(NamedTuple):
    """Slippage and commission as fractions of the price, and half the spread in money."""

    slippage: float
    half_spread: float
    commission: float


class Prices(NamedTuple):
    """What one unit costs to buy and brings when sold at each bar's fill, costs included; the closes; the benchmark's returns."""

    buy: FloatArray
    sell: FloatArray
    close: FloatArray
    benchmark: FloatArray


def charges_of(costs: Costs) -> Charges:
    """The costs in proportion, and the spread."""
    return Charges(costs.slippage_bps * BASIS_POINT, costs.half_spread, costs.commission_bps * BASIS_POINT)


def prices_of(opens: FloatArray, closes: FloatArray, charges: Charges, *, next_open: bool) -> Prices:
    """The prices of an instrument whose orders fill at the open, or at the close."""
    prices = Prices(np.empty(len(closes)), np.empty(len(closes)), closes, np.empty(len(closes)))
    quote(prices, opens, charges, next_open)
    return prices


@kernel
def quote(prices: Prices, opens: FloatArray, charges: Charges, next_open: bool) -> None:
    """Fill in what follows from the closes there; the benchmark buys at the second bar's open, without costs, and holds."""
    closes, benchmark = prices.close, prices.benchmark
    fills = opens if next_open else closes
    for t in range(len(closes)):
        bought = fills[t] * (1.0 + charges.slippage) + charges.half_spread
        sold = fills[t] * (1.0 - charges.slippage) - charges.half_spread
        prices.buy[t] = max(bought, LEAST_PRICE) * (1.0 + charges.commission)
        prices.sell[t] = max(sold, LEAST_PRICE) * (1.0 - charges.commission)
    benchmark[:1] = 0.0
    for t in range(1, len(closes)):
        benchmark[t] = closes[t] / closes[t - 1] - 1.0
    if len(closes) > 1:
        benchmark[1] = closes[1] / opens[1] - 1.0
