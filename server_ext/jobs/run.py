"""One run of a job, as the dispatcher follows it: from its claim to a report, or to the news that it is lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from distributed import Future

from server_ext.jobs.assignment import Assignment, Report, Said
from server_ext.jobs.cluster import Cluster
from server_ext.jobs.queue import Claim, Step

__all__ = ["Lost", "Run"]

START_SECONDS = 60.0
LOOK_SECONDS = 0.5


class Lost(Exception):
    """Whatever ran it is gone, and nobody knows how far it came; never leaves the dispatcher."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Run:
    """A claimed job on its way.

    Liveness is by the monotonic clock, which nobody can set, and only by the time in which the dispatcher listened: after one
    that was itself held up, what workers said meanwhile is still on its way.
    """

    def __init__(self, claim: Claim, *, lease: float) -> None:
        self.claim = claim
        self.worker: str | None = None
        self._lease = lease
        self._silence = 0.0
        self._is_elsewhere = False
        self._progress: Mapping[str, Any] | None = None
        self._text: list[str] = []
        self._kernel: dict[str, Any] = {}
        self._future: Future | None = None

    def hear(self, said: Said) -> None:
        """Take in what its worker says."""
        self._is_elsewhere = self._is_elsewhere or self.worker not in (None, said.worker)
        self.worker, self._silence = said.worker, 0.0
        if said.progress is not None:
            self._progress = said.progress
        if said.text:
            self._text.append(said.text)
        if said.pid is not None:
            self._kernel = {"host": said.host, "pid": said.pid, "pid_started": said.pid_started}

    def news(self) -> Step | None:
        """What is to be kept of it since the last time."""
        if self._progress is None and not self._text and not self._kernel:
            return None
        step = Step(job_id=self.claim.id, fence=self.claim.fence, progress=self._progress, text="".join(self._text), **self._kernel)
        self._progress, self._text, self._kernel = None, [], {}
        return step

    async def carried_out(self, cluster: Cluster, assignment: Assignment) -> Report:
        """The worker's report; raises Lost when its worker, or the way to it, is gone or silent for too long."""
        looked = time.monotonic()
        self._future = cluster.submit(assignment)
        waiting = asyncio.ensure_future(self._future.result())
        try:
            while not (await asyncio.wait({waiting}, timeout=LOOK_SECONDS))[0]:
                looked, before = time.monotonic(), looked
                self._silence += min(looked - before, 2 * LOOK_SECONDS)
                self._look_at(cluster)
            report: Report = waiting.result()
        except (asyncio.CancelledError, Exception) as error:
            if isinstance(error, Lost) or _is_ours(error):
                raise
            raise Lost(f"its worker was lost ({type(error).__name__}: {error})"[:200]) from error
        finally:
            waiting.cancel()
            self._future.release()
        return report

    async def stop(self, cluster: Cluster) -> None:
        """Have its worker end it, or take it back before one begins."""
        if self.worker is not None:
            await cluster.stop(self._key, self.worker)
        elif self._future is not None:
            await self._future.cancel()

    def _look_at(self, cluster: Cluster) -> None:
        """Raise Lost when there is no sign of life any more."""
        patience = self._lease if self.worker else START_SECONDS
        if self._silence > patience:
            raise Lost("its worker was silent")
        if self._is_elsewhere:
            # A cluster of its own settings begins again what a worker took with it: that is for the queue, under another fence.
            raise Lost("its worker was lost")
        if not cluster.is_there:
            raise Lost("the scheduler was lost")

    @property
    def _key(self) -> str:
        return f"job-{self.claim.id}-{self.claim.fence}"


def _is_ours(error: BaseException) -> bool:
    """Whether it is this task that is cancelled, and not the future of the run."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling() > 0
