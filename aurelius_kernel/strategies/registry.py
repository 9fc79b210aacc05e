"""The register of strategy families: the built-in ones and those a user adds."""

from __future__ import annotations

from typing import Any, TypeVar

import pandas as pd

from aurelius_kernel.errors import InvalidField
from aurelius_kernel.strategies.base import Strategy

__all__ = ["describe", "register", "strategy_types"]

Family = TypeVar("Family", bound=type[Strategy])


def register(family: Family) -> Family:
    """Add a strategy class under its `type`; a class registered again replaces the older one."""
    for attribute in ("type", "summary"):
        if not isinstance(getattr(family, attribute, None), str):
            raise InvalidField.of(attribute, f"must be set on the class {family.__name__}")
    if untold := [name for name, field in family.__pydantic_fields__.items() if not field.description]:
        raise InvalidField.of(untold[0], "needs a description: ak.Parameter(default, description=...)")
    family.of()
    Strategy.families[family.type] = family
    return family


def describe(family: type[Strategy]) -> list[dict[str, Any]]:
    """One row a parameter: name, type, default, range and sentence."""
    schema = family.model_json_schema()["properties"]
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
    """Every registered family with its parameters: one row a parameter, indexed by strategy and parameter."""
    rows = [
        {"strategy": name, **row, "summary": family.summary}
        for name, family in sorted(Strategy.families.items())
        for row in describe(family)
    ]
    return pd.DataFrame(rows).set_index(["strategy", "parameter"])


def _type(schema: dict[str, Any]) -> str:
    kinds = [option.get("type") for option in schema.get("anyOf", [schema])]
    return " or ".join("none" if kind == "null" else str(kind) for kind in kinds)


def _bound(schema: dict[str, Any], *names: str) -> float | None:
    options = [schema, *schema.get("anyOf", [])]
    return next((option[name] for option in options for name in names if name in option), None)
