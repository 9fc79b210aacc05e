"""What every strategy family is: a frozen record of explicit parameters with one method, `signals`."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from pydantic import Field

from aurelius_kernel.errors import ImpossibleRequest, InvalidField, NotEnoughBars, UnknownName
from aurelius_kernel.hashing import sha256_hex
from aurelius_kernel.model import Bars, Direction, Record, Signals, StrategySpec
from aurelius_kernel.strategies.frames import check_frame, complete_bars, placed, union_index
from aurelius_kernel.typing import BoolArray, FloatArray

__all__ = ["Parameter", "SingleInstrumentStrategy", "Strategy"]

Parameter = Field
"""A parameter's default, range (`ge`, `gt`, `le`, `lt`) and sentence (`description`)."""

FLOAT_DECISIONS = ("weights", "stop_price", "target_price", "trail_distance", "limit_price")


class Strategy(Record, ABC):
    """A trading rule; its fields are its parameters.

    A family sets `type`, raises `version` whenever its decisions change, states its rule in `summary`, and says how many
    instruments it trades at once. Its first decision comes after `warm_up` bars, and no decision needs more history than that:
    a decision is made of its own bar and the `warm_up` bars before it, wherever the data begins.

    A family also says what else holds of it, so that it can be checked: `two_sided` when it needs to go long and short at once,
    `scale_invariant` when prices in another currency unit give the same decisions, `expanding` when it learns from all the history
    there is, so that its decisions do depend on where the data begins.
    """

    families: ClassVar[dict[str, type[Strategy]]] = {}
    type: ClassVar[str]
    version: ClassVar[int] = 1
    summary: ClassVar[str]
    min_instruments: ClassVar[int] = 1
    max_instruments: ClassVar[int | None] = None
    two_sided: ClassVar[bool] = False
    scale_invariant: ClassVar[bool] = False
    expanding: ClassVar[bool] = False

    @property
    @abstractmethod
    def warm_up(self) -> int:
        """The number of bars before the first that can carry a decision."""

    @abstractmethod
    def decide(self, bars: Bars) -> Signals:
        """The decisions over bars that `signals` has checked."""

    def references(self, instruments: Sequence[str]) -> tuple[str, ...]:  # noqa: ARG002  # most rules read nothing else
        """The series that the rule reads beside the instruments it trades, by the names they have in the catalogue."""
        return ()

    def signals(self, bars: Bars | pd.DataFrame) -> Signals:
        """The decisions at each bar's close, made from that bar and those before it only.

        `bars` is a frame by instrument, the references among them, or one frame. Raises InvalidField for a frame that lacks a
        column or whose index is not strictly rising UTC, ImpossibleRequest for a wrong number of instruments or a missing
        reference, NotEnoughBars for too short a window.
        """
        frames = named_frames(bars)
        traded = self.traded(frames)
        self.check_instruments(traded)
        for name, frame in frames.items():
            check_frame(name, frame)
        if missing := [name for name in self.references(traded) if name not in frames]:
            raise ImpossibleRequest.of("bars", f"lack {missing[0]}, which {self.type} reads beside {', '.join(traded)}")
        self.check_length({name: frames[name] for name in traded})
        return self.decide(frames)

    def traded(self, bars: Bars) -> tuple[str, ...]:
        """The instruments among `bars`: what is there for reference only is never traded."""
        references = set(self.references(tuple(bars)))
        return tuple(name for name in bars if name not in references)

    def check_instruments(self, instruments: Sequence[str]) -> None:
        """Raise ImpossibleRequest for a wrong number of instruments, or one that is read beside them and cannot be traded too."""
        if both := sorted(set(instruments) & set(self.references(instruments))):
            raise ImpossibleRequest.of("instruments", f"include {both[0]}, which {self.type} reads beside them and does not trade")
        count, low, high = len(instruments), self.min_instruments, self.max_instruments
        if count < low or (high is not None and count > high):
            wanted = f"exactly {low}" if low == high else f"at least {low}" if count < low else f"at most {high}"
            raise ImpossibleRequest.of("instruments", f"must be {wanted} for {self.type}, not {count}")

    def check_length(self, bars: Bars) -> None:
        """Raise NotEnoughBars unless every instrument has more than `warm_up` bars."""
        for name, frame in bars.items():
            if len(frame) <= self.warm_up:
                of = f" on {name}" if len(bars) > 1 else ""
                raise NotEnoughBars(self.warm_up + 1, len(frame), f"{self.type} with these parameters{of}")

    @property
    def usual_direction(self) -> Direction:
        """The side of the market a run takes when nobody says: both for a rule that needs both, else long."""
        return Direction.BOTH if self.two_sided else Direction.LONG

    def seeded(self, seed: int) -> Self:
        """The strategy as it runs under a run's seed: a parameter `seed` that was left None takes it."""
        return self.model_copy(update={"seed": seed}) if getattr(self, "seed", seed) is None else self

    def spec(self) -> StrategySpec:
        """The strategy by name, every parameter present."""
        return StrategySpec(type=self.type, version=self.version, code=code_hash(type(self)), parameters=self.document())

    @classmethod
    def create(cls, family: str, /, **parameters: Any) -> Strategy:
        """A strategy of a registered family; raises UnknownName or InvalidField, naming the parameter at fault."""
        if family not in cls.families:
            raise UnknownName("strategy type", family, cls.families, field="strategy_type")
        return cls.families[family].of(parameters)


