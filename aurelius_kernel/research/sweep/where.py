"""Which combinations are wanted: a small expression over parameter names, read as numbers and never run as Python."""

from __future__ import annotations

import ast
import inspect
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from aurelius_kernel.errors import InvalidField, UnknownName
from aurelius_kernel.typing import BoolArray, FloatArray

__all__ = ["Columns", "Where", "wanted"]

Columns: TypeAlias = Mapping[str, NDArray[Any]]
"""Parameters by name: arrays of one length, a value a combination."""

Where: TypeAlias = str | Callable[..., Any] | None

LONGEST = 500
DEEPEST = 30
LARGEST_NUMBER = 1e15
LARGEST_POWER = 10

ARITHMETIC: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: np.divide,
    ast.FloorDiv: np.floor_divide,
    ast.Mod: np.mod,
    ast.Pow: np.power,
}
COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


def wanted(where: Where, columns: Columns, fixed: Mapping[str, Any]) -> BoolArray:
    """Which rows of `columns` the constraint keeps; `fixed` parameters are known to it too.

    Raises InvalidField for what is not an expression of comparisons, and UnknownName for a name that is no parameter.
    """
    rows = len(next(iter(columns.values())))
    if where is None:
        return np.ones(rows, dtype=np.bool_)
    if isinstance(where, str):
        with np.errstate(all="ignore"):
            kept = Expression(where, {**fixed, **columns}).truth()
        return np.broadcast_to(kept, rows).copy()
    if callable(where):
        return _called(where, columns, fixed)
    raise InvalidField.of("where", f"must be text such as 'fast < slow', or a function, not {where!r:.60}")


class Expression:
    """Comparisons of numbers and names with and, or, not, + − * / // % ** and parentheses: nothing else is understood."""

    def __init__(self, text: str, names: Mapping[str, Any]) -> None:
        self.text, self.names = text, names
        self.tree = _parsed(text)

    def truth(self) -> Any:
        """The value, true or false, for each row."""
        return self._truth(self.tree, 0)

    def _truth(self, node: ast.expr, depth: int) -> Any:
        self._check_depth(depth)
        match node:
            case ast.BoolOp(op=op, values=values):
                join = np.logical_and if isinstance(op, ast.And) else np.logical_or
                return join.reduce(np.broadcast_arrays(*(self._truth(value, depth + 1) for value in values)))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return np.logical_not(self._truth(operand, depth + 1))
            case ast.Compare(left=left, ops=ops, comparators=others) if all(type(op) in COMPARISONS for op in ops):
                sides = [self._number(side, depth + 1) for side in (left, *others)]
                found = [COMPARISONS[type(op)](sides[i], sides[i + 1]) for i, op in enumerate(ops)]
                return np.logical_and.reduce(np.broadcast_arrays(*found))
            case ast.Name(id=name) if np.asarray(self._named(name)).dtype.kind == "b":
                return self._named(name)
            case _:
                raise self._refused(node, "is not a comparison")

    def _number(self, node: ast.expr, depth: int) -> Any:
        self._check_depth(depth)
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return self._constant(value)
            case ast.Name(id=name):
                return self._numbers(name)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() as op, operand=operand):
                value = self._number(operand, depth + 1)
                return -value if isinstance(op, ast.USub) else value
            case ast.BinOp(op=op, left=left, right=right) if type(op) in ARITHMETIC:
                if isinstance(op, ast.Pow):
                    self._check_power(right)
                return ARITHMETIC[type(op)](self._number(left, depth + 1), self._number(right, depth + 1))
            case _:
                raise self._refused(node, "is not understood")

    def _named(self, name: str) -> Any:
        if name not in self.names:
            raise UnknownName("parameter", name, self.names, field="where")
        return self.names[name]

    def _numbers(self, name: str) -> FloatArray:
        values = np.asarray(self._named(name))
        if values.dtype.kind not in "biuf":
            raise InvalidField.of("where", f"compares numbers, and {name} is none; a function can compare it")
        return values.astype(np.float64)

    def _constant(self, value: float) -> float:
        if not abs(value) <= LARGEST_NUMBER:
            raise InvalidField.of("where", f"holds a number beyond ±{LARGEST_NUMBER:g}")
        return float(value)

    def _check_power(self, exponent: ast.expr) -> None:
        digits = exponent.operand if isinstance(exponent, ast.UnaryOp) else exponent
        value = digits.value if isinstance(digits, ast.Constant) else None
        if not isinstance(value, int | float) or not abs(value) <= LARGEST_POWER:
            raise self._refused(exponent, f"must be a plain number within ±{LARGEST_POWER}, being a power")

    def _check_depth(self, depth: int) -> None:
        if depth > DEEPEST:
            raise InvalidField.of("where", f"is nested more than {DEEPEST} deep")

    def _refused(self, node: ast.expr, problem: str) -> InvalidField:
        part = ast.get_source_segment(self.text, node) or self.text
        allowed = "where is made of comparisons of numbers and parameters with and, or, not, + - * / // % ** and parentheses"
        return InvalidField(f"where: {part!r:.60} {problem}; {allowed}.", fields={"where": f"{part!r:.60} {problem}"})


@lru_cache(maxsize=64)
def _parsed(text: str) -> ast.expr:
    if len(text) > LONGEST:
        raise InvalidField.of("where", f"must be at most {LONGEST} characters, not {len(text)}")
    if text.count("(") > DEEPEST:
        raise InvalidField.of("where", f"must have at most {DEEPEST} parentheses, not {text.count('(')}")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise InvalidField.of("where", f"must be an expression such as 'fast < slow', not {text!r:.60}") from None


def _called(where: Callable[..., Any], columns: Columns, fixed: Mapping[str, Any]) -> BoolArray:
    """Ask a function for all rows at once, or row by row where it cannot take arrays."""
    known = {**fixed, **columns}
    asked = _asked(where, known)
    rows = len(next(iter(columns.values())))
    try:
        kept = np.asarray(where(**{name: known[name] for name in asked}))
    except (TypeError, ValueError):
        kept = np.empty(0)
    if kept.dtype == np.bool_ and kept.shape == (rows,):
        return kept
    lists = [known[name].tolist() if name in columns else [known[name]] * rows for name in asked]
    answers = [where(**dict(zip(asked, values, strict=True))) for values in zip(*lists, strict=True)]
    if not all(isinstance(answer, bool | np.bool_) for answer in answers):
        raise InvalidField.of("where", "must answer True or False for each combination")
    return np.array(answers, dtype=np.bool_)


def _asked(where: Callable[..., Any], known: Mapping[str, Any]) -> list[str]:
    """The parameters that the function takes, by their names."""
    try:
        parameters = inspect.signature(where).parameters.values()
    except (TypeError, ValueError):
        raise InvalidField.of("where", "must be a function whose arguments can be read") from None
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return list(known)
    names = [parameter.name for parameter in parameters if parameter.default is parameter.empty]
    if unknown := [name for name in names if name not in known]:
        raise UnknownName("parameter", unknown[0], known, field="where")
    if not names:
        raise InvalidField.of("where", "must be a function of parameters, such as lambda fast, slow: fast < slow")
    return names
