"""How each part of the platform does."""

from __future__ import annotations

import ipywidgets as widgets

from aurelius_kernel.views.markup import table, tiles
from aurelius_kernel.views.pages.desk import desk, state
from aurelius_kernel.views.pages.live import live

__all__ = ["components"]


def components() -> widgets.Widget:
    """The platform's state and that of its components; drawn again at each event of jobs."""
    return live(_components, "job_queued", "job_completed", "job_failed", "backtest_completed", "backtest_failed")


def _components() -> str:
    found = desk().health()
    sound = sum(one.state == "ok" for one in found.components)
    head = tiles(
        [("Platform", found.status, f"version {found.version}"), ("Components", f"{sound} of {len(found.components)}", "in order")]
    )
    rows = [(one.name, state(one.state), one.reason) for one in found.components]
    return head + table(("Component", "State", "Reason"), rows, title="Components")
