"""The first page: how much there is, what runs, and what came out of it last."""

from __future__ import annotations

import ipywidgets as widgets

from aurelius_kernel.views.markup import empty, tiles
from aurelius_kernel.views.numerals import DASH, count, plural, ratio
from aurelius_kernel.views.pages.backtests import ENDINGS, listing
from aurelius_kernel.views.pages.desk import desk, percent
from aurelius_kernel.views.pages.live import live

__all__ = ["latest", "numbers"]

SHOWN = 8


def numbers() -> widgets.Widget:
    """Strategies, backtests, jobs, and the best Sharpe ratio among the latest; drawn again as they change."""
    return live(_numbers, "dashboard_update", "strategy_created", "backtest_queued", *ENDINGS)


def latest() -> widgets.Widget:
    """The latest backtests."""
    return live(_latest, "backtest_queued", "backtest_started", *ENDINGS)


def _numbers() -> str:
    platform = desk()
    running, waiting = (platform.jobs(status=status, limit=1).total for status in ("running", "queued"))
    recent = platform.backtests(status="completed", limit=50)
    sharpes = {one.id: one.metrics.get("sharpe_ratio") for one in recent.backtests}
    best = max(
        (one for one in recent.backtests if sharpes[one.id] is not None), key=lambda one: sharpes[one.id] or 0.0, default=None
    )
    remark = f"of the latest {len(sharpes)}; return {percent(best.metrics.get('total_return'))}" if best else ""
    return tiles([
        ("Strategies", count(platform.strategies(limit=1).total), ""),
        ("Backtests", count(platform.backtests(limit=1).total), f"{count(recent.total)} completed"),
        ("Running now", count(running), f"{plural(waiting, 'job')} waiting"),
        ("Best Sharpe ratio", ratio(sharpes[best.id]) if best else DASH, remark),
    ])  # fmt: skip


def _latest() -> str:
    found = desk().backtests(limit=SHOWN).backtests
    if not found:
        return empty(
            "No backtest has been run yet",
            "Run one by “aurelius backtest run”, from a notebook, or over the API: it appears here by itself.",
        )
    return listing(found, title="Latest backtests")
