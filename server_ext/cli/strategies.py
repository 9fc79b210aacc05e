"""`aurelius strategies`: the families and what they can be told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from aurelius_kernel.errors import UnknownName
from aurelius_kernel.strategies import Strategy, describe
from server_ext.cli.answer import Answer, facts, rows
from server_ext.cli.command import CommandGroup

__all__ = ["command"]


@click.group(cls=CommandGroup)
def command() -> None:
    """Strategy families and their parameters."""


@command.command("list")
def list_() -> Answer:
    """Every family with its rule in one line."""
    found = [
        {"type": name, "version": family.version, "summary": family.summary, "parameters": list(family.model_fields)}
        for name, family in sorted(Strategy.families.items())
    ]
    lines = [(one["type"], one["summary"]) for one in found]
    return Answer(found, [rows(("type", "rule"), lines)])


@command.command()
@click.argument("name")
def show(name: str) -> Answer:
    """One family: every parameter with its range, default and meaning."""
    if name not in Strategy.families:
        raise UnknownName("strategy type", name, Strategy.families, field="strategy_type")
    family = Strategy.families[name]
    told = describe(family)
    lines = [(one["parameter"], one["type"], one["default"], _range(one), one["description"]) for one in told]
    head = facts([("family", f"{name}, version {family.version}"), ("rule", family.summary)])
    document = {"type": name, "version": family.version, "summary": family.summary, "parameters": told}
    return Answer(document, [head, "", rows(("parameter", "type", "default", "range", "what it is"), lines)])


def _range(parameter: Mapping[str, Any]) -> str:
    if parameter["choices"]:
        return " ".join(map(str, parameter["choices"]))
    low, high = parameter["low"], parameter["high"]
    return "" if low is None and high is None else f"{'' if low is None else low} … {'' if high is None else high}"
