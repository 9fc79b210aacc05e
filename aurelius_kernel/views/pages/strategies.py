"""The strategies that one may see, with their parameters."""

from __future__ import annotations

from collections import Counter
from typing import Any

import ipywidgets as widgets

from aurelius_kernel.client import records
from aurelius_kernel.views.markup import Html, empty, table, tiles
from aurelius_kernel.views.numerals import DASH, count
from aurelius_kernel.views.pages.desk import ago, desk, link, state
from aurelius_kernel.views.pages.live import live
from aurelius_kernel.views.pages.rights import may

__all__ = ["everything", "numbers", "ways"]

EVENTS = ("strategy_created", "strategy_updated")


def numbers() -> widgets.Widget:
    """How many strategies there are, and of how many families."""
    return live(_numbers, *EVENTS)


def everything() -> widgets.Widget:
    """The latest two hundred strategies, drawn again as they are made and changed."""
    return live(_everything, *EVENTS)


def _numbers() -> str:
    found = desk().strategies(limit=200)
    families = Counter(one.strategy_type.replace("_", " ") for one in found.strategies)
    favourite, times = families.most_common(1)[0] if families else (DASH, 0)
    return tiles([
        ("Strategies", count(found.total), ""),
        ("Families", count(len(families)), ""),
        ("Most used family", favourite, f"{count(times)} of them" if times else ""),
    ])  # fmt: skip


def _everything() -> str:
    found = desk().strategies(limit=200)
    if not found.strategies:
        return empty("There is no strategy yet", "Make one over the API, or have one shared with you: it appears here by itself.")
    columns = ("Name", "Family", "Parameters", "Version", "State", "Changed", *(("Actions",) if may("research:run") else ()))
    return table(
        columns, map(_row, found.strategies), numeric=("Version",), title=f"{count(len(found.strategies))} of {count(found.total)}"
    )


def _row(one: records.Strategy) -> tuple[str, ...]:
    told = (
        link("strategy", one.name, strategy_id=one.id),
        one.strategy_type.replace("_", " "),
        _parameters(one.parameters),
        count(one.version),
        state(one.status),
        ago(one.updated_at),
    )
    return (*told, ways(one.id)) if may("research:run") else told


def ways(strategy_id: str) -> Html:
    """What can be asked about a strategy: a backtest, a validation, a verdict; nothing for those who may not."""
    if not may("research:run"):
        return Html()
    run = link("backtests", "Run", new="backtest", strategy_id=strategy_id)
    validate = link("validations", "Validate", new="validation", strategy_id=strategy_id)
    return Html(f"{run} · {validate} · {link('gates', 'Gates', strategy_id=strategy_id)}")


def _parameters(values: dict[str, Any]) -> str:
    return " · ".join(f"{name} {value}" for name, value in sorted(values.items())) or "defaults"
