"""The dispatcher: takes jobs off the queue, has Dask carry them out, and writes down what becomes of them.

Everything it knows is in the database or may be forgotten: a dispatcher that dies is followed by one that takes up what was
running. Of several on one database, one works and the others stand by.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import random
import socket
import time
from collections.abc import Callable
from typing import Any

import structlog

from aurelius_kernel.artifacts import Store
from aurelius_kernel.errors import AureliusError, RunCancelled, RunFailed, StorageUnavailable
from aurelius_kernel.hashing import content_hash
from aurelius_kernel.home import store_location
from server_ext.accounts.tokens import Tokens
from server_ext.db import Database
from server_ext.events import EventLog
from server_ext.jobs import queue
from server_ext.jobs.assignment import Assignment, Report, Said
from server_ext.jobs.cluster import Cluster
from server_ext.jobs.leadership import Leadership
from server_ext.jobs.outcome import Outcome
from server_ext.jobs.process_group import ProcessGroup
from server_ext.jobs.queue import Claim, Result
from server_ext.jobs.run import Lost, Run
from server_ext.jobs.states import State
from server_ext.settings import Settings

__all__ = ["Dispatcher"]

STEP_SECONDS = 0.2
IDLE_SECONDS = 0.5
CHECK_SECONDS = 1.0
RETRY_SECONDS = 1.0
KERNEL_DEATHS = 2
"""How many kernels a job may lose before it has failed: the first may have been killed from outside.

