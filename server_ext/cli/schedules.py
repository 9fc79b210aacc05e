"""`aurelius schedules`: what runs by the clock, from a shell on the server."""

from __future__ import annotations

import click

from server_ext.cli.answer import Answer, facts, rows
from server_ext.cli.command import CommandGroup
from server_ext.cli.database import opened
from server_ext.cli.shell import SHELL
from server_ext.schedules import service
from server_ext.schedules.schemas import Schedule, ScheduleChange, ScheduleFilter
from server_ext.web.schema import Paging

__all__ = ["command"]


@click.group(cls=CommandGroup)
def command() -> None:
    """Schedules: list them, look at one and its history, pause it, let it go on, delete it."""


@command.command("list")
def list_() -> Answer:
    """Schedules of all accounts, newest first."""
    with opened() as database, database.reading() as connection:
        found = service.list_(connection, SHELL, ScheduleFilter(limit=200))
    lines = [(one.id, one.name, one.notebook, _when(one), _next(one)) for one in found.schedules]
    return Answer(found.model_dump(mode="json"), [rows(("id", "name", "notebook", "when", "next"), lines)])


@command.command()
@click.argument("schedule")
def show(schedule: str) -> Answer:
    """One schedule: when it is due next, and what came of it lately."""
    with opened() as database, database.reading() as connection:
        found = service.find(connection, SHELL, schedule)
        history = service.runs(connection, SHELL, schedule, Paging(limit=20))
    about = [
        ("schedule", found.name),
        ("notebook", found.notebook),
        ("when", _when(found)),
        *((f"{'next' if number == 0 else ''}", f"{due:%Y-%m-%d %H:%M:%S} UTC") for number, due in enumerate(found.next_runs)),
    ]
    lines = [
        (f"{run.due_at:%Y-%m-%d %H:%M:%S}", run.outcome, run.status, run.reason or run.error, run.job_id) for run in history.runs
    ]
    document = {**found.model_dump(mode="json"), "runs": history.model_dump(mode="json")["runs"]}
    return Answer(document, [facts(about), "", rows(("due", "outcome", "job", "why", "id"), lines)])


@command.command()
@click.argument("schedule")
def pause(schedule: str) -> Answer:
    """Let a schedule rest."""
    return _changed(schedule, ScheduleChange(is_paused=True))


@command.command()
@click.argument("schedule")
def resume(schedule: str) -> Answer:
    """Let a schedule go on; what passed meanwhile is not made up for."""
    return _changed(schedule, ScheduleChange(is_paused=False))


@command.command()
@click.argument("schedule")
def delete(schedule: str) -> Answer:
    """Delete a schedule; the jobs it started stay."""
    with opened() as database, database.writing() as connection:
        service.remove(connection, SHELL, schedule)
    return Answer({"id": schedule}, [f"{schedule} is deleted."])


def _changed(schedule: str, wanted: ScheduleChange) -> Answer:
    with opened() as database, database.writing() as connection:
        found = service.change(connection, SHELL, schedule, wanted)
    return Answer(found.model_dump(mode="json"), [facts([("schedule", found.name), ("next", _next(found))])])


def _when(schedule: Schedule) -> str:
    trigger = schedule.trigger
    if "cron" in trigger:
        return f"{trigger['cron']} {trigger['timezone']}"
    if "interval_seconds" in trigger:
        return f"every {trigger['interval_seconds']:g} s"
    offset = f" {trigger['offset_minutes']:+d} min" if trigger["offset_minutes"] else ""
    return f"at the {trigger['at']} of {trigger['calendar']}{offset}"


def _next(schedule: Schedule) -> str:
    if schedule.is_paused:
        return "paused"
    return f"{schedule.next_runs[0]:%Y-%m-%d %H:%M:%S} UTC" if schedule.next_runs else "never"
