"""The second engine's account: one bar after the other, one order after the other."""

from __future__ import annotations

from math import floor, inf, isnan, nan

import numpy as np

from aurelius_kernel.errors import ImpossibleRequest
from aurelius_kernel.gates.reference.books import Books, Ledger, Position
from aurelius_kernel.gates.reference.decisions import LONG, NEITHER, SHORT, Decision, companion, pending_after, side_of
from aurelius_kernel.gates.reference.orders import Order
from aurelius_kernel.gates.reference.sizing import budget
from aurelius_kernel.model import BacktestSpec, Execution, LiquidateAtEnd, Panel, Signals
from aurelius_kernel.typing import FloatArray

__all__ = ["simulate_plainly"]

DUST = 1e-9  # of the starting capital: less is neither traded nor an account
ROUNDING = 1e-12


def simulate_plainly(spec: BacktestSpec, panel: Panel, signals: Signals) -> Ledger:
    """The ledger of `signals` traded over `panel` under `spec`; ImpossibleRequest for a volume rule on bars without volume."""
    if (spec.costs.max_volume_share or spec.costs.volume_impact) and np.isnan(panel.volume[~np.isnan(panel.close)]).any():
        raise ImpossibleRequest.of("costs.max_volume_share", "and volume_impact need bars with volume, and some have none")
    account = _Account(spec, panel, signals)
    last = len(panel.index) - 1
    for bar in range(last + 1):
        ending = spec.liquidate_at_end if bar == last else None
        account.pay_borrow_fees(bar)
        if ending == LiquidateAtEnd.OPEN:
            account.liquidate(bar, panel.open[bar])
        else:
            account.trade(bar, Execution.NEXT_OPEN, panel.open[bar])
            account.trade_inside(bar)
            if ending == LiquidateAtEnd.CLOSE:
                account.liquidate(bar, panel.close[bar])
            else:
                account.read(bar)
                account.trade(bar, Execution.CLOSE, panel.close[bar])
        account.mark(bar)
        if account.books.bankrupt:
            break
    return account.books.ledger()