A worker or a server that died meanwhile does not count; what counted under another dispatcher is forgotten, and the queue's
own bound holds.
"""

logger = structlog.get_logger("aurelius.jobs")


class Dispatcher:
    """Runs the jobs of one database while it leads; `say` tells the server what it should know."""

    def __init__(self, settings: Settings, url: str, database: Database, log: EventLog, say: Callable[..., None]) -> None:
        self._settings, self._url, self._database, self._log, self._say = settings, url, database, log, say
        self._tokens = Tokens(settings)
        self._leadership = Leadership(database)
        self._store = Store(settings.store or store_location())
        self._runs: dict[str, Run] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._later: dict[str, float] = {}
        self._deaths: collections.Counter[str] = collections.Counter()
        self._woken = asyncio.Event()
        self._threads = 0

    def wake(self) -> None:
        """Look into the queue now."""
        self._woken.set()

    async def run(self) -> None:
        """Work while leading, stand by while another one does; until cancelled."""
        try:
            while True:
                if await asyncio.to_thread(self._leadership.take):
                    await self._lead()
                else:
                    self._say(state="standing by", threads=0, running=0)
                await self._pause(CHECK_SECONDS)
        finally:
            self._leadership.release()

    async def _lead(self) -> None:
        """Take up what was running, then dispatch until the lock or the scheduler is lost."""
        try:
            cluster = await self._open()
        except (OSError, TimeoutError) as error:
            self._say(state="no scheduler", threads=0, running=0)
            logger.warning("there is no scheduler", address=self._settings.dask_scheduler_address, error=str(error))
            return
        cluster.listen(self._hear)
        try:
            await self._take_up()
            await self._dispatch(cluster)
        except StorageUnavailable as error:
            logger.warning("the database is away", reason=error.message)
        finally:
            await self._leave(cluster)

    async def _open(self) -> Cluster:
        settings = self._settings
        return await Cluster.open(
            settings.dask_scheduler_address, workers=settings.job_workers, silent_seconds=settings.job_lease_seconds
        )

    async def _take_up(self) -> None:
        """Give back every run of a dispatcher that is gone, and end the kernels it left on this machine."""
        for job in await self._database.read(queue.running):
            if job.pid is not None and job.host == socket.gethostname():
                ProcessGroup(pid=job.pid, started=job.pid_started).kill()
            why = "the server was stopped while it ran"
            await self._database.write(queue.give_back, self._log, job.id, job.fence, why=why)

    async def _dispatch(self, cluster: Cluster) -> None:
        checked = 0.0
        while cluster.is_there:
            if time.monotonic() - checked > CHECK_SECONDS:
                checked = time.monotonic()
                if not await asyncio.to_thread(self._leadership.take):
                    return
                await self._look_at(cluster)
            await self._keep_steps()
            await self._cancel(cluster)
            await self._claim(cluster)
            await self._pause(STEP_SECONDS if self._runs else IDLE_SECONDS)

    async def _look_at(self, cluster: Cluster) -> None:
        with contextlib.suppress(TimeoutError, OSError):
            self._threads = sum((await cluster.threads()).values())
        self._say(state="leading", threads=self._threads, running=len(self._runs))

    async def _claim(self, cluster: Cluster) -> None:
        free = self._threads - len(self._runs)
        now = time.monotonic()
        self._later = {job_id: until for job_id, until in self._later.items() if until > now}
        if free < 1 or not await self._database.read(queue.is_waiting):
            return
        claims = await self._database.write(
            queue.claim, self._log, slots=free, per_owner=self._settings.jobs_running_per_account, waiting=list(self._later)
        )
        for claim in claims:
            run = self._runs[claim.id] = Run(claim, lease=self._settings.job_lease_seconds)
            task = asyncio.create_task(self._follow(cluster, run))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _follow(self, cluster: Cluster, run: Run) -> None:
        """See one run to its end, and write that down under its fence."""
        claim = run.claim
        try:
            assignment = await asyncio.to_thread(self._assignment, claim)
            report = await run.carried_out(cluster, assignment)
            await self._end(claim, report)
        except Lost as lost:
            await self._give_back(claim, lost.why)
        except AureliusError as error:
            await self._stored(queue.finish, claim.id, claim.fence, Result(state=State.FAILED, error=error))
        except Exception:  # a defect of ours must not leave a job that runs for ever
            logger.exception("a run could not be followed", job_id=claim.id, fence=claim.fence)
            defect = AureliusError("Something went wrong inside Aurelius; the server's log says what.")
            await self._stored(queue.finish, claim.id, claim.fence, Result(state=State.FAILED, error=defect))
        finally:
            self._runs.pop(claim.id, None)
            self.wake()

    async def _end(self, claim: Claim, report: Report) -> None:
        if report.outcome == Outcome.LOST:
            self._deaths[claim.id] += 1
            if self._deaths[claim.id] < KERNEL_DEATHS:
                await self._give_back(claim, "its kernel died")
                return
        del self._deaths[claim.id]
        if not await self._stored(queue.finish, claim.id, claim.fence, _result(report)):
            logger.warning("a late result was refused", job_id=claim.id, fence=claim.fence)

    async def _give_back(self, claim: Claim, why: str) -> None:
        state = await self._stored(queue.give_back, claim.id, claim.fence, why=why)
        logger.warning("a run was lost", job_id=claim.id, fence=claim.fence, why=why, state=state)
        self._later[claim.id] = time.monotonic() + RETRY_SECONDS * 2**claim.attempt * random.uniform(0.5, 1.0)  # noqa: S311  (spreads retries)

    async def _stored(self, service: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """What a transaction of the queue answers, tried until the database takes it: an end must not get lost."""
        while True:
            try:
                return await self._database.write(service, self._log, *args, **more)
            except StorageUnavailable as error:
                logger.warning("the database is away", reason=error.message)
                await asyncio.sleep(RETRY_SECONDS)

    async def _keep_steps(self) -> None:
        steps = [step for run in self._runs.values() if (step := run.news()) is not None]
        if steps:
            await self._database.write(queue.keep_steps, self._log, steps)

    async def _cancel(self, cluster: Cluster) -> None:
        if self._runs:
            for job_id in await self._database.read(queue.cancelling, list(self._runs)):
                if run := self._runs.get(job_id):
                    await run.stop(cluster)

    def _hear(self, said: Said) -> None:
        _, _, rest = said.key.partition("-")
        job_id, _, fence = rest.rpartition("-")
        run = self._runs.get(job_id)
        if run is not None and run.claim.fence == int(fence):
            run.hear(said)

    def _assignment(self, claim: Claim) -> Assignment:
        settings = self._settings
        return Assignment(
            job_id=claim.id,
            fence=claim.fence,
            name=claim.notebook.rpartition("/")[2],
            notebook=self._store.get(claim.source),
            source=claim.source,
            parameters=claim.parameters,
            store=settings.store or store_location(),
            environment=self._environment(claim),
            seconds=claim.timeout,
            memory_mb=settings.job_memory_mb or None,
            cpus=settings.job_cpus or None,
        )

    def _environment(self, claim: Claim) -> dict[str, str]:
        """What the kernel is told of its owner: who it is, and a token that is good for this run alone."""
        seconds = int(claim.timeout) + 60
        token = self._tokens.issue(user_id=claim.owner_id, session_id=claim.session_id, role=claim.role, seconds=seconds)
        return {"AURELIUS_OWNER": claim.owner_id, "AURELIUS_URL": self._url, "AURELIUS_TOKEN": token}

    async def _leave(self, cluster: Cluster) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._runs.clear()
        await cluster.close()
        self._leadership.release()

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)
        self._woken.clear()


def _result(report: Report) -> Result:
    """What a report says, as the queue keeps it."""
    states = {Outcome.COMPLETED: State.COMPLETED, Outcome.CANCELLED: State.CANCELLED}
    state = states.get(Outcome(report.outcome), State.FAILED)
    identity = report.found.get("identity")
    return Result(
        state=state,
        error=_error(report),
        result=report.result,
        found=report.found,
        run_key=content_hash(identity) if identity else None,
        executed=report.executed,
        log=report.log,
        seconds=report.seconds,
    )


def _error(report: Report) -> AureliusError | None:
    if report.error is None:
        return None
    error = RunCancelled(report.error) if report.outcome == Outcome.CANCELLED else RunFailed(report.error)
    error.code = report.error_code or error.code
    return error
