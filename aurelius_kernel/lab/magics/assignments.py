"""`name = value` as it is typed in a line or a cell: whose each one is, and what it says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from typing import Any

from aurelius_kernel.errors import ImpossibleRequest, UnknownName
from aurelius_kernel.model import BacktestSpec, Costs
from aurelius_kernel.model.typed import typed_value

__all__ = ["COSTS", "SETTINGS", "assigned_in", "parted", "value_of"]

LINE = re.compile(r"\s*([A-Za-z_]\w*)\s*=(?!=)\s*(.+?)\s*")
SETTINGS = frozenset(BacktestSpec.model_fields) - {"strategy", "instruments"} | {"seed", "keep"}
COSTS = frozenset(Costs.model_fields)


def assigned_in(cell: str) -> dict[str, str] | None:
    """The assignments of a cell that consists of nothing else, comments apart; None for any other cell."""
    found: dict[str, str] = {}
    for line in cell.splitlines():
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        match = LINE.fullmatch(line.partition("  #")[0])
        if match is None:
            return None
        if match[1] in found:
            raise ImpossibleRequest.of(match[1], "is given twice")
        found[match[1]] = match[2]
    return found


def value_of(text: str) -> Any:
    """What a text says: a Python literal, or JSON, or else the text itself."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return typed_value(text)


def parted(
    assigned: Mapping[str, str], parameters: Iterable[str], more: Iterable[str] = ()
) -> tuple[dict[str, str], dict[str, Any]]:
    """The family's parameters as text, and the settings of the run as values; fields of costs are put together.

    `more` are settings beside those of a backtest. Raises UnknownName for a name that is neither.
    """
    own, settings = set(parameters), SETTINGS | set(more)
    given, run, costs = dict[str, str](), dict[str, Any](), dict[str, Any]()
    for name, text in assigned.items():
        if name in own:
            given[name] = text
        elif name in settings:
            run[name] = value_of(text)
        elif name in COSTS:
            costs[name] = value_of(text)
        else:
            raise UnknownName("parameter", name, own | settings | COSTS)
    return given, {**run, "costs": costs} if costs else run
