"""Where two sets of decisions part."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np

from aurelius_kernel.model import Signals
from aurelius_kernel.typing import BoolArray, FloatArray, IntArray

__all__ = ["Difference", "active", "changes", "first_difference"]

Decisions: TypeAlias = BoolArray | FloatArray

PRICE_LEVELS = ("stop_price", "target_price", "trail_distance", "limit_price")
TOLERANCE = 1e-9
"""Weights may differ by this much, prices by this fraction; entries and exits not at all."""


class Difference(NamedTuple):
    """The first decision that is another: its row and column, which kind it is, and its two values."""

    row: int
    column: int
    kind: str
    before: float | bool
    after: float | bool


def first_difference(
    signals: Signals, other: Signals, *, start: int = 0, stop: int | None = None, offset: int = 0, price_factor: float = 1.0
) -> Difference | None:
    """The earliest decision on rows `start` … `stop` of `signals` that differs from the one `offset` rows before in `other`."""
    rows = slice(start, len(signals.index) if stop is None else stop)
    found = [
        difference
        for kind in sorted({*signals.arrays(), *other.arrays()})
        if (difference := _of_kind(kind, signals, other, rows, offset, price_factor if kind in PRICE_LEVELS else 1.0))
    ]
    return min(found, default=None)


def active(signals: Signals, *, opening: bool = False) -> BoolArray:
    """Which cells carry a decision: an entry, an exit or a weight; with `opening`, only an entry or a weight other than 0."""
    if signals.weights is not None:
        known = np.isfinite(signals.weights)
        return known & (signals.weights != 0.0) if opening else known
    kinds = ("entries", "short_entries") if opening else ("entries", "exits", "short_entries", "short_exits")
    arrays = [array for kind, array in signals.arrays().items() if kind in kinds]
    any_of_them: BoolArray = np.any(np.stack(arrays), axis=0)
    return any_of_them


def changes(signals: Signals) -> IntArray:
    """The rows on which something new is decided: an entry, the first of a run of exits, or another weight than the last."""
    if signals.weights is None:
        opening, deciding = active(signals, opening=True), active(signals)
        begins = deciding & ~np.vstack([np.zeros_like(deciding[:1]), deciding[:-1]])
        return np.flatnonzero((opening | begins).any(axis=1))
    rows = np.flatnonzero(np.isfinite(signals.weights).any(axis=1))
    held = np.nan_to_num(signals.weights[rows])
    another = np.any(held != np.vstack([np.zeros_like(held[:1]), held[:-1]]), axis=1)
    return rows[another]


def _of_kind(kind: str, signals: Signals, other: Signals, rows: slice, offset: int, factor: float) -> Difference | None:
    ours = _array(kind, signals)[rows]
    theirs = _array(kind, other)[rows.start - offset : rows.stop - offset]
    cells = np.argwhere(ours != theirs if ours.dtype == np.bool_ else ~_close(np.multiply(ours, factor), theirs, kind))
    if not len(cells):
        return None
    row, column = (int(place) for place in cells[0])
    return Difference(rows.start + row, column, kind, ours[row, column].item(), theirs[row, column].item())


def _array(kind: str, signals: Signals) -> Decisions:
    array = signals.arrays().get(kind)
    if array is not None:
        return array
    is_number = kind == "weights" or kind in PRICE_LEVELS
    return np.full(signals.shape, np.nan) if is_number else np.zeros(signals.shape, dtype=np.bool_)


def _close(ours: Decisions, theirs: Decisions, kind: str) -> BoolArray:
    return np.isclose(ours, theirs, rtol=TOLERANCE, atol=TOLERANCE if kind == "weights" else 0.0, equal_nan=True)
