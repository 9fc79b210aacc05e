"""What a family takes, checked for whole columns: each value against its own range, each set by the family's own rules."""

from __future__ import annotations

import copy
import functools
from collections.abc import Collection, Iterable, Mapping, Sized
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from pydantic import TypeAdapter, ValidationError, create_model

from aurelius_kernel.errors import AureliusError, ImpossibleRequest, InvalidField, UnknownName
from aurelius_kernel.model import BacktestSpec, Record
from aurelius_kernel.model.record import invalid_field
from aurelius_kernel.research.sweep.grid import Axis, Interval, as_array
from aurelius_kernel.research.sweep.lanes import Lanes, Undecidable, Walk, ways_through
from aurelius_kernel.research.sweep.where import Columns
from aurelius_kernel.strategies import Strategy

__all__ = ["EXITS", "Parameters"]

EXITS = ("stop_loss", "take_profit", "trailing_stop")
"""Settings of a run that may be swept beside the parameters of a family, where the family has none of that name."""

MOST_VALUES = 1_000_000
SPOT_CHECKS = 16
OUT_OF_RANGE = {"greater_than", "greater_than_equal", "less_than", "less_than_equal", "multiple_of"}
"""What pydantic says of a value that is of the right kind."""
LARGEST_INTEGER = 2**53


@dataclass(frozen=True, eq=False)
class Parameters:
    """A family's parameters: those that are fixed, by their values, and what the others may be."""

    family: type[Strategy]
    fixed: Mapping[str, Any]

    @classmethod
    def of(cls, strategy: Strategy | type[Strategy] | str, fixed: Mapping[str, Any] | None, swept: Iterable[str]) -> Parameters:
        """The family, and every parameter that is not swept: as given, as the strategy has it, or its default.

        Raises UnknownName for a family or a parameter that does not exist, InvalidField for a value the family does not take.
        """
        family, own = _family_of(strategy)
        given, names = {**own, **(fixed or {})}, set(swept)
        for name in (*names, *(fixed or {})):
            _check_known(family, name, exits=name in names)
        if twice := sorted(names & set(fixed or {})):
            raise InvalidField.of(f"fixed.{twice[0]}", "is swept too; a parameter is one or the other")
        kept = {name: field.get_default(call_default_factory=True) for name, field in family.model_fields.items()}
        kept = {name: value for name, value in {**kept, **given}.items() if name not in names}
        return cls(family, _checked(_loose(family, tuple(kept)), kept))

    def axis(self, name: str, values: Any) -> Axis:
        """The values of one parameter, brought to its type, with what the family says of those out of its range.

        No stop and no target, None, are NaN. Raises InvalidField for what is no list of values, for a value of the wrong kind and
        for one that is given twice.
        """
        listed = _listed(name, values)
        try:
            kept, refused = _many(self.family, name).validate_python(listed), dict[int, str]()
        except ValidationError:
            kept, refused = self._one_by_one(name, listed)
        array = np.array(kept, dtype=np.float64) if name not in self.family.model_fields else as_array(kept)
        if len(set(kept)) < len(kept):
            raise InvalidField.of(f"grid.{name}", f"holds {_repeated(kept)!r:.40} twice")
        return Axis(name=name, values=array, refused=refused)

    def _one_by_one(self, name: str, listed: list[Any]) -> tuple[list[Any], dict[int, str]]:
        """The values as far as the family takes them, and why it does not take others."""
        model, kept, refused = _loose(self.family, (name,)), [], {}
        for place, value in enumerate(listed):
            try:
                kept.append(getattr(model.model_validate({name: value}), name))
            except ValidationError as error:
                if any(_is_wrong_kind(finding) for finding in error.errors()):
                    raise _grid_field(name, invalid_field(error, [name])) from None
                refused[place] = invalid_field(error, [name]).message
                kept.append(value)
        return kept, refused

    def interval(self, name: str, ends: tuple[Any, Any]) -> Interval:
        """The numbers between two ends, both of them in the family's range.

        Raises InvalidField for ends that are not numbers, not in order, or that the family does not take.
        """
        model = _loose(self.family, (name,))
        low, high = (_end(model, name, end) for end in ends)
        if low > high:
            raise InvalidField.of(f"ranges.{name}", f"must rise, not go from {low} to {high}")
        return Interval(name=name, low=low, high=high, whole=isinstance(low, int) and isinstance(high, int))

    def refusals(self, columns: Columns) -> dict[int, str]:
        """Why the family refuses combinations, as a sentence by row. Values in range are taken for granted."""
        own = {name: column for name, column in columns.items() if name in self.family.model_fields}
        rows = len(next(iter(columns.values())))
        if not own or not rows:
            return {}
        try:
            found = self._asked_at_once(own, rows)
        except (Undecidable, TypeError, AttributeError):
            return self._asked_one_by_one(own, range(rows))
        spots = {round(spot * (rows - 1) / (SPOT_CHECKS - 1)) for spot in range(SPOT_CHECKS)}
        agree = self._asked_one_by_one(own, spots).keys() == found.keys() & spots
        return found if agree else self._asked_one_by_one(own, range(rows))

    def _asked_at_once(self, own: Columns, rows: int) -> dict[int, str]:
        decorators = self.family.__pydantic_decorators__
        rules = decorators.model_validators.values()
        if decorators.field_validators or any(rule.info.mode != "after" for rule in rules):
            raise Undecidable
        if any(column.dtype == object for column in own.values()):
            raise Undecidable
        found, fine, walk = dict[int, str](), np.ones(rows, dtype=np.bool_), Walk(rows)
        posing = self.family.model_construct(**{**self.fixed, **{name: Lanes(column, walk) for name, column in own.items()}})
        for rule in rules:
            for said in ways_through(lambda rule=rule: _verdict(rule.func, posing), walk):  # type: ignore[misc]  # bound at once
                refused = walk.mask & fine
                if said and refused.any():
                    found.update(zip(np.flatnonzero(refused).tolist(), walk.texts(said, refused), strict=True))
                    fine &= ~refused
        return found

    def _asked_one_by_one(self, own: Columns, rows: Collection[int]) -> dict[int, str]:
        found, chosen = dict[int, str](), np.fromiter(rows, dtype=np.int64, count=len(rows))
        lists = [column[chosen].tolist() for column in own.values()]
        fixed = {name: value for name, value in self.fixed.items() if name in self.family.model_fields}
        for row, *values in zip(rows, *lists, strict=True):
            try:
                self.family.of({**fixed, **dict(zip(own, values, strict=True))})
            except AureliusError as error:
                found[row] = error.message
        return found


