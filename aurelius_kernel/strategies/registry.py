"""The register of strategy families: the built-in ones and those a user adds."""

from __future__ import annotations

import re
from typing import Any, TypeVar

import pandas as pd

from aurelius_kernel.errors import InvalidField
from aurelius_kernel.strategies.base import Strategy

__all__ = ["describe", "register", "strategy_types"]

Family = TypeVar("Family", bound=type[Strategy])

TYPE = re.compile(r"[a-z][a-z0-9_]{0,99}")


def register(family: Family) -> Family:
    """Add a strategy class under its `type`; a class of one's own that is registered again replaces the older one.

    Raises InvalidField for a class that is not complete, for a parameter without a sentence or with a bad default, and for the
    name of a built-in family.
    """
    _check(family)
    family.of()
    Strategy.families[family.type] = family
    return family


def describe(family: type[Strategy]) -> list[dict[str, Any]]:
    """One row a parameter: name, type, default, range and sentence."""
    schema = family.model_json_schema().get("properties", {})
    return [
        {
            "parameter": name,
            "type": _type(schema[name]),
            "default": field.default,
            "low": _bound(schema[name], "minimum", "exclusiveMinimum"),
            "high": _bound(schema[name], "maximum", "exclusiveMaximum"),
            "choices": schema[name].get("enum"),
            "description": field.description,
        }
        for name, field in family.__pydantic_fields__.items()
    ]


def strategy_types() -> pd.DataFrame:
    """Every registered family with its parameters: one row a parameter, indexed by strategy and parameter.

    A family without parameters has one row, whose parameter is empty.
    """
    rows = [
        {"strategy": name, **row, "summary": family.summary}
        for name, family in sorted(Strategy.families.items())
        for row in describe(family) or [{"parameter": ""}]
    ]
    return pd.DataFrame(rows).set_index(["strategy", "parameter"])


def _check(family: type[Strategy]) -> None:
    name = family.__name__
    for attribute in ("type", "summary"):
        if not isinstance(getattr(family, attribute, None), str):
            raise InvalidField.of(attribute, f"must be set on the class {name}")
    if not TYPE.fullmatch(family.type):
        raise InvalidField.of("type", f"must be a lower-case word like my_rule, not {family.type!r:.80}")
    if _is_built_in(Strategy.families.get(family.type)) and not _is_built_in(family):
        raise InvalidField.of("type", f"({family.type}) is a built-in family; the class {name} needs a name of its own")
    if missing := sorted(family.__abstractmethods__):
        raise InvalidField.of(missing[0], f"must be defined by the class {name}")
    if untold := [parameter for parameter, field in family.model_fields.items() if not field.description]:
        raise InvalidField.of(untold[0], "needs a description: ak.Parameter(default, description=...)")


def _is_built_in(family: type[Strategy] | None) -> bool:
    return family is not None and family.__module__.partition(".")[0] == __name__.partition(".")[0]


def _type(schema: dict[str, Any]) -> str:
    kinds = [option.get("type") for option in schema.get("anyOf", [schema])]
    return " or ".join("none" if kind == "null" else str(kind) for kind in kinds)


def _bound(schema: dict[str, Any], *names: str) -> float | None:
    options = [schema, *schema.get("anyOf", [])]
    return next((option[name] for option in options for name in names if name in option), None)
