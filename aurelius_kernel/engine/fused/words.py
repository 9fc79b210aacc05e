"""Sixty-four bars in a machine word: compare, find and follow them without a branch a bar."""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from aurelius_kernel.engine.fused.compiled import part

__all__ = ["WORD", "greater", "lowest", "sides"]

WORD = 64

_ROW = ir.VectorType(ir.DoubleType(), WORD)
_ONE = np.uint64(1)


@intrinsic  # type: ignore[untyped-decorator]  # numba is untyped
def greater(typing: Any, left: Any, start: Any, right: Any, other: Any) -> Any:  # noqa: ARG001  # numba's calling convention
    """The word whose bit i is `left[start + i] > right[other + i]`; a NaN is never greater."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        def row(array: Any, kind: Any, first: Any) -> Any:
            data = context.make_array(kind)(context, builder, array).data
            return builder.load(builder.bitcast(builder.gep(data, [first]), _ROW.as_pointer()), align=8)

        ours, theirs = row(arguments[0], signature.args[0], arguments[1]), row(arguments[2], signature.args[2], arguments[3])
        return builder.bitcast(builder.fcmp_ordered(">", ours, theirs), ir.IntType(WORD))

    return types.uint64(left, types.intp, right, types.intp), generate


@intrinsic  # type: ignore[untyped-decorator]  # numba is untyped
def lowest(typing: Any, word: Any) -> Any:  # noqa: ARG001  # numba's calling convention
    """The position of the lowest bit set in a word that is not zero."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), generate


@part
def sides(up: np.uint64, down: np.uint64, before: np.uint64) -> np.uint64:
    """The side taken on each bar: the last of `up` and `down`, kept where neither is set; `before` is the bar before the word's.

    A run of undecided bars that begins after an up bar is filled by one addition: the carry runs through it and stops.
    """
    undecided = ~(up | down)
    begins = ((up << _ONE) | before) & undecided
    return up | (undecided & ~(undecided + begins))


@intrinsic  # type: ignore[untyped-decorator]  # numba is untyped
def highest(typing: Any, number: Any) -> Any:  # noqa: ARG001  # numba's calling convention
    """The position of the highest bit set in a positive integer."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        zeros = builder.ctlz(arguments[0], ir.Constant(ir.IntType(1), 1))
        return builder.sub(ir.Constant(ir.IntType(WORD), WORD - 1), zeros)

    return types.int64(types.int64), generate
