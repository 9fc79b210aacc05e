"""What one order costs in the second engine: its fill price, its commission, and the units that a budget pays for."""

from __future__ import annotations

from dataclasses import dataclass

from aurelius_kernel.model import Costs

__all__ = ["BUY", "SELL", "Order"]

BUY, SELL = 1, -1
LOWEST_PRICE = 1e-12


@dataclass(frozen=True, kw_only=True)
class Order:
    """An order of one `side` at the market's `price`, on a bar of `volume`; limits and targets fill at that price, others worse."""

    bar: int
    column: int
    signal_bar: int
    kind: str
    side: int
    price: float
    volume: float
    costs: Costs

    def paid(self, units: float) -> float:
        """The fill price: the market's, made worse by slippage, impact and half the spread."""
        if self.kind in {"limit", "take_profit"}:
            return self.price
        impact = self.costs.volume_impact * (units / self.volume) ** 2 if self.volume > 0 else 0.0
        slipped = self.price * (1 + self.side * (self.costs.slippage_bps * 1e-4 + impact))
        return max(slipped + self.side * self.costs.half_spread, LOWEST_PRICE)

    def commission(self, units: float) -> float:
        """What the broker takes; of a sale, never more than it brings."""
        value = units * self.paid(units)
        return min(self._full_commission(units, value), value) if self.side == SELL else self._full_commission(units, value)

    def cost(self, units: float) -> float:
        """What `units` take out of a budget: their price and the full commission."""
        value = units * self.paid(units)
        return value + self._full_commission(units, value)

    def units_for(self, budget: float) -> float:
        """The units whose cost is `budget`, found by halving; a sale does not make up for its own impact by selling more."""
        first = self.paid(0.0)
        if budget <= 0.0 or first <= LOWEST_PRICE:
            return 0.0
        low, high = 0.0, 2 * budget / first
        for _ in range(100):
            middle = (low + high) / 2
            value = middle * (self.paid(middle) if self.side == BUY else first)
            low, high = (middle, high) if value + self._full_commission(middle, value) <= budget else (low, middle)
        return low

    def _full_commission(self, units: float, value: float) -> float:
        proportional = self.costs.commission_bps * 1e-4 * value + self.costs.commission_per_share * units
        return max(proportional, self.costs.commission_minimum)