class _Account:
    """The books of one run and what each instrument has pending; its methods are the steps of a bar, then the orders they give."""

    def __init__(self, spec: BacktestSpec, panel: Panel, signals: Signals) -> None:
        self.spec, self.panel, self.signals = spec, panel, signals
        self.books = Books(spec, panel)
        self.alphabetical = sorted(range(len(panel.instruments)), key=lambda column: panel.instruments[column])
        self.pending: list[Decision | None] = [None] * len(panel.instruments)

    def pay_borrow_fees(self, bar: int) -> None:
        rate = self.spec.costs.borrow_rate / self.panel.periods_per_year
        held = zip(self.books.positions, self.books.last_close, strict=True)
        self.books.pay(bar, sum(-position.units * close * rate for position, close in held if position.side == SHORT))

    def trade(self, bar: int, moment: Execution, prices: FloatArray) -> None:
        """Fill what is due at the open or the close: first what reduces a position, then what opens or enlarges one."""
        present = [column for column in self.alphabetical if self.has_bar(bar, column)]
        due = moment == self.spec.execution
        before = self.books.equity(prices)
        closing = [column for column in present if due and self.reduce(bar, column, float(prices[column]), before)]
        after, room = self.books.equity(prices), self.books.room(prices)
        for column in present:
            decision, price, limit = self.pending[column], float(prices[column]), self.limit(column)
            if decision is None or column in closing:
                continue
            if due and isnan(limit):
                order = self.order(bar, column, "market", decision.side, price, decision.bar)
                late = moment == Execution.CLOSE
                room -= self.enlarge(order, decision, after, room, reductions_cost=before - after, late=late)
            elif moment == Execution.NEXT_OPEN and decision.side * (price - limit) <= 0:
                order = self.order(bar, column, "limit", decision.side, price, decision.bar)
                room -= self.enlarge(order, decision, after, room)

    def trade_inside(self, bar: int) -> None:
        """Stops and targets act on the bar's range; limit entries fill, or lapse."""
        opens = self.panel.open[bar]
        for column in self.alphabetical:
            if not self.has_bar(bar, column):
                continue
            self.protect(bar, column)
            decision, limit = self.pending[column], self.limit(column)
            if decision is None or isnan(limit):
                continue
            worst = self.panel.low if decision.side == LONG else self.panel.high
            if self.books.positions[column].side == NEITHER and decision.side * (float(worst[bar, column]) - limit) <= 0:
                order = self.order(bar, column, "limit", decision.side, limit, decision.bar)
                self.enlarge(order, decision, self.books.equity(opens), self.books.room(opens), late=True)
                self.protect(bar, column)
            still_reversing = self.books.positions[column].side == -decision.side
            self.pending[column] = Decision(bar=decision.bar, action="exit") if still_reversing else None

    def read(self, bar: int) -> None:
        for column, position in enumerate(self.books.positions):
            before = self.pending[column]
            self.pending[column] = pending_after(self.signals, self.spec.direction, bar, column, position.side, before)

    def liquidate(self, bar: int, prices: FloatArray, *, free: bool = False) -> None:
        """Cancel everything and close every position that has a price; `free` of costs."""
        for column in self.alphabetical:
            self.pending[column] = None
            if self.books.positions[column].units and not isnan(prices[column]):
                self.close_out(bar, column, float(prices[column]), "liquidation", free=free)

    def mark(self, bar: int) -> None:
        """Value the account at its last closes; a trailing stop learns this bar's best price here, and not before."""
        for column, position in enumerate(self.books.positions):
            if not self.has_bar(bar, column):
                continue
            self.books.last_close[column] = float(self.panel.close[bar, column])
            if position.side == LONG and position.late_on != bar:
                position.best_price = max(position.best_price, float(self.panel.high[bar, column]))
            if position.side == SHORT and position.late_on != bar:
                position.best_price = min(position.best_price, float(self.panel.low[bar, column]))
        closes = np.array(self.books.last_close)
        equity = self.books.equity(closes)
        if equity <= DUST * self.spec.capital:
            self.books.bankrupt = True
            self.liquidate(bar, closes, free=True)
        self.books.close_bar(bar, equity)

    def reduce(self, bar: int, column: int, price: float, equity: float) -> bool:
        """Make the position as small as the decision wants it; True when the volume left some of that for later."""
        decision, position = self.pending[column], self.books.positions[column]
        if decision is None:
            return False
        held, wanted = abs(position.units), 0.0
        if decision.action == "exit" or decision.side != position.side:
            wanted = held
        elif decision.action == "weight":
            excess = self.worth_trading(held * price - abs(decision.weight) * max(equity, 0.0))
            wanted = min(self.whole(excess / price), held)
        size = self.within_volume(bar, column, wanted)
        if size > 0.0:
            order = self.order(bar, column, "market", -position.side, price, decision.bar)
            self.books.fill(order, size, wanted=wanted, reason="volume" if size < wanted else "")
        return size < wanted

    def enlarge(
        self, order: Order, decision: Decision, equity: float, room: float, *, reductions_cost: float = 0.0, late: bool = False
    ) -> float:
        """Open or enlarge a position as far as budget, leverage and volume go; the money it took."""
        column, position = order.column, self.books.positions[order.column]
        if position.side == -decision.side != NEITHER:
            return 0.0
        self.pending[column] = None
        if decision.side == NEITHER:
            return 0.0
        money, room = self.worth_trading(self.money(order, decision, equity)), self.worth_trading(room)
        if decision.action == "weight" and money - reductions_cost <= room < money:
            money = room
        wanted = self.whole(order.units_for(money)) if decision.rest is None else decision.rest
        allowed = wanted if order.cost(wanted) <= room * (1 + 1e-9) else self.whole(order.units_for(room))
        size = self.within_volume(order.bar, column, allowed)
        if size < allowed:
            self.pending[column] = decision
            decision.rest = allowed - size if decision.action == "enter" else None
        if size > 0.0:
            reason = "volume" if size < allowed else "leverage" if size < wanted else ""
            return self.books.fill(order, size, wanted=wanted, reason=reason, late=late)
        if wanted > allowed == 0.0:
            self.books.refuse(order, wanted, "leverage")
        elif wanted == 0.0 and decision.action == "enter":
            self.books.refuse(order, wanted, "less than one share" if self.spec.whole_shares else "no budget")
        return 0.0

    def money(self, order: Order, decision: Decision, equity: float) -> float:
        """The budget of an order that opens or enlarges a position."""
        if decision.action == "weight":
            return abs(decision.weight) * max(equity, 0.0) - abs(self.books.positions[order.column].units) * order.price
        return budget(self.spec.effective_sizing, self.panel, order.column, decision.bar, equity, self.books.profits)

    def protect(self, bar: int, column: int) -> None:
        """Close the position at its stop, else at its target; prices are mirrored for a short, so that up is good."""
        position = self.books.positions[column]
        side, late = position.side, position.late_on == bar
        if side == NEITHER:
            return
        first = side * (position.fill_price if late else float(self.panel.open[bar, column]))
        bottom, top = sorted(side * float(prices[bar, column]) for prices in (self.panel.high, self.panel.low))
        stop, kind = self.stop(position, column)
        target = self.target(position, column)
        if bottom <= stop:
            self.close_out(bar, column, side * min(first, stop), kind)
        elif top >= target and not late:
            self.close_out(bar, column, side * max(first, target), "take_profit")

    def stop(self, position: Position, column: int) -> tuple[float, str]:
        """The nearest of the stops, mirrored for a short, and its kind."""
        side, fill, best = position.side, position.fill_price, position.best_price
        levels = [
            (side * companion(self.signals, "stop_price", position.signal_bar, column), "stop"),
            (side * fill * (1 - side * (self.spec.stop_loss or nan)), "stop"),
            (side * best - companion(self.signals, "trail_distance", position.signal_bar, column), "trailing_stop"),
            (side * best * (1 - side * (self.spec.trailing_stop or nan)), "trailing_stop"),
        ]
        return max((level for level in levels if not isnan(level[0])), key=lambda level: level[0], default=(-inf, ""))

    def target(self, position: Position, column: int) -> float:
        """The nearest of the targets, mirrored for a short."""
        side, fill = position.side, position.fill_price
        own = side * companion(self.signals, "target_price", position.signal_bar, column)
        levels = [own, side * fill * (1 + side * (self.spec.take_profit or nan))]
        return min((level for level in levels if not isnan(level)), default=inf)

    def close_out(self, bar: int, column: int, price: float, kind: str, *, free: bool = False) -> None:
        self.pending[column] = None
        units = self.books.positions[column].units
        self.books.fill(self.order(bar, column, kind, -side_of(units), price, bar), abs(units), wanted=abs(units), free=free)

    def has_bar(self, bar: int, column: int) -> bool:
        return not isnan(self.panel.close[bar, column])

    def order(self, bar: int, column: int, kind: str, side: int, price: float, signal_bar: int) -> Order:
        volume = float(self.panel.volume[bar, column])
        names = {"bar": bar, "column": column, "signal_bar": signal_bar, "side": side}
        return Order(**names, kind=kind, price=price, volume=volume, costs=self.spec.costs)

    def limit(self, column: int) -> float:
        """The limit price of a pending entry; NaN for everything else."""
        decision = self.pending[column]
        entry = decision is not None and decision.action == "enter"
        return companion(self.signals, "limit_price", decision.bar, column) if decision and entry else nan

    def worth_trading(self, money: float) -> float:
        return money if money > DUST * self.spec.capital else 0.0

    def whole(self, units: float) -> float:
        if self.spec.whole_shares:
            return float(floor(units * (1 + ROUNDING)))
        return units if units > ROUNDING else 0.0

    def within_volume(self, bar: int, column: int, units: float) -> float:
        """What one order gets of the `units` it wants on this bar."""
        costs, volume = self.spec.costs, float(self.panel.volume[bar, column])
        if costs.volume_impact and volume == 0.0:
            return 0.0
        most = inf if costs.max_volume_share is None else self.whole(costs.max_volume_share * volume)
        return most if units > most * (1 + ROUNDING) else units