def _is_wrong_kind(finding: Any) -> bool:
    is_another_choice = finding["type"] == "literal_error" and isinstance(finding["input"], str)
    return finding["type"] not in OUT_OF_RANGE and not is_another_choice


def _verdict(rule: Any, posing: Strategy) -> str | None:
    try:
        rule(posing)
    except ValueError as error:
        return f"{error}."
    except AssertionError:
        raise Undecidable from None
    except AureliusError as error:
        return error.message
    return None


def _family_of(strategy: Strategy | type[Strategy] | str) -> tuple[type[Strategy], dict[str, Any]]:
    if isinstance(strategy, Strategy):
        return type(strategy), strategy.document()
    if isinstance(strategy, type) and issubclass(strategy, Strategy):
        return strategy, {}
    if not isinstance(strategy, str):
        raise InvalidField.of("strategy", f"must be the name of a family, its class or a strategy, not {strategy!r:.60}")
    if strategy not in Strategy.families:
        raise UnknownName("strategy type", strategy, Strategy.families, field="strategy_type")
    return Strategy.families[strategy], {}


def _check_known(family: type[Strategy], name: str, *, exits: bool) -> None:
    known = [*family.model_fields, *(EXITS if exits else ())]
    if name not in known:
        raise UnknownName(f"parameter of {family.type}", name, known, field=f"grid.{name}" if exits else f"fixed.{name}")


@functools.lru_cache(maxsize=64)
def _loose(family: type[Strategy], names: tuple[str, ...]) -> type[Record]:
    """A record of those parameters alone: each with its type and range, without the rules that tie them together."""
    known = {**BacktestSpec.model_fields, **family.model_fields}
    fields: dict[str, Any] = {name: (known[name].annotation, copy.copy(known[name])) for name in names}
    return create_model("Parameters", __base__=Record, **fields)


@functools.lru_cache(maxsize=64)
def _many(family: type[Strategy], name: str) -> TypeAdapter[list[Any]]:
    """Takes a whole list of values of one parameter, as `_loose` takes one."""
    field = _loose(family, (name,)).model_fields[name]
    return TypeAdapter(list[Annotated[field.annotation, field]], config=Record.model_config)  # type: ignore[name-defined]  # a type made as it runs


def _checked(model: type[Record], values: Mapping[str, Any]) -> dict[str, Any]:
    """Raises InvalidField with every parameter at fault."""
    record = model.of(values)
    return {name: getattr(record, name) for name in values}


def _listed(name: str, values: Any) -> list[Any]:
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable) or not isinstance(values, Sized):
        raise InvalidField.of(f"grid.{name}", f"must be a list of values, a range or an array, not {values!r:.60}")
    if not len(values):
        raise ImpossibleRequest.of(f"grid.{name}", "holds no values")
    if len(values) > MOST_VALUES:
        raise ImpossibleRequest.of(f"grid.{name}", f"holds {len(values):,} values; at most {MOST_VALUES:,} are taken")
    if isinstance(values, np.ndarray) and values.ndim != 1:
        raise InvalidField.of(f"grid.{name}", f"must be one-dimensional, not of shape {values.shape}")
    listed = values.tolist() if isinstance(values, np.ndarray) else list(map(_plain, values))
    if max((abs(value) for value in listed if isinstance(value, int)), default=0) > LARGEST_INTEGER:
        raise InvalidField.of(f"grid.{name}", "holds a whole number beyond 2^53")
    return listed


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _end(model: type[Record], name: str, end: Any) -> Any:
    if isinstance(end, bool) or not isinstance(end, int | float | np.number):
        raise InvalidField.of(f"ranges.{name}", f"must go from one number to another, not to {end!r:.40}")
    try:
        return getattr(model.of({name: end}), name)
    except InvalidField as error:
        raise _grid_field(name, error, field="ranges") from None


def _grid_field(name: str, error: AureliusError, field: str = "grid") -> InvalidField:
    problem = error.fields.get(name, error.message)
    return InvalidField.of(f"{field}.{name}", problem)


def _repeated(values: list[Any]) -> Any:
    seen: set[Any] = set()
    return next(value for value in values if value in seen or seen.add(value))  # type: ignore[func-returns-value]  # a set's add says nothing
