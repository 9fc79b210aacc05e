"""How each part of the platform does."""

from __future__ import annotations

import ipywidgets as widgets

from aurelius_kernel.views.markup import table, tiles
from aurelius_kernel.views.pages.desk import desk, state
from aurelius_kernel.views.pages.live import live

__all__ = ["components", "platform"]

EVENTS = ("job_queued", "job_completed", "job_failed", "backtest_completed", "backtest_failed")


def platform() -> widgets.Widget:
    """How the platform does as a whole; drawn again at each event of jobs."""
    return live(_platform, *EVENTS)


def components() -> widgets.Widget:
    """How each component does, and why."""
    return live(_components, *EVENTS)


def _platform() -> str:
    found = desk().health()
    sound = sum(one.state == "ok" for one in found.components)
    return tiles(
        [("Platform", found.status, f"version {found.version}"), ("Components", f"{sound} of {len(found.components)}", "in order")]
    )


def _components() -> str:
    rows = [(one.name, state(one.state), one.reason) for one in desk().health().components]
    return table(("Component", "State", "Reason"), rows, title="Components")
