"""The calls of jobs."""

from __future__ import annotations

from typing import Any

from server_ext.access.actor import Actor
from server_ext.jobs import service
from server_ext.jobs.intake import ask, notebook_job, store_of
from server_ext.jobs.notebooks import Notebook, find_notebook, shipped_notebooks
from server_ext.jobs.parameters import NotebookParameter, declared_parameters
from server_ext.jobs.queue import NewJob
from server_ext.jobs.schemas import (
    Job,
    JobCancelled,
    JobFilter,
    JobList,
    JobLog,
    JobQueued,
    NewNotebookJob,
    NotebookFilter,
    NotebookInfo,
    NotebookList,
    ParameterInfo,
)
from server_ext.jobs.states import State
from server_ext.platform import Platform
from server_ext.sharing import calls as sharing
from server_ext.sharing.schemas import NewShare, Share, ShareList
from server_ext.web.call import Call

__all__ = ["cancel", "create", "detail", "list_", "list_shares", "log", "notebooks", "retry", "share", "unshare"]


async def list_(call: Call, query: JobFilter) -> JobList:
    """List jobs."""
    return await call.read(service.list_, call.actor, query)


async def create(call: Call, body: NewNotebookJob) -> JobQueued:
    """Run a notebook as a job."""
    new = await call.work(_checked, call.platform, call.actor, body)
    made = await call.once(ask, call.platform, call.actor, new)
    call.headers["Location"] = f"/api/v1/jobs/{made.job_id}"
    return made


async def detail(call: Call, job_id: str) -> Job:
    """Give one job."""
    return await call.read(service.find, call.actor, job_id)


async def cancel(call: Call, job_id: str) -> JobCancelled:
    """Cancel a job that waits or runs."""
    cancelled = await call.write(service.cancel, call.platform.log, call.actor, job_id)
    call.platform.jobs.wake()
    return cancelled


async def retry(call: Call, job_id: str) -> JobQueued:
    """Queue a job again that failed or was cancelled, as it was asked."""
    most = call.platform.settings.jobs_waiting_per_account
    queued = await call.write(service.retry, call.platform.log, call.actor, job_id, most=most)
    call.platform.jobs.wake()
    return queued


async def log(call: Call, job_id: str) -> JobLog:
    """Give what a job printed."""
    job, text = await call.read(service.output_so_far, call.actor, job_id)
    if job.log is not None:
        text = (await call.work(store_of(call.platform.settings).get, job.log)).decode("utf-8", "replace")
    return JobLog(job_id=job_id, status=State(job.state), log=text)


async def notebooks(call: Call, query: NotebookFilter) -> NotebookList:
    """List the shipped notebooks that can be run as jobs with their parameters, or just one that is named."""
    names = shipped_notebooks() if query.notebook is None else [query.notebook]
    found = await call.work(lambda: [_info(find_notebook(call.actor, name, call.platform.folder)) for name in names])
    return NotebookList(total=len(found), notebooks=found)


async def list_shares(call: Call, job_id: str) -> ShareList:
    """List whom a job of one's own is shared with."""
    return await sharing.listed(call, service.own, job_id)


async def share(call: Call, job_id: str, body: NewShare) -> Share:
    """Share a job with an account or a team, who may then read it and its log, and hear how it goes."""
    return await sharing.shared(call, service.own, job_id, body, where=f"/api/v1/jobs/{job_id}/shares/")


async def unshare(call: Call, job_id: str, share_id: str) -> None:
    """Take a share of a job back."""
    await sharing.taken_back(call, service.own, job_id, share_id)


def _checked(platform: Platform, actor: Actor, body: NewNotebookJob) -> NewJob:
    """The job that is asked for, with its notebook kept as it is now; raises InvalidInput, or NotAllowed for another's notebook."""
    notebook = find_notebook(actor, body.notebook, platform.folder)
    return notebook_job(platform.settings, actor, notebook, body)


def _info(notebook: Notebook) -> NotebookInfo:
    declared = declared_parameters(notebook.path)
    return NotebookInfo(notebook=notebook.name, parameters=[_parameter(parameter) for parameter in declared.values()])


def _parameter(parameter: NotebookParameter) -> ParameterInfo:
    default: Any = None if parameter.required else parameter.default
    return ParameterInfo(
        name=parameter.name,
        type=parameter.annotation,
        required=parameter.required,
        default=default,
        description=parameter.description,
    )
