"""What `%submit` does: a notebook becomes a job of the platform that started this kernel, as its owner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from aurelius_kernel.client.surroundings import surroundings
from aurelius_kernel.errors import ImpossibleRequest
from aurelius_kernel.lab.magics.assignments import value_of
from aurelius_kernel.lab.magics.own_notebook import own_notebook
from aurelius_kernel.lab.magics.own_platform import own_platform
from aurelius_kernel.lab.surroundings import in_a_job

__all__ = ["Submission", "submit_notebook"]

OWN = {("this",), ("this", "notebook")}


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A notebook that was queued: its path, the job's id, and where to follow it."""

    notebook: str
    job_id: str
    status: str
    url: str

    def __repr__(self) -> str:
        return f"{self.notebook} is {self.status} as job {self.job_id}; %jobs follows it, {self.url} shows it"

    def _repr_html_(self) -> str:
        return (
            f"<div><b>{escape(self.notebook)}</b>, as it was saved last, is {escape(self.status)} as job "
            f"<a href='{escape(self.url, quote=True)}' target='_blank'>{escape(self.job_id)}</a>; "
            "<code>%jobs</code> follows it.</div>"
        )


def submit_notebook(words: Sequence[str], assigned: Mapping[str, str], *, timeout: float | None) -> Submission | None:
    """Queue the notebook that the words name; None where this very notebook is run as a job, which would queue itself again.

    Raises ImpossibleRequest for more than one notebook, or where no platform started this kernel, NotFound where this notebook's
    path is not known, and ApiError with what the platform has against it.
    """
    is_own = tuple(word.lower() for word in words) in OWN
    if len(words) > 1 and not is_own:
        raise ImpossibleRequest.of("NOTEBOOK", "must be `this notebook`, or one path: quote a path that has blanks")
    if is_own and in_a_job():
        print("This is the job: the notebook does not queue itself again.")  # noqa: T201  # what the cell says
        return None
    values: dict[str, Any] = {name: value_of(text) for name, text in assigned.items()}
    with own_platform("%submit") as client:
        notebook = own_notebook() if is_own else words[0]
        queued = client.run_notebook(_unmistakable(notebook) if is_own else notebook, values, timeout=timeout)
    page = f"{surroundings()[0].rstrip('/')}/voila/render/dashboards/jobs.ipynb"
    return Submission(notebook=notebook, job_id=queued.job_id, status=queued.status, url=page)


def _unmistakable(path: str) -> str:
    """The path so that it cannot be taken for a shipped notebook of the same name."""
    return path if "/" in path else f"./{path}"
