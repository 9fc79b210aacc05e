"""Jobs on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from server_ext.jobs.states import State
from server_ext.web.schema import Paging, Schema

__all__ = [
    "Job",
    "JobCancelled",
    "JobFilter",
    "JobList",
    "JobLog",
    "JobQueued",
    "NewNotebookJob",
    "NotebookFilter",
    "NotebookInfo",
    "NotebookList",
    "OneNotebook",
]


NotebookName = Annotated[str, Field(min_length=1, max_length=400, examples=["backtest.ipynb"])]


class NewNotebookJob(Schema):
    """A notebook to be run with these parameters."""

    notebook: NotebookName
    parameters: Annotated[dict[str, Any], Field(max_length=200)] = Field(
        default_factory=dict, description="By the names that the notebook's cell tagged `parameters` declares."
    )
    timeout: Annotated[float, Field(gt=0, le=604_800)] | None = Field(
        None, description="Seconds; the longest there is unless given."
    )
    priority: Annotated[int, Field(ge=-10, le=10)] = Field(0, description="Among one's own jobs, the higher goes first.")


class JobQueued(Schema):
    """A job that waits, or that was answered from the store."""

    job_id: str
    status: State


class Job(Schema):
    """A job as it is now."""

    id: str
    owner_id: str
    kind: str
    notebook: str
    parameters: dict[str, Any]
    subject: dict[str, str] = Field(description="What it is run for, as the id of a backtest.")
    status: State
    priority: int
    timeout: float
    attempt: int = Field(description="How often it was begun; more than once when what ran it was lost.")
    progress: float = Field(description="From 0 to 1.")
    stage: str
    error: str | None
    error_code: str | None
    result: str | None = Field(description="The hash of what it found.")
    executed_notebook: str | None = Field(description="The hash of the notebook with its outputs.")
    duration: float | None = Field(description="Seconds.")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class JobFilter(Paging):
    """Which jobs."""

    status: State | None = None
    kind: Annotated[str, Field(max_length=20)] | None = None
    notebook: Annotated[str, Field(max_length=400)] | None = None


class StudyFilter(Paging):
    """Which of the things that a domain has run as jobs."""

    strategy_id: Annotated[str, Field(max_length=36)] | None = None
    status: State | None = None


class JobList(Schema):
    """Jobs, newest first."""

    total: int
    jobs: list[Job]


class JobCancelled(Schema):
    """A job that was cancelled, or will be at its next breath."""

    job_id: str
    status: State


class JobLog(Schema):
    """What a job printed: so far while it runs, all of it afterwards."""

    job_id: str
    status: State
    log: str


class ParameterInfo(Schema):
    """A parameter that a notebook declares."""

    name: str
    type: str
    required: bool
    default: Any
    description: str


class OneNotebook(Schema):
    """A notebook, by its name or its path."""

    notebook: NotebookName


class NotebookFilter(Schema):
    """Which notebooks: the shipped ones unless one is named."""

    notebook: NotebookName | None = Field(None, description="Only this one, which may be a path in the server's folder.")


class NotebookInfo(Schema):
    """A notebook that can be run as a job."""

    notebook: str
    parameters: list[ParameterInfo]


class NotebookList(Schema):
    """Notebooks that can be run as jobs, by name."""

    total: int
    notebooks: list[NotebookInfo]
