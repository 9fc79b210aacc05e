"""Moving windows whose value at a bar is made of that window alone, to the last bit.

Running sums carry the rounding of every bar since the data began, and recursive filters the bars themselves. A decision made from
them can change when the data begins a day earlier: two averages of prices in cents are often exactly equal, and the rounding
decides. Here a window of n bars is put together from windows of 1, 2, 4, … bars that end at the same bar, in the same order
wherever the data begins: the work grows with log n, an error stays in its own window, and equal values average to themselves
exactly.

Every function takes arrays of shape (bars,) or (bars, instruments) and returns the same shape, NaN until the window is full; a
NaN makes NaN of every window that holds it and of no other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from aurelius_kernel.typing import FloatArray

__all__ = [
    "exponential",
    "highest",
    "lowest",
    "maximum",
    "mean",
    "minimum",
    "moments",
    "quotient",
    "returns",
    "rsi",
    "score",
    "shifted",
    "total",
    "true_range",
    "wilder",
]

State: TypeAlias = tuple[FloatArray, ...]
Join: TypeAlias = Callable[[State, State, int, int], State]

EXPONENTIAL_MEMORY = 4
WILDER_MEMORY = 7
EXACT = 1e-12
"""A fit that leaves less than this share of the squares is exact, and what is left is rounding."""


def total(values: FloatArray, window: int, decay: float = 1.0) -> FloatArray:
    """The sum of the last `window` values, the value i bars back weighing `decay`ⁱ."""

    def join(recent: State, older: State, bars: int, _: int) -> State:
        return (recent[0] + decay**bars * older[0],)

    return fold((values,), window, join)[0]


def mean(values: FloatArray, window: int) -> FloatArray:
    """The mean of the last `window` values."""
    return fold((values,), window, _join_means)[0]


def maximum(values: FloatArray, window: int) -> FloatArray:
    """The largest of the last `window` values."""
    return fold((values,), window, lambda recent, older, _, __: (np.maximum(recent[0], older[0]),))[0]


def minimum(values: FloatArray, window: int) -> FloatArray:
    """The smallest of the last `window` values."""
    return fold((values,), window, lambda recent, older, _, __: (np.minimum(recent[0], older[0]),))[0]


def highest(values: FloatArray, window: int) -> tuple[FloatArray, FloatArray]:
    """The largest of the last `window` values and its bar, the latest where several are equal."""

    def join(recent: State, older: State, _: int, __: int) -> State:
        newer = recent[0] >= older[0]
        return np.where(newer, recent[0], older[0]), np.where(newer, recent[1], older[1])

    value, bar = fold((values, np.arange(len(values), dtype=np.float64)), window, join)
    return value, bar


def lowest(values: FloatArray, window: int) -> tuple[FloatArray, FloatArray]:
    """The smallest of the last `window` values and its bar, the latest where several are equal."""
    value, bar = highest(-values, window)
    return -value, bar


def moments(x: FloatArray, window: int, y: FloatArray | None = None) -> State:
    """The mean and the sum of squared deviations of x over `window` bars; with y also y's, and the sum of cross products.

    Returns (mean x, squares x) or (mean x, squares x, mean y, squares y, products); x may be one column for all of y's. Blocks
    are joined by the formulas of Chan, Golub and LeVeque (1979), which lose no digits when the deviations are small beside the
    mean; constant values have squares of exactly 0.
    """
    if y is None:
        return fold((x, np.zeros_like(x)), window, _join_moments)
    return fold((x, np.zeros_like(x), y, np.zeros_like(y), np.zeros_like(y)), window, _join_joint_moments)


def exponential(values: FloatArray, window: int) -> FloatArray:
    """The exponential average with weight 2/(window + 1) as TA-Lib has it when the data begins 4·`window` bars ago.

    The seed is the mean of the oldest `window` of those bars; e⁻⁶ or 0.25 % of it is left.
    """
    return seeded(values, window, 2.0 / (window + 1), EXPONENTIAL_MEMORY * window)


def wilder(values: FloatArray, window: int) -> FloatArray:
    """Wilder's average, weight 1/`window`, as TA-Lib has it when the values begin 7·`window` bars ago; 0.25 % of the seed stays."""
    return seeded(values, window, 1.0 / window, WILDER_MEMORY * window)


