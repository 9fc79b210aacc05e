"""`aurelius jobs`: what waits, runs and was run, from a shell on the server."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from aurelius_kernel.artifacts import Store
from aurelius_kernel.assets import asset
from aurelius_kernel.errors import InvalidField, RunCancelled, RunFailed
from server_ext.cli.answer import Answer, facts, rows
from server_ext.cli.command import CommandGroup
from server_ext.cli.database import opened
from server_ext.cli.owner import owner
from server_ext.cli.progress import progress
from server_ext.cli.shell import SHELL
from server_ext.cli.values import assignments
from server_ext.db import Database
from server_ext.events import EventLog
from server_ext.jobs import queue, service
from server_ext.jobs.intake import notebook_job, store_of
from server_ext.jobs.notebooks import Notebook, shipped_notebooks
from server_ext.jobs.schemas import Job, JobFilter, NewNotebookJob
from server_ext.jobs.states import UNFINISHED, State
from server_ext.settings import Settings

__all__ = ["command"]

LOOK_SECONDS = 0.2


@click.group(cls=CommandGroup)
def command() -> None:
    """Jobs: list them, follow them, cancel them, run a notebook as one."""


@command.command("list")
@click.option("--status", type=click.Choice([str(state) for state in State]), help="Only those in this state.")
@click.option("--kind", help="Only those of this kind: backtest, sweep or notebook.")
@click.option("--limit", type=click.IntRange(1, 200), default=50, show_default=True, help="How many.")
def list_(status: str | None, kind: str | None, limit: int) -> Answer:
    """Jobs of all accounts, newest first."""
    query = JobFilter(status=State(status) if status else None, kind=kind, limit=limit)
    with opened() as database, database.reading() as connection:
        found = service.list_(connection, SHELL, query)
    lines = [
        (one.id, one.kind, one.notebook, one.status, f"{one.progress:.0%}", f"{one.created_at:%Y-%m-%d %H:%M:%S}")
        for one in found.jobs
    ]
    table = rows(("id", "kind", "notebook", "status", "done", "queued"), lines, right=("done",))
    return Answer(found.model_dump(mode="json"), [table])


@command.command()
@click.argument("job")
def show(job: str) -> Answer:
    """One job: its state, parameters and result."""
    with opened() as database, database.reading() as connection:
        return _shown(service.find(connection, SHELL, job))


@command.command()
@click.argument("job")
def log(job: str) -> Answer:
    """What a job printed."""
    with opened() as database, database.reading() as connection:
        row, text = service.output_so_far(connection, SHELL, job)
    if row.log is not None:
        text = store_of(Settings.read()).get(row.log).decode("utf-8", "replace")
    return Answer({"job_id": job, "status": row.state, "log": text}, [text.rstrip("\n")])


@command.command()
@click.argument("job")
def cancel(job: str) -> Answer:
    """Cancel a job that waits or runs."""
    with opened() as database, database.writing() as connection:
        cancelled = service.cancel(connection, EventLog(), SHELL, job)
    said = "is cancelled" if cancelled.status is State.CANCELLED else "will end in a moment"
    return Answer(cancelled.model_dump(mode="json"), [f"{job} {said}."])


@command.command()
@click.argument("notebook")
@click.option("--param", multiple=True, metavar="NAME=VALUE", help="A parameter of the notebook; the value is JSON, or else text.")
@click.option("--as", "email", metavar="EMAIL", help="Whose job it is.  [default: the first admin]")
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="End it after that time.")
@click.option("--priority", type=click.IntRange(-10, 10), default=0, show_default=True, help="Among one's own, the higher first.")
@click.option("--wait", is_flag=True, help="Wait for its end, with a bar on standard error.")
def run(notebook: str, param: tuple[str, ...], email: str | None, timeout: float | None, priority: int, *, wait: bool) -> Answer:
    """Queue NOTEBOOK, a shipped one by its name or any file, for the running server to execute."""
    asked = NewNotebookJob(notebook=notebook, parameters=assignments(param, "--param"), timeout=timeout, priority=priority)
    settings = Settings.read()
    with opened() as database:
        with database.reading() as connection:
            whose = owner(connection, email)
        new = notebook_job(settings, whose, _notebook(notebook), asked)
        with database.writing() as connection:
            job_id = queue.enqueue(connection, EventLog(), new, is_kept=Store(settings.store or None).exists)
        return _shown(_ended(database, job_id) if wait else _found(database, job_id))


def _notebook(name: str) -> Notebook:
    """A shipped notebook, or any file that whoever has this shell can read."""
    if name in shipped_notebooks():
        return Notebook(name=name, path=asset(f"notebooks/{name}"), is_shipped=True)
    path = Path(name)
    if path.suffix != ".ipynb" or not path.is_file():
        raise InvalidField.of("notebook", f"must be a notebook file, or one of {', '.join(shipped_notebooks())}")
    return Notebook(name=path.name, path=path, is_shipped=False)


def _ended(database: Database, job_id: str) -> Job:
    """The job at its end, followed until then; raises what it failed with."""
    with progress("waiting for the server") as tell:
        while (job := _found(database, job_id)).status in UNFINISHED:
            tell(job.progress, job.stage)
            time.sleep(LOOK_SECONDS)
    if job.status is State.FAILED:
        raise RunFailed(job.error or "The job failed.")
    if job.status is State.CANCELLED:
        raise RunCancelled(job.error or "The job was cancelled.")
    return job


def _found(database: Database, job_id: str) -> Job:
    with database.reading() as connection:
        return service.find(connection, SHELL, job_id)


def _shown(job: Job) -> Answer:
    told: list[tuple[str, Any]] = [
        ("job", job.id),
        ("notebook", job.notebook),
        ("status", f"{job.status}, {job.progress:.0%}: {job.stage}"),
        ("parameters", ", ".join(f"{name}={value}" for name, value in job.parameters.items()) or "none"),
        ("error", job.error or "none"),
        ("result", job.result or "none"),
        ("executed notebook", job.executed_notebook or "none"),
    ]
    return Answer(job.model_dump(mode="json"), [facts(told)])
