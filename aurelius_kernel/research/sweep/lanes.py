"""A rule about one parameter set, asked once for all of them.

A family checks its parameters together in plain Python: `if self.fast >= self.slow: raise ValueError(...)`. Here the attributes are
whole columns. Where the rule asks whether something is true and the rows disagree, it is run again for each answer, so it runs
once for each way through it and not once for each row.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from aurelius_kernel.typing import BoolArray

__all__ = ["Lanes", "Undecidable", "Walk", "ways_through"]

Outcome = TypeVar("Outcome")

MOST_WAYS = 256
SHOWN = re.compile(r"\x00(\d+)\x00")


class Undecidable(Exception):
    """The rule does something that columns cannot answer; never leaves this package."""


class Walk:
    """One way through a rule: the answers so far, and the rows that give them."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.begin([])

    def begin(self, answers: list[bool]) -> None:
        """Start again, giving these answers first."""
        self.given, self.asked = answers, 0
        self.mask = np.ones(self.rows, dtype=np.bool_)
        self.forks: list[list[bool]] = []
        self.shown: list[tuple[NDArray[Any], str]] = []

    def answer(self, truth: BoolArray) -> bool:
        """What the rows of this way say; where they disagree, yes, and the other way is noted."""
        if self.asked == len(self.given):
            among = truth[self.mask]
            self.given = [*self.given, bool(among.any())]
            if among.any() and not among.all():
                self.forks.append([*self.given[:-1], False])
        said = self.given[self.asked]
        self.asked += 1
        self.mask &= truth == said
        return said

    def show(self, values: NDArray[Any], form: str = "") -> str:
        """What stands in a text for the value of each row, to be written in that form."""
        self.shown.append((values, form))
        return f"\x00{len(self.shown) - 1}\x00"

    def texts(self, text: str, rows: BoolArray) -> list[str]:
        """The text once for each of the rows, with their own values in it."""
        shown = [self.shown[int(number)] for number in SHOWN.findall(text)]
        if not shown:
            return [text] * int(rows.sum())
        literal = text.replace("{", "{{").replace("}", "}}")
        template = SHOWN.sub(lambda found: f"{{:{self.shown[int(found[1])][1]}}}", literal)
        columns = [values[rows].tolist() for values, _ in shown]
        return [template.format(*values) for values in zip(*columns, strict=True)]


def ways_through(rule: Callable[[], Outcome], walk: Walk) -> Iterator[Outcome]:
    """What the rule gives on each way through it; meanwhile `walk.mask` holds the rows that go that way.

    Raises Undecidable for a rule with too many ways.
    """
    waiting: list[list[bool]] = [[]]
    for _ in range(MOST_WAYS):
        if not waiting:
            return
        walk.begin(waiting.pop())
        yield rule()
        waiting += walk.forks
    if waiting:
        raise Undecidable


class Lanes:
    """A column that a rule takes for a single value."""

    __slots__ = ("_values", "_walk")
    __hash__ = None  # type: ignore[assignment]  # a column is no key
    __array_ufunc__ = None

    def __init__(self, values: NDArray[Any], walk: Walk) -> None:
        self._values, self._walk = values, walk

    @property
    def values(self) -> NDArray[Any]:
        """The value of each row."""
        return self._values

    def __bool__(self) -> bool:
        return self._walk.answer(self._values.astype(np.bool_))

    def __format__(self, form: str) -> str:
        return self._walk.show(self._values, form)

    def __str__(self) -> str:
        return self._walk.show(self._values)

    __repr__ = __str__


def _forward(operate: Callable[[Any, Any], Any]) -> Callable[[Lanes, Any], Lanes]:
    return lambda lanes, other: Lanes(_operated(operate, lanes.values, _plain(other)), lanes._walk)  # noqa: SLF001  # its own class


def _backward(operate: Callable[[Any, Any], Any]) -> Callable[[Lanes, Any], Lanes]:
    return lambda lanes, other: Lanes(_operated(operate, _plain(other), lanes.values), lanes._walk)  # noqa: SLF001  # its own class


def _operated(operate: Callable[[Any, Any], Any], left: Any, right: Any) -> NDArray[Any]:
    if operate in DIVISIONS and not np.all(right):
        raise Undecidable
    return np.asarray(operate(left, right))


def _plain(other: Any) -> Any:
    if isinstance(other, Lanes):
        return other.values
    if isinstance(other, bool | int | float | str):
        return other
    raise Undecidable


ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "truediv": np.divide,
    "floordiv": np.floor_divide,
    "mod": np.mod,
}
DIVISIONS = (np.divide, np.floor_divide, np.mod)
for _name, _operate in ARITHMETIC.items():
    setattr(Lanes, f"__{_name}__", _forward(_operate))
    setattr(Lanes, f"__r{_name}__", _backward(_operate))
for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Lanes, f"__{_name}__", _forward(getattr(operator, _name)))
