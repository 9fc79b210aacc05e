"""Taking a job in: its notebook kept as it is now, its place in the queue within the account's quota."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from sqlalchemy import Connection

from aurelius_kernel import mime
from aurelius_kernel.artifacts import Store
from server_ext.access.actor import Actor
from server_ext.db import after_commit
from server_ext.jobs import queue, service
from server_ext.jobs.notebooks import Notebook
from server_ext.jobs.parameters import checked_parameters, declared_parameters
from server_ext.jobs.queue import NewJob
from server_ext.jobs.schemas import JobQueued, NewNotebookJob
from server_ext.jobs.states import State
from server_ext.platform import Platform
from server_ext.settings import Settings

__all__ = ["Owner", "ask", "enqueue", "job_of", "keep_source", "notebook_job", "store_of"]


class Owner(Protocol):
    """The account that a job is for."""

    @property
    def id(self) -> str:
        """The account's id."""

    @property
    def team(self) -> str | None:
        """The account's team."""


def store_of(settings: Settings) -> Store:
    """The store that the settings name."""
    return Store(settings.store or None)


def keep_source(settings: Settings, notebook: Notebook) -> str:
    """Keep the notebook as it is now, so that what is queued is what runs; gives its hash."""
    return store_of(settings).put(notebook.path.read_bytes(), kind="queued_notebook", media_type=mime.NOTEBOOK)


def job_of(
    settings: Settings,
    owner: Owner,
    notebook: Notebook,
    kind: str,
    parameters: Mapping[str, Any],
    *,
    timeout: float | None,
    priority: int = 0,
    source: str | None = None,
    identity: str | None = None,
) -> NewJob:
    """A job of the notebook, kept as it is now unless `source` names what is kept; it takes at most what is asked and allowed."""
    return NewJob(
        owner_id=owner.id,
        team=owner.team,
        kind=kind,
        notebook=notebook.name,
        source=source or keep_source(settings, notebook),
        parameters=parameters,
        subject={},
        timeout=min(timeout or settings.job_seconds, settings.job_seconds),
        priority=priority,
        identity=identity,
    )


def notebook_job(settings: Settings, owner: Owner, notebook: Notebook, asked: NewNotebookJob) -> NewJob:
    """The job of a notebook that is asked for, the notebook kept as it is now; raises InvalidInput, naming the field."""
    parameters = checked_parameters(declared_parameters(notebook.path), asked.parameters)
    return job_of(settings, owner, notebook, "notebook", parameters, timeout=asked.timeout, priority=asked.priority)


def enqueue(connection: Connection, platform: Platform, new: NewJob) -> str:
    """Take a job in, and give its id; what runs jobs is woken once that is durable."""
    job_id = queue.enqueue(connection, platform.log, new, is_kept=store_of(platform.settings).exists)
    after_commit(connection, platform.jobs.wake)
    return job_id


def ask(connection: Connection, platform: Platform, actor: Actor, new: NewJob) -> JobQueued:
    """Take a job in that an account asks for; raises TooManyRequests when too many of its jobs wait already."""
    service.check_quota(connection, actor, platform.settings.jobs_waiting_per_account)
    job_id = enqueue(connection, platform, new)
    return JobQueued(job_id=job_id, status=State(service.row(connection, actor, job_id).state))
