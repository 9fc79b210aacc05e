"""Running a backtest from a page: what it is asked, and how it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from aurelius_kernel.views.pages.asking import is_asked_to, run_fields, standing, strategy_field
from aurelius_kernel.views.pages.desk import desk
from aurelius_kernel.views.pages.form import Form
from aurelius_kernel.views.pages.outcome import Outcome
from aurelius_kernel.views.pages.rights import may

__all__ = ["form"]

EVENTS = ("backtest_started", "backtest_progress", "backtest_completed", "backtest_failed", "backtest_cancelled")


def form() -> widgets.Widget:
    """The form that runs a backtest; nothing for those who may not."""
    if not may("research:run"):
        return widgets.HTML()
    return Form(_run, "New backtest", "Run the backtest", [strategy_field(), *run_fields()], EVENTS, is_asked_to("backtest"))


def _run(given: dict[str, Any]) -> Callable[[], Outcome]:
    queued = desk().run_backtest(given.pop("strategy_id", ""), **given)
    href = f"backtest.ipynb?backtest_id={queued.backtest_id}"
    return lambda: standing("backtest", desk().backtest_status(queued.backtest_id), href)
