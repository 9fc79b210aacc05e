"""Sixty-four bars in a machine word: compared, followed and searched without a branch a bar."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from aurelius_kernel.engine.fused.compiled import part

__all__ = [
    "LAST",
    "NONE",
    "ONE",
    "SPARE",
    "WORD",
    "Words",
    "apart",
    "as_words",
    "begun",
    "carried",
    "first",
    "highest",
    "sides",
    "unpack",
]

WORD = 64
NONE, ONE, LAST = np.uint64(0), np.uint64(1), np.uint64(WORD - 1)
SPARE = 2
"""The room that `unpack` needs behind the bars it finds."""

Words: TypeAlias = NDArray[np.uint64]

_ROW = ir.VectorType(ir.DoubleType(), WORD)
_NO, _YES = ir.Constant(ir.IntType(1), 0), ir.Constant(ir.IntType(1), 1)


@intrinsic  # type: ignore[untyped-decorator]  # numba is untyped
def apart(_typing: Any, values: Any, _first: Any, _second: Any, _tie: Any) -> Any:
    """Two words: whether value `first + i` is above value `second + i` by more than the fraction `tie` of it, and whether below.

    What is not known counts as both: a NaN sets both bits.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data

        def row(start: Any) -> Any:
            return builder.load(builder.bitcast(builder.gep(data, [start]), _ROW.as_pointer()), align=8)

        def word(left: Any, right: Any) -> Any:
            return builder.bitcast(builder.fcmp_unordered(">", left, right), ir.IntType(WORD))

        ours, theirs = row(arguments[1]), row(arguments[2])
        enough = builder.fmul(_filled(builder, arguments[3]), theirs)
        words = word(builder.fsub(ours, theirs), enough), word(builder.fsub(theirs, ours), enough)
        return context.make_tuple(builder, signature.return_type, words)

    return types.UniTuple(types.uint64, 2)(values, types.intp, types.intp, types.float64), generate


def _filled(builder: Any, value: Any) -> Any:
    """A row of one value."""
    index = ir.IntType(32)
    single = builder.insert_element(ir.Constant(_ROW, ir.Undefined), value, ir.Constant(index, 0))
    return builder.shuffle_vector(single, single, ir.Constant(ir.VectorType(index, WORD), [0] * WORD))


@intrinsic  # type: ignore[untyped-decorator]  # numba is untyped
def lowest(_typing: Any, _word: Any) -> Any:
    """The position of the lowest bit set; 64 when none is."""
    return types.int64(types.uint64), lambda _context, builder, _signature, arguments: builder.cttz(arguments[0], _NO)


@intrinsic  # type: ignore[untyped-decorator]  # numba is untyped
def population(_typing: Any, _word: Any) -> Any:
    """The number of bits set."""
    return types.int64(types.uint64), lambda _context, builder, _signature, arguments: builder.ctpop(arguments[0])


@intrinsic  # type: ignore[untyped-decorator]  # numba is untyped
def highest(_typing: Any, _number: Any) -> Any:
    """The position of the highest bit set of a positive integer."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.sub(ir.Constant(ir.IntType(WORD), WORD - 1), builder.ctlz(arguments[0], _YES))

    return types.int64(types.int64), generate


@part
def sides(up: np.uint64, down: np.uint64, before: np.uint64) -> np.uint64:
    """The side on each bar: the last of `up` and `down`, kept where neither is set; `before` is the side of the bar before.

    A run of undecided bars after an up bar is filled by one addition: the carry runs through it and stops behind it.
    """
    undecided = ~(up | down)
    begins = carried(up, before) & undecided
    return up | (undecided & ~(undecided + begins))


@part
def carried(word: np.uint64, before: np.uint64) -> np.uint64:
    """Each bar's bit one bar later; `before` comes first."""
    return (word << ONE) | before


@part
def begun(word: np.uint64, before: np.uint64) -> np.uint64:
    """The bars where a bit is set that was not set on the bar before."""
    return word & ~carried(word, before)


@part
def first(count: int) -> np.uint64:
    """A word whose first `count` bits are set, all of them from 64 on."""
    return ~NONE if count >= WORD else (ONE << np.uint64(count)) - ONE


@part
def unpack(word: np.uint64, bar: int, bars: NDArray[np.int32], count: int) -> int:
    """Write the bars whose bits are set behind the `count` there are, the word's first being `bar`; returns the new count.

    Most words have at most two: these are written without asking, so `bars` needs `SPARE` places more than are found.
    """
    found: int = count + population(word)
    for _ in range(SPARE):
        bars[count] = bar + lowest(word)
        word &= word - ONE
        count += 1
    while word != NONE:
        bars[count] = bar + lowest(word)
        word &= word - ONE
        count += 1
    return found


def as_words(matrix: NDArray[np.bool_]) -> Words:
    """Booleans of shape (rows, bars) as words of shape (rows, ⌈bars/64⌉): bar t is bit t mod 64."""
    rows, bars = matrix.shape
    padded = np.zeros((rows, -(-bars // WORD) * WORD), dtype=np.bool_)
    padded[:, :bars] = matrix
    return np.packbits(padded, axis=1, bitorder="little").view(np.uint64)
