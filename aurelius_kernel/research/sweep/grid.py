"""The parameter sets of a sweep as arrays: a column a parameter, never a list of sets."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from aurelius_kernel.typing import FloatArray, IntArray

__all__ = ["Axis", "Interval", "Space", "as_array"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Axis:
    """The values that one parameter takes, in the order given, each once; `refused` says why the family will not have some."""

    name: str
    values: NDArray[Any]
    refused: Mapping[int, str]

    @property
    def size(self) -> int:
        """How many values there are."""
        return len(self.values)

    @property
    def is_number(self) -> bool:
        """Whether values have an order, and so neighbours."""
        return self.values.dtype.kind in "iuf"

    def drawn(self, random: np.random.Generator, count: int) -> NDArray[Any]:
        """So many values, each as likely."""
        return self.values[random.integers(self.size, size=count)]

    def document(self) -> list[Any]:
        """The values as JSON has them."""
        return list(self.values.tolist())


@dataclass(frozen=True, kw_only=True, eq=False)
class Interval:
    """The numbers from `low` to `high`, both included, that one parameter is drawn from; whole ones only for a whole parameter."""

    name: str
    low: float
    high: float
    whole: bool

    @property
    def size(self) -> int | None:
        """How many numbers there are to draw; None where there is no end of them."""
        return int(self.high - self.low) + 1 if self.whole else 1 if self.low == self.high else None

    def drawn(self, random: np.random.Generator, count: int) -> IntArray | FloatArray:
        """So many numbers, each as likely."""
        if self.whole:
            return random.integers(int(self.low), int(self.high), size=count, endpoint=True)
        return random.uniform(self.low, self.high, size=count)

    def document(self) -> dict[str, float]:
        """The ends as JSON has them."""
        return {"low": self.low, "high": self.high}


Dimension: TypeAlias = Axis | Interval


@dataclass(frozen=True, kw_only=True, eq=False)
class Space:
    """Every combination of what its dimensions offer; combination numbers of a grid count like a clock, the last axis fastest."""

    dimensions: Sequence[Dimension]

    @property
    def axes(self) -> list[Axis]:
        """The dimensions that are lists of values."""
        return [dimension for dimension in self.dimensions if isinstance(dimension, Axis)]

    @cached_property
    def size(self) -> int | None:
        """How many combinations there are; None where an interval has no end of numbers."""
        sizes = [dimension.size for dimension in self.dimensions]
        return None if any(size is None for size in sizes) else math.prod(size for size in sizes if size is not None)

    def columns(self, numbers: IntArray) -> dict[str, NDArray[Any]]:
        """The parameters of the combinations of those numbers."""
        return {axis.name: axis.values[places] for axis, places in zip(self.axes, self.places(numbers), strict=True)}

    def places(self, numbers: IntArray) -> list[IntArray]:
        """For each axis, where on it the combinations are."""
        return [np.asarray(places) for places in np.unravel_index(numbers, [axis.size for axis in self.axes])]

    def drawn(self, random: np.random.Generator, count: int) -> dict[str, NDArray[Any]]:
        """So many combinations, each as likely; some may be the same."""
        return {dimension.name: dimension.drawn(random, count) for dimension in self.dimensions}

    def document(self) -> dict[str, Any]:
        """What each parameter takes, as JSON has it."""
        return {dimension.name: dimension.document() for dimension in self.dimensions}


def as_array(values: Sequence[Any]) -> NDArray[Any]:
    """The values as an array of one kind: whole numbers, numbers, truth values or text; of objects where they are mixed."""
    kinds = {type(value) for value in values}
    for kind, dtype in ((bool, np.bool_), (int, np.int64), (str, np.str_)):
        if kinds == {kind}:
            return np.array(values, dtype=dtype)
    if kinds <= {int, float}:
        return np.array(values, dtype=np.float64)
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array
