"""Many bars with one instruction: an account's value laid down, its returns added up, levels that prices touch.

Everything is in lanes of eight, which are added to each other in a fixed order: the numbers are the same on every processor.
Arrays need `ROOM` places more than are asked for, because whole rows are read and written.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from aurelius_kernel.engine.fused.words import WORD

__all__ = ["LANES", "ROOM", "add_row", "lay", "touched"]

LANES = 8
ROOM = WORD
"""The places that arrays need behind their last bar."""

_EIGHT = ir.VectorType(ir.DoubleType(), LANES)
_ROW = ir.VectorType(ir.DoubleType(), WORD)
_INDEX = ir.IntType(32)


@intrinsic  # type: ignore[untyped-decorator]  # numba is untyped
def lay(_typing: Any, path: Any, _to: Any, _prices: Any, _at: Any, _cash: Any, _units: Any) -> Any:
    """Write what cash and so many units are worth at eight prices from place `at` on, from place `to` of the path on."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        laid, prices = (_data(context, builder, signature, arguments, i) for i in (0, 2))
        units, cash = (_filled(builder, arguments[i], _EIGHT) for i in (5, 4))
        worth = builder.fadd(cash, builder.fmul(units, _load(builder, prices, arguments[3], 0, _EIGHT)))
        builder.store(worth, _place(builder, laid, arguments[1], 0, _EIGHT), align=8)
        return context.get_dummy_value()

    signature = types.void(path, types.intp, path, types.intp, types.float64, types.float64)
    return signature, generate


@intrinsic  # type: ignore[untyped-decorator]  # numba is untyped
def touched(_typing: Any, lows: Any, _highs: Any, _at: Any, _floor: Any, _ceiling: Any) -> Any:
    """A word: on which of 64 bars from place `at` on the low is at or below the floor, or the high at or above the ceiling.

    A level of NaN is never touched.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        lows, highs = (_data(context, builder, signature, arguments, i) for i in (0, 1))
        low, high = (_load(builder, prices, arguments[2], 0, _ROW) for prices in (lows, highs))
        below = builder.fcmp_ordered("<=", low, _filled(builder, arguments[3], _ROW))
        above = builder.fcmp_ordered(">=", high, _filled(builder, arguments[4], _ROW))
        return builder.bitcast(builder.or_(below, above), ir.IntType(WORD))

    return types.uint64(lows, lows, types.intp, types.float64, types.float64), generate


@intrinsic  # type: ignore[untyped-decorator]  # numba is untyped
def add_row(_typing: Any, sums: Any, _path: Any, _benchmark: Any, _at: Any) -> Any:
    """Add what 64 bars from place `at` on contribute to the sums, and return the lowest and the highest value on them.

    `path[t]` is the value before bar t, `path[t + 1]` that after it. `sums` has eight lanes for each of the seven sums of the
    ledger and for the sum of values, one after the other.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        held, path, benchmark = (_data(context, builder, signature, arguments, i) for i in (0, 1, 2))
        at, zero, one = arguments[3], _constant(0.0), _constant(1.0)
        start = ir.Constant(ir.IntType(64), 0)
        sums = [_load(builder, held, start, LANES * i, _EIGHT) for i in range(LANES)]
        lowest = highest = _load(builder, path, at, 1, _EIGHT)
        for step in range(0, WORD, LANES):
            before, now = (_load(builder, path, at, step + i, _EIGHT) for i in (0, 1))
            moved = builder.fsub(builder.fdiv(now, before), one)
            r = builder.select(builder.fcmp_ordered("==", now, before), zero, moved)
            square, loss = builder.fmul(r, r), builder.select(builder.fcmp_ordered("<", r, zero), r, zero)
            gap = builder.fsub(r, _load(builder, benchmark, at, step, _EIGHT))
            cube, fourth = builder.fmul(square, r), builder.fmul(square, square)
            terms = r, square, cube, fourth, loss, builder.fmul(loss, loss), builder.fmul(gap, gap), now
            sums = [builder.fadd(total, term) for total, term in zip(sums, terms, strict=True)]
            lowest = builder.select(builder.fcmp_ordered("<", now, lowest), now, lowest)
            highest = builder.select(builder.fcmp_ordered(">", now, highest), now, highest)
        for i, total in enumerate(sums):
            builder.store(total, _place(builder, held, start, LANES * i, _EIGHT), align=8)
        found = _outermost(builder, lowest, "<"), _outermost(builder, highest, ">")
        return context.make_tuple(builder, signature.return_type, found)

    return types.UniTuple(types.float64, 2)(sums, sums, sums, types.intp), generate


def _data(context: Any, builder: Any, signature: Any, arguments: Any, i: int) -> Any:
    return context.make_array(signature.args[i])(context, builder, arguments[i]).data


def _place(builder: Any, data: Any, at: Any, behind: int, row: Any) -> Any:
    place = builder.add(at, ir.Constant(at.type, behind))
    return builder.bitcast(builder.gep(data, [place]), row.as_pointer())


def _load(builder: Any, data: Any, at: Any, behind: int, row: Any) -> Any:
    return builder.load(_place(builder, data, at, behind, row), align=8)


def _constant(value: float) -> Any:
    return ir.Constant(_EIGHT, [value] * LANES)


def _filled(builder: Any, value: Any, row: Any) -> Any:
    """A row of one value."""
    single = builder.insert_element(ir.Constant(row, ir.Undefined), value, ir.Constant(_INDEX, 0))
    return builder.shuffle_vector(single, single, ir.Constant(ir.VectorType(_INDEX, row.count), [0] * row.count))


def _outermost(builder: Any, values: Any, order: str) -> Any:
    """The one of eight values that comes first in the order."""
    for half in (4, 2, 1):
        turned = [(i + half) % LANES for i in range(LANES)]
        other = builder.shuffle_vector(values, values, ir.Constant(ir.VectorType(_INDEX, LANES), turned))
        values = builder.select(builder.fcmp_ordered(order, other, values), other, values)
    return builder.extract_element(values, ir.Constant(_INDEX, 0))