def seeded(values: FloatArray, window: int, weight: float, memory: int) -> FloatArray:
    """The recursion before + `weight`·(value − before) over `memory` bars, seeded by the mean of their oldest `window`."""
    later = memory - window
    left = (1.0 - weight) ** later
    seed = shifted(mean(values, window), later)
    return left * seed + weight * total(values, later, 1.0 - weight)


def score(close: FloatArray, window: int) -> FloatArray:
    """How many population standard deviations the close is from the mean of its window; NaN where nothing has moved."""
    mean, squares = moments(close, window)
    spread = np.sqrt(squares / window)
    return quotient(close - mean, spread)


def rsi(close: FloatArray, window: int) -> FloatArray:
    """Wilder's relative strength index of the last 7·`window` changes, 0 to 100; 50 while nothing has moved."""
    change = close - shifted(close, 1)
    gain, loss = wilder(np.maximum(change, 0.0), window), wilder(np.maximum(-change, 0.0), window)
    moved = gain + loss
    return np.where(moved == 0.0, 50.0, quotient(100.0 * gain, moved))


def true_range(high: FloatArray, low: FloatArray, close: FloatArray) -> FloatArray:
    """The longest of high − low, |high − close before| and |low − close before|; NaN on the first bar."""
    before = shifted(close, 1)
    return np.maximum(high - low, np.maximum(np.abs(high - before), np.abs(low - before)))


def returns(values: FloatArray, bars: int = 1) -> FloatArray:
    """The change from `bars` bars before, as a fraction of the value then."""
    return values / shifted(values, bars) - 1.0


def quotient(numerator: FloatArray, denominator: FloatArray, blank: float = np.nan) -> FloatArray:
    """`numerator` over `denominator` where that is above 0, `blank` elsewhere; the two may broadcast."""
    out = np.full(np.broadcast_shapes(numerator.shape, denominator.shape), blank)
    np.divide(numerator, denominator, out=out, where=denominator > 0.0)
    return out


def shifted(values: FloatArray, bars: int) -> FloatArray:
    """The value of `bars` bars before."""
    out = np.full(values.shape, np.nan)
    out[bars:] = values[: max(len(values) - bars, 0)]
    return out


def fold(leaves: State, window: int, join: Join) -> State:
    """Each window of `window` bars joined from blocks of a power of two: `join(recent, older, bars in recent, bars in older)`."""
    if len(leaves[0]) < window:
        return tuple(np.full(leaf.shape, np.nan) for leaf in leaves)
    block, size = leaves, 1
    joined, covered = leaves, 0
    while covered < window:
        if window & size:
            joined = _meet(joined, block, covered, size, join) if covered else block
            covered += size
        if covered < window:
            block, size = _meet(block, block, size, size, join), 2 * size
    return tuple(_padded(part, leaf) for part, leaf in zip(joined, leaves, strict=True))


def _meet(recent: State, older: State, bars: int, older_bars: int, join: Join) -> State:
    count = len(older[0]) - bars
    return join(
        tuple(part[older_bars : older_bars + count] for part in recent), tuple(part[:count] for part in older), bars, older_bars
    )


def _padded(part: FloatArray, leaf: FloatArray) -> FloatArray:
    out = np.full(leaf.shape, np.nan)
    out[len(leaf) - len(part) :] = part
    return out


def _join_means(recent: State, older: State, bars: int, older_bars: int) -> State:
    return (recent[0] + (older[0] - recent[0]) * (older_bars / (bars + older_bars)),)


def _join_moments(recent: State, older: State, bars: int, older_bars: int) -> State:
    gap = older[0] - recent[0]
    share = older_bars / (bars + older_bars)
    return recent[0] + gap * share, recent[1] + older[1] + gap * gap * (bars * share)


def _join_joint_moments(recent: State, older: State, bars: int, older_bars: int) -> State:
    gap_x, gap_y = older[0] - recent[0], older[2] - recent[2]
    share = older_bars / (bars + older_bars)
    weighted = gap_y * (bars * share)
    return (
        recent[0] + gap_x * share,
        recent[1] + older[1] + gap_x * gap_x * (bars * share),
        recent[2] + gap_y * share,
        recent[3] + older[3] + gap_y * weighted,
        recent[4] + older[4] + gap_x * weighted,
    )