class SingleInstrumentStrategy(Strategy):
    """A rule that looks at one instrument at a time; over several it decides for each on its own bars.

    Target weights are shares of an equal part of the account: over n instruments each is divided by n.
    """

    @abstractmethod
    def decide_one(self, bars: pd.DataFrame) -> Mapping[str, BoolArray | FloatArray]:
        """The decisions for one instrument: arrays of length `len(bars)` under the names of `Signals`.

        Every row of `bars` is complete: rows that lack a price were left out, and nothing is decided on them. What is decided on
        the first `warm_up` rows is dropped.
        """

    def decide(self, bars: Bars) -> Signals:
        """The decisions for each instrument, placed on the union of their stamps."""
        index = union_index(bars)
        decided = {name: self._on_union(frame, index) for name, frame in bars.items()}
        kinds = {kind: array.dtype for arrays in decided.values() for kind, array in arrays.items()} or {"entries": np.dtype(bool)}
        stacked: dict[str, Any] = {
            kind: np.column_stack([arrays.get(kind, nothing(dtype, len(index))) for arrays in decided.values()])
            for kind, dtype in sorted(kinds.items())
        }
        if "weights" in stacked:
            stacked["weights"] /= len(bars)
        return Signals(index=index, instruments=tuple(bars), **stacked)

    def _on_union(self, frame: pd.DataFrame, index: pd.DatetimeIndex) -> dict[str, BoolArray | FloatArray]:
        own, whole = complete_bars(frame)
        if len(own) <= self.warm_up:
            return {}
        decided = {kind: decision(kind, values, len(own)) for kind, values in self.decide_one(own).items()}
        for array in decided.values():
            array[: self.warm_up] = False if array.dtype == np.bool_ else np.nan
        if len(own) == len(index):
            return decided
        rows = index.get_indexer(pd.DatetimeIndex(frame.index)[whole])
        return {kind: placed(array, rows, len(index)) for kind, array in decided.items()}


def named_frames(bars: object) -> dict[str, pd.DataFrame]:
    """The frames by name; a single frame is called `bars`."""
    if isinstance(bars, pd.DataFrame):
        return {"bars": bars}
    if not isinstance(bars, Mapping):
        raise InvalidField.of("bars", f"must be a DataFrame or a mapping of instrument to DataFrame, not {type(bars).__name__}")
    return dict(bars)


def decision(kind: str, values: object, bars: int) -> BoolArray | FloatArray:
    """One kind of decision as an array of the right type; raises InvalidField for what is not `bars` decisions of a known kind."""
    known = {"entries", "exits", "short_entries", "short_exits", *FLOAT_DECISIONS}
    if kind not in known:
        raise UnknownName("decision", kind, known, field=kind)
    array = np.asarray(values)
    wanted = "numbers" if kind in FLOAT_DECISIONS else "booleans"
    if array.dtype.kind not in ("fiu" if kind in FLOAT_DECISIONS else "b"):
        raise InvalidField.of(kind, f"must be {wanted}, not {array.dtype}")
    if array.shape != (bars,):
        raise InvalidField.of(kind, f"must hold one decision for each of {bars} bars, not have shape {array.shape}")
    return array.astype(np.float64) if kind in FLOAT_DECISIONS else array.astype(np.bool_)


def nothing(dtype: np.dtype[Any], bars: int) -> BoolArray | FloatArray:
    """No decision: False, or NaN."""
    return np.zeros(bars, dtype=np.bool_) if dtype == np.bool_ else np.full(bars, np.nan)


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
