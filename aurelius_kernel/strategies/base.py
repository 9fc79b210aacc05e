"""What every strategy family is: a frozen record of explicit parameters with one method, `signals`."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from pydantic import Field

from aurelius_kernel.errors import ImpossibleRequest, InvalidField, NotEnoughBars, UnknownName
from aurelius_kernel.hashing import sha256_hex
from aurelius_kernel.model import COLUMNS, Bars, Record, Signals, StrategySpec
from aurelius_kernel.typing import BoolArray, FloatArray

__all__ = ["Parameter", "SingleInstrumentStrategy", "Strategy"]

Parameter = Field
"""A parameter's default, range (`ge`, `gt`, `le`, `lt`) and sentence (`description`)."""


class Strategy(Record, ABC):
    """A trading rule; its fields are its parameters.

    A family sets `type`, raises `version` whenever its decisions change, states its rule in `summary`, and says how many
    instruments it trades at once. Its first decision comes after `warm_up` bars, and no decision needs more history than that.
    """

    families: ClassVar[dict[str, type[Strategy]]] = {}
    type: ClassVar[str]
    version: ClassVar[int] = 1
    summary: ClassVar[str]
    min_instruments: ClassVar[int] = 1
    max_instruments: ClassVar[int | None] = None

    @property
    @abstractmethod
    def warm_up(self) -> int:
        """The number of bars before the first that can carry a decision."""

    @abstractmethod
    def decide(self, bars: Bars) -> Signals:
        """The decisions over bars that `signals` has checked."""

    def signals(self, bars: Bars | pd.DataFrame) -> Signals:
        """The decisions at each bar's close, made from that bar and those before it only.

        `bars` is a frame by instrument, or one frame. Raises InvalidField for a frame that lacks a column or whose index is not
        strictly rising UTC, ImpossibleRequest for a wrong number of instruments, NotEnoughBars for too short a window.
        """
        frames = {"bars": bars} if isinstance(bars, pd.DataFrame) else dict(bars)
        self._check_count(frames)
        for name, frame in frames.items():
            check_frame(name, frame)
            if len(frame) <= self.warm_up:
                raise NotEnoughBars(self.warm_up + 1, len(frame), f"{self.type} with these parameters")
        return self.decide(frames)

    def seeded(self, seed: int) -> Self:
        """The strategy as it runs under a run's seed: a parameter `seed` that was left None takes it."""
        return self.model_copy(update={"seed": seed}) if getattr(self, "seed", seed) is None else self

    def spec(self) -> StrategySpec:
        """The strategy by name, every parameter present."""
        return StrategySpec(type=self.type, version=self.version, code=code_hash(type(self)), parameters=self.document())

    @classmethod
    def create(cls, family: str, **parameters: Any) -> Strategy:
        """A strategy of a registered family; raises UnknownName or InvalidField, naming the parameter at fault."""
        if family not in cls.families:
            raise UnknownName("strategy type", family, cls.families, field="strategy_type")
        return cls.families[family].of(parameters)

    def _check_count(self, frames: Mapping[str, pd.DataFrame]) -> None:
        count, low, high = len(frames), self.min_instruments, self.max_instruments
        if count < low or (high is not None and count > high):
            wanted = f"exactly {low}" if low == high else f"at least {low}"
            raise ImpossibleRequest.of("instruments", f"must be {wanted} for {self.type}, not {count}")


class SingleInstrumentStrategy(Strategy):
    """A rule that looks at one instrument at a time; over several it decides for each on its own bars."""

    @abstractmethod
    def decide_one(self, bars: pd.DataFrame) -> Mapping[str, BoolArray | FloatArray]:
        """The decisions for one instrument: arrays of length `len(bars)` under the names of `Signals`."""

    def decide(self, bars: Bars) -> Signals:
        """The decisions for each instrument, placed on the union of their stamps."""
        names = tuple(bars)
        index = union_index(bars)
        decided = {name: self.decide_one(bars[name]) for name in names}
        kinds = {kind for arrays in decided.values() for kind in arrays}
        columns = {kind: [_spread(decided[name][kind], bars[name].index, index) for name in names] for kind in sorted(kinds)}
        stacked: dict[str, Any] = {kind: np.column_stack(arrays) for kind, arrays in columns.items()}
        return Signals(index=index, instruments=names, **stacked)


def code_hash(family: type[Strategy]) -> str | None:
    """The sha256 of the source of a user's strategy class and its own bases; None for a built-in family.

    Functions the class calls but does not hold are not in it.
    """
    library = __name__.partition(".")[0]
    if family.__module__.partition(".")[0] == library:
        return None
    own = [base for base in family.__mro__ if base.__module__.partition(".")[0] not in {library, "pydantic", "abc", "builtins"}]
    functions = [
        value for base in own for value in vars(base).values() if inspect.isfunction(inspect.unwrap(_plain_function(value)))
    ]
    return sha256_hex("".join(_source(inspect.unwrap(_plain_function(function))) for function in functions).encode())


def _plain_function(member: Any) -> Any:
    return getattr(member, "fget", None) or getattr(member, "__func__", member)


def _source(function: Any) -> str:
    try:
        return inspect.getsource(function)
    except OSError:  # a function typed where no source is kept
        code = function.__code__
        return f"{function.__qualname__} {code.co_code.hex()} {code.co_consts!r} {code.co_names!r}"


def union_index(bars: Bars) -> pd.DatetimeIndex:
    """Every stamp that any of the frames has, rising."""
    indexes = [pd.DatetimeIndex(frame.index) for frame in bars.values()]
    if all(index is indexes[0] or index.equals(indexes[0]) for index in indexes):
        return indexes[0]
    union = indexes[0]
    for index in indexes[1:]:
        union = union.union(index)
    return union


def check_frame(name: str, frame: pd.DataFrame) -> None:
    """Raise InvalidField unless the frame has the columns of bars and a strictly rising UTC index."""
    if missing := [column for column in COLUMNS if column not in frame.columns]:
        raise InvalidField.of(f"bars.{name}", f"lacks the column {missing[0]}; bars have {', '.join(COLUMNS)}")
    index = frame.index
    if not isinstance(index, pd.DatetimeIndex) or str(index.tz) != "UTC":
        raise InvalidField.of(f"bars.{name}", "must have an index of UTC time stamps")
    if not (index.is_monotonic_increasing and index.is_unique):
        raise InvalidField.of(f"bars.{name}", "must have strictly rising time stamps")


def _spread(values: BoolArray | FloatArray, own: pd.Index, union: pd.DatetimeIndex) -> BoolArray | FloatArray:
    if len(own) == len(union):
        return values
    spread: BoolArray | FloatArray = (
        np.zeros(len(union), dtype=np.bool_) if values.dtype == np.bool_ else np.full(len(union), np.nan, dtype=np.float64)
    )
    spread[union.get_indexer(own)] = values
    return spread
