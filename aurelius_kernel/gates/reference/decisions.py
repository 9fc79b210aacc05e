"""What a strategy's signals ask for in the second engine, and what of that an instrument still has pending."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isnan, nan

from aurelius_kernel.model import Direction, Signals

__all__ = ["LONG", "NEITHER", "SHORT", "Decision", "companion", "pending_after", "side_of"]

LONG, NEITHER, SHORT = 1, 0, -1


@dataclass(kw_only=True)
class Decision:
    """What is to happen, decided at the close of `bar`: enter `side`, exit, or hold `weight` of equity.

    `rest` is how many units of an entry the volume has left for later; None before its first fill.
    """

    bar: int
    action: str
    side: int = NEITHER
    weight: float = 0.0
    rest: float | None = None


def side_of(number: float) -> int:
    """LONG for a positive number of units or weight, SHORT for a negative one."""
    return LONG if number > 0 else SHORT if number < 0 else NEITHER


def companion(signals: Signals, name: str, bar: int, column: int) -> float:
    """A price that goes with the decision of `bar`, such as its `stop_price`; NaN for none."""
    array = getattr(signals, name)
    return nan if array is None else float(array[bar, column])


def pending_after(
    signals: Signals, direction: Direction, bar: int, column: int, held: int, pending: Decision | None
) -> Decision | None:
    """What an instrument has pending after the signals of `bar`, given the side it holds and what was pending before."""
    if signals.weights is not None:
        weight = float(signals.weights[bar, column])
        return pending if isnan(weight) else _target(bar, weight, direction)
    enters = _sides(signals, ("entries", "short_entries"), direction, bar, column)
    leaves = _sides(signals, ("exits", "short_exits"), direction, bar, column)
    entry = sum(enters - leaves) if len(enters) == 1 else NEITHER
    coming = pending.side if pending else NEITHER
    if entry and entry == held:
        return pending if coming == held else None
    if entry:
        return Decision(bar=bar, action="enter", side=entry)
    if (leaves - enters) & {held, coming}:
        return Decision(bar=bar, action="exit")
    return pending


def _target(bar: int, weight: float, direction: Direction) -> Decision:
    low = 0.0 if direction == Direction.LONG else -inf
    high = 0.0 if direction == Direction.SHORT else inf
    allowed = min(max(weight, low), high)
    return Decision(bar=bar, action="weight", side=side_of(allowed), weight=allowed)


def _sides(signals: Signals, names: tuple[str, str], direction: Direction, bar: int, column: int) -> set[int]:
    """The sides whose signal is set on `bar`, of those that `direction` allows."""
    allowed = {LONG: direction != Direction.SHORT, SHORT: direction != Direction.LONG}
    arrays = {side: getattr(signals, name) for side, name in zip((LONG, SHORT), names, strict=True)}
    return {side for side, array in arrays.items() if allowed[side] and array is not None and array[bar, column]}
