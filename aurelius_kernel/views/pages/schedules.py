"""Schedules: what runs again and again, when it is due next, what came of it last, and pausing it or starting it now."""

from __future__ import annotations

from html import escape

import ipywidgets as widgets

from aurelius_kernel.client import records
from aurelius_kernel.views.markup import Html, empty, table
from aurelius_kernel.views.numerals import count, plural
from aurelius_kernel.views.pages.acts import SCHEDULES
from aurelius_kernel.views.pages.desk import ago, desk, state
from aurelius_kernel.views.pages.hands import button, with_hands
from aurelius_kernel.views.pages.live import live
from aurelius_kernel.views.pages.rights import may

__all__ = ["everything", "in_words"]

EVENTS = ("schedule_fired", "job_completed", "job_failed", "job_cancelled")
MOST = 50
SHOWN = 3
SECONDS = ((86_400.0, "day"), (3_600.0, "hour"), (60.0, "minute"), (1.0, "second"))


def everything() -> widgets.Widget:
    """The latest fifty schedules with their next times and last results, drawn again as they fire and are changed."""
    return with_hands(live(_everything, *EVENTS), **SCHEDULES)


def in_words(trigger: dict[str, object]) -> str:
    """When a schedule is due: a cron line with its zone, an interval, or the end of a session."""
    if trigger.get("cron"):
        return f"{trigger['cron']}, {trigger['timezone']}"
    if trigger.get("interval_seconds"):
        return f"every {_span(float(str(trigger['interval_seconds'])))}"
    offset = int(str(trigger.get("offset_minutes") or 0))
    before = "" if offset == 0 else f"{plural(abs(offset), 'minute')} {'after' if offset > 0 else 'before'} "
    return f"{before}the {trigger['at']} of {trigger['calendar']}"


def _span(seconds: float) -> str:
    """Seconds in the largest unit that they are a whole number of."""
    size, unit = next(((size, unit) for size, unit in SECONDS if seconds % size == 0), (1.0, "second"))
    number = seconds / size
    return unit if number == 1 else f"{number:g} {unit}s"


def _everything() -> str:
    found = desk().schedules(limit=MOST)
    if not found.schedules:
        return empty("Nothing is scheduled", "A schedule runs a notebook by the clock, at intervals or by an exchange's sessions.")
    acting = ("Actions",) if may("schedules:write") else ()
    columns = ("Schedule", "When", "State", *acting, "Next", "Last", "Came of it", "Notebook")
    return table(columns, map(_row, found.schedules), title=f"Schedules, {count(len(found.schedules))} of {count(found.total)}")


def _row(one: records.Schedule) -> tuple[str, ...]:
    runs = desk().schedule_runs(one.id, limit=1).runs
    coming = Html("<br>".join(ago(due) for due in one.next_runs[:SHOWN]) or "<span class='soft'>–</span>")
    last = ago(runs[0].due_at) if runs else "never"
    acting = (_acts(one),) if may("schedules:write") else ()
    now = state("paused" if one.is_paused else "active")
    return one.name, in_words(one.trigger), now, *acting, coming, last, _came(runs), one.notebook


def _came(runs: list[records.ScheduleRun]) -> Html:
    """What came of the last time: the state of its job, or why there is none."""
    if not runs:
        return Html("<span class='soft'>–</span>")
    last = runs[0]
    why = last.error or last.reason
    return Html(f"{state(last.status or last.outcome)} <span class='soft'>{escape(why)}</span>")


def _acts(one: records.Schedule) -> Html:
    if not may("schedules:write", one.owner_id):
        return Html()
    other = ("resume_schedule", "Resume") if one.is_paused else ("pause_schedule", "Pause")
    return Html(
        f"<span class='acts'>{button('run_schedule', 'Run now', one.id, one.name)}{button(*other, one.id, one.name)}</span>"
    )
