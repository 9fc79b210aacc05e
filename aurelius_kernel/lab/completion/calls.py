"""Completion inside the calls of the library and of a client: `ak.backtest("tr`, `grid={"fa`, `instruments=["GO`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from aurelius_kernel.lab.completion import known
from aurelius_kernel.lab.completion.cursor import Cursor

__all__ = ["is_ours", "words_in_call"]

FAMILY_FIRST = {"backtest", "sweep", "walk_forward", "plan_sweep", "create", "run_sweep"}
FAMILY_SECOND = {"create_strategy"}
INSTRUMENT_FIRST = {"load_bars", "bars"}
BY_KEYWORD = {
    "strategy": known.families,
    "strategy_type": known.families,
    "instrument": known.instruments,
    "instruments": known.instruments,
    "frequency": known.frequencies,
    "objective": known.metrics,
    "metrics": known.metrics,
    "metric": known.metrics,
}
OF_PARAMETERS = {"grid", "ranges", "fixed", "parameters"}
TAKES_PARAMETERS = {"create", "create_strategy"}
FAMILY = re.compile(r"""['"]([a-z][a-z0-9_]*)['"]""")
ROOT = "aurelius_kernel"


def words_in_call(cursor: Cursor, names: Mapping[str, Any]) -> list[str]:
    """What may stand at the cursor; none in a call that is not the library's, or where any text may stand.

    `names` are the notebook's own. In quotes these are names, elsewhere the parameters of a family as keywords.
    """
    if not is_ours(cursor.callee, names):
        return []
    call = cursor.callee.rpartition(".")[2]
    if cursor.quote:
        return _quoted(call, cursor)
    if call in TAKES_PARAMETERS and cursor.keyword is None and not cursor.is_nested:
        return [f"{name}=" for name in known.parameters(_family(cursor)) if f"{name}=" not in cursor.arguments.replace(" ", "")]
    return []


def is_ours(callee: str, names: Mapping[str, Any]) -> bool:
    """Whether a call is one of the library's: it begins at the library, at one of its classes or functions, or at a client."""
    root = names.get(callee.partition(".")[0])
    if isinstance(root, ModuleType):
        return root.__name__.partition(".")[0] == ROOT
    owner = getattr(root, "__module__", None) or getattr(type(root), "__module__", None)
    return root is not None and str(owner).partition(".")[0] == ROOT


def _quoted(call: str, cursor: Cursor) -> list[str]:
    family = _family(cursor)
    if cursor.keyword in OF_PARAMETERS:
        return known.parameters(family) if cursor.is_key else []
    if cursor.keyword in BY_KEYWORD:
        return BY_KEYWORD[cursor.keyword]()
    if cursor.keyword:
        return known.choices(family, cursor.keyword)
    if cursor.position == 0 and not cursor.is_nested:
        return known.families() if call in FAMILY_FIRST else known.instruments() if call in INSTRUMENT_FIRST else []
    return known.families() if cursor.position == 1 and call in FAMILY_SECOND else []


def _family(cursor: Cursor) -> str | None:
    """The first family that the call names before the cursor."""
    return next((name for name in FAMILY.findall(cursor.arguments) if known.parameters(name)), None)
