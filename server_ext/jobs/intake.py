"""Taking a job in: its notebook kept as it is now, its place in the queue within the account's quota."""

from __future__ import annotations

from sqlalchemy import Connection

from aurelius_kernel import mime
from aurelius_kernel.artifacts import Store
from server_ext.access.actor import Actor
from server_ext.db import after_commit
from server_ext.jobs import queue, service
from server_ext.jobs.notebooks import Notebook
from server_ext.jobs.queue import NewJob
from server_ext.jobs.schemas import JobQueued
from server_ext.jobs.states import State
from server_ext.platform import Platform

__all__ = ["enqueue", "keep_source", "longest", "store_of"]


def store_of(platform: Platform) -> Store:
    """The store that the settings name."""
    return Store(platform.settings.store or None)


def keep_source(platform: Platform, notebook: Notebook) -> str:
    """Keep the notebook as it is now, so that what is queued is what runs; gives its hash."""
    return store_of(platform).put(notebook.path.read_bytes(), kind="queued_notebook", media_type=mime.NOTEBOOK)


def longest(platform: Platform, asked: float | None) -> float:
    """How long a job may take, in seconds: what is asked, within what is allowed."""
    return min(asked or platform.settings.job_seconds, platform.settings.job_seconds)


def enqueue(connection: Connection, platform: Platform, actor: Actor, new: NewJob) -> JobQueued:
    """Take a job in; what runs jobs is woken once that is durable. Raises TooManyRequests when too many of the account's wait."""
    service.check_quota(connection, actor, platform.settings.jobs_waiting_per_account)
    job_id = queue.enqueue(connection, platform.log, new, is_kept=store_of(platform).exists)
    after_commit(connection, platform.jobs.wake)
    return JobQueued(job_id=job_id, status=State(service.row(connection, actor, job_id).state))
