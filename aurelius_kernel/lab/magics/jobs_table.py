"""What `%jobs` does: a table of one's own jobs that follows them while they run."""

from __future__ import annotations

import threading
import time
from html import escape

import httpx
from IPython.display import DisplayHandle

from aurelius_kernel.client import Client
from aurelius_kernel.client.records import UNFINISHED, Job, Jobs
from aurelius_kernel.errors import AureliusError
from aurelius_kernel.lab.magics.own_platform import own_platform
from aurelius_kernel.lab.surroundings import in_a_job

__all__ = ["jobs_bundle", "watch_jobs"]

EVERY = 1.0
LONGEST = 3_600.0
HEAD = ("job", "notebook", "status", "progress", "took")
NONE = "No jobs yet: %submit this notebook queues one."
COLOURS = {
    "completed": "var(--jp-success-color1,#2c7a51)",
    "failed": "var(--jp-error-color1,#a33a2a)",
    "running": "var(--jp-brand-color1,#0f5c9e)",
}
BAR = "<progress max='1' value='{value:.3f}' style='width:6em;vertical-align:middle'></progress> {stage}"


def watch_jobs(*, status: str | None = None, limit: int = 10, follow: bool = True) -> None:
    """Show one's jobs, and go on in the background until all of them have ended, for an hour at most.

    Raises ImpossibleRequest where no platform started this kernel, and ApiError with what it has against the question.
    """
    client = own_platform("%jobs")
    handle = DisplayHandle()  # type: ignore[no-untyped-call]  # IPython leaves it untyped
    found = client.jobs(status=status, limit=limit)
    handle.display(jobs_bundle(found), raw=True)  # type: ignore[no-untyped-call]
    if follow and not in_a_job() and _under_way(found):
        threading.Thread(target=_follow, args=(client, handle, status, limit), daemon=True, name="jobs").start()
    else:
        client.close()


def jobs_bundle(found: Jobs) -> dict[str, str]:
    """The jobs as HTML and as text; every text is escaped."""
    if not found.jobs:
        return {"text/plain": NONE, "text/html": f"<div>{escape(NONE)}</div>"}
    more = found.total - len(found.jobs)
    note = f"and {more:,} more: ak.Client().jobs(skip={len(found.jobs)})" if more > 0 else ""
    return {"text/plain": _text(found, note), "text/html": _html(found, note)}


def _text(found: Jobs, note: str) -> str:
    lines = [HEAD, *((one.id[:8], one.notebook, one.status, _progress(one), _took(one)) for one in found.jobs)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(HEAD))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([*text, *([note] if note else [])])


def _html(found: Jobs, note: str) -> str:
    style = "text-align:left;white-space:nowrap"
    top = "".join(f"<th style='{style}'>{name}</th>" for name in HEAD)
    body = "".join(_row(one) for one in found.jobs)
    below = f"<div style='opacity:.7'>{escape(note)}</div>" if note else ""
    return f"<table style='margin:4px 0'><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>{below}"


def _row(job: Job) -> str:
    colour = f"color:{COLOURS[job.status]};" if job.status in COLOURS else ""
    progress = BAR.format(value=job.progress, stage=escape(job.stage)) if job.status == "running" else escape(_progress(job))
    cells = (
        f"<td style='text-align:left'><code title='{escape(job.id, quote=True)}'>{escape(job.id[:8])}</code></td>",
        f"<td style='text-align:left'>{escape(job.notebook)}</td>",
        f"<td style='text-align:left;{colour}font-weight:600'>{escape(job.status)}</td>",
        f"<td style='text-align:left;white-space:normal;max-width:32em'>{progress}</td>",
        f"<td style='text-align:right'>{escape(_took(job))}</td>",
    )
    return f"<tr>{''.join(cells)}</tr>"


def _progress(job: Job) -> str:
    """How far a job is, or what became of it."""
    if job.error:
        return job.error
    return f"{job.progress:.0%} {job.stage}".rstrip() if job.status == "running" else ""


def _took(job: Job) -> str:
    return "" if job.duration is None else f"{job.duration:,.1f} s"


def _under_way(found: Jobs) -> bool:
    return any(job.status in UNFINISHED for job in found.jobs)


def _follow(client: Client, handle: DisplayHandle, status: str | None, limit: int) -> None:
    """Keep the table up to date until nothing on it runs any more, or the platform is gone."""
    deadline = time.monotonic() + LONGEST
    with client:
        while time.monotonic() < deadline:
            time.sleep(EVERY)
            try:
                found = client.jobs(status=status, limit=limit)
            except (AureliusError, httpx.HTTPError):
                return
            handle.update(jobs_bundle(found), raw=True)  # type: ignore[no-untyped-call]
            if not _under_way(found):
                return
