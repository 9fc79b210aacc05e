"""Validating a strategy from a page: what it is asked, and how it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from aurelius_kernel.views.pages.asking import is_asked_to, run_fields, standing, strategy_field
from aurelius_kernel.views.pages.desk import desk
from aurelius_kernel.views.pages.form import Form, field
from aurelius_kernel.views.pages.outcome import Outcome
from aurelius_kernel.views.pages.rights import may

__all__ = ["EVENTS", "form"]

EVENTS = (*(f"validation_{what}" for what in ("started", "progress", "completed", "failed")), "job_queued", "job_cancelled")


def form() -> widgets.Widget:
    """The form that validates a strategy walk-forward; nothing for those who may not."""
    if not may("research:run"):
        return widgets.HTML()
    windows = [
        field("train_size_days", "Training, days", "number", 504, min=31, step=1, hint="Days with bars that each fit sees"),
        field("window_size_days", "Test, days", "number", 126, min=31, step=1, hint="Days that judge it, and that it has not seen"),
    ]
    return Form(_run, "New validation", "Validate", [strategy_field(), *windows, *run_fields()], EVENTS, is_asked_to("validation"))


def _run(given: dict[str, Any]) -> Callable[[], Outcome]:
    queued = desk().run_validation(given.pop("strategy_id", ""), **given)
    href = f"validation.ipynb?validation_id={queued.validation_id}"
    return lambda: standing("validation", desk().validation_status(queued.validation_id), href)
