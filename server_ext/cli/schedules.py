"""`aurelius schedules`: what runs by the clock, from a shell on the server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from aurelius_kernel.clock import utc_now
from server_ext import mail
from server_ext.cli.answer import Answer, facts, rows
from server_ext.cli.command import CommandGroup
from server_ext.cli.database import opened
from server_ext.cli.owner import owner
from server_ext.cli.shell import SHELL
from server_ext.cli.values import assignments
from server_ext.events import EventLog
from server_ext.jobs import queue
from server_ext.jobs.intake import store_of
from server_ext.schedules import firing, service
from server_ext.schedules.schemas import Misfire, NewSchedule, Overlap, Schedule, ScheduleChange, ScheduleFilter, SessionTime
from server_ext.settings import Settings
from server_ext.web.json import checked
from server_ext.web.schema import Paging

__all__ = ["command"]

_folder = click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help="What `aurelius serve --folder` names: where notebooks of one's own are.",
)


@click.group(cls=CommandGroup)
def command() -> None:
    """Schedules: make one, list them, look at one and its history, run it now, pause it, let it go on, delete it."""


@command.command()
@click.argument("name")
@click.argument("notebook")
@click.option("--cron", metavar="LINE", help="As '30 16 * * mon-fri'.")
@click.option("--timezone", default="UTC", show_default=True, help="Of the cron line, as America/New_York.")
@click.option("--every", "interval_seconds", type=float, metavar="SECONDS", help="At intervals.")
@click.option("--calendar", metavar="CODE", help="At the sessions of an exchange, as XNYS.")
@click.option("--at", type=click.Choice([*map(str, SessionTime)]), default="close", show_default=True, help="Of a session.")
@click.option("--offset-minutes", type=int, default=0, show_default=True, help="So long after it; before it where negative.")
@click.option("--param", multiple=True, metavar="NAME=VALUE", help="A parameter of the notebook; the value is JSON, or else text.")
@click.option("--timeout", type=float, metavar="SECONDS", help="End a run after that time.")
@click.option("--misfire", type=click.Choice([*map(str, Misfire)]), default="once", show_default=True, help="What was missed.")
@click.option("--overlap", type=click.Choice([*map(str, Overlap)]), default="skip", show_default=True, help="While one runs.")
@click.option("--mail-to", multiple=True, metavar="EMAIL", help="Who gets the outcome of each run, with its reports, by mail.")
@click.option("--as", "email", metavar="EMAIL", help="Whose schedule it is.  [default: the first admin]")
@_folder
def create(name: str, notebook: str, param: tuple[str, ...], email: str | None, folder: Path, **when: Any) -> Answer:
    """Run NOTEBOOK again and again: a shipped one, or one in the server's folder, by its path there."""
    when["mail_to"] = list(when["mail_to"])
    wanted = checked(NewSchedule, {"name": name, "notebook": notebook, "parameters": assignments(param, "--param"), **when})
    mail.check(Settings.read(), wanted.mail_to)
    with opened() as database:
        with database.reading() as connection:
            whose = owner(connection, email)
        service.check(whose, notebook, wanted.parameters, wanted, folder=folder)
        with database.writing() as connection:
            made = service.create(connection, whose, wanted)
    return Answer(made.model_dump(mode="json"), [facts([("schedule", made.id), ("when", _when(made)), ("next", _next(made))])])


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
@_folder
def run(schedule: str, folder: Path) -> Answer:
    """Queue the schedule's notebook now, beside its own times."""
    settings, log = Settings.read(), EventLog()
    with opened() as database:
        with database.reading() as connection:
            row = firing.owned(connection, schedule)
        new = firing.job_of(settings, folder, firing.owner_of(row), row)
        with database.writing() as connection:
            job_id = queue.enqueue(connection, log, new, is_kept=store_of(settings).exists)
            kept = service.keep_run(connection, log, row, utc_now(), outcome="queued", reason="", job_id=job_id)
    return Answer(kept.model_dump(mode="json"), [f"{row.name} is queued as job {job_id}."])


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
