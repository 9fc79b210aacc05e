"""Dask, as the dispatcher uses it: a cluster of its own on this machine, or the one whose scheduler the settings name."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import Callable
from typing import Self

import dask
from distributed import Client, Future, LocalCluster, Scheduler

from server_ext.jobs.assignment import Assignment, Said
from server_ext.jobs.work import TOPIC, carry_out, stop

__all__ = ["Cluster"]

_PATIENCE = 10
_LOOKS = 4
_OPTIONS = {
    "distributed.scheduler.worker-ttl": None,
    # A run that is lost is the queue's to begin again, under another fence: Dask must not do it on its own.
    "distributed.scheduler.allowed-failures": 0,
    "distributed.worker.daemon": False,
    # It looks fifty times a second whether it is late, and a hundred times at what workers do, for pages that are not there.
    "distributed.admin.tick.interval": "1s",
    "distributed.worker.profile.enabled": False,
    "distributed.admin.log-format": "%(name)s: %(message)s",
}


class Cluster:
    """The workers there are, and the way to them."""

    def __init__(self, client: Client, local: LocalCluster | None, watch: asyncio.Task[None] | None = None) -> None:
        self._client, self._local, self._watch = client, local, watch

    @classmethod
    async def open(cls, address: str, *, workers: int, silent_seconds: float) -> Self:
        """The cluster at `address`; without one, a worker process of `workers` threads on this machine.

        `silent_seconds` is how long a worker of one's own may say nothing before it is taken for lost.
        """
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        dask.config.set(_OPTIONS)
        local = None if address else await _local_cluster(workers)
        client = await Client(address or local, asynchronous=True, timeout=_PATIENCE, name="aurelius", set_as_default=False)
        watch = None if local is None else asyncio.create_task(_restart_the_silent(local.scheduler, silent_seconds))
        return cls(client, local, watch)

    @property
    def is_local(self) -> bool:
        """Whether the cluster is this process's own."""
        return self._local is not None

    @property
    def is_there(self) -> bool:
        """Whether the scheduler can be reached."""
        return str(self._client.status) == "running"

    async def threads(self) -> dict[str, int]:
        """How many threads each worker has, by its address."""
        return dict(await asyncio.wait_for(self._client.nthreads(), _PATIENCE))

    def listen(self, hear: Callable[[Said], None]) -> None:
        """Call `hear` with whatever workers say of their runs."""
        self._client.subscribe_topic(TOPIC, lambda event: hear(Said(**event[1])))

    def submit(self, assignment: Assignment) -> Future:
        """Have a worker carry it out, once."""
        return self._client.submit(carry_out, assignment, key=assignment.key, pure=False, retries=0)

    async def stop(self, key: str, worker: str) -> None:
        """Have that worker end the run of that name."""
        with contextlib.suppress(Exception):  # whatever keeps the word from its worker also ends the run, or the lease does
            await asyncio.wait_for(self._client.run(stop, key, workers=[worker], on_error="ignore"), _PATIENCE)

    async def close(self) -> None:
        """Let go of it; workers of one's own end."""
        if self._watch is not None:
            self._watch.cancel()
        for part in (self._client, self._local):
            if part is not None:
                with contextlib.suppress(Exception):
                    await asyncio.wait_for(part.close(), _PATIENCE)


async def _restart_the_silent(scheduler: Scheduler, silent_seconds: float) -> None:
    """Start workers anew that said nothing for so long; Dask's own watch goes by the wall clock, which somebody may set.

    What counts is how often it was looked in vain: a scheduler that was itself held up has looked once meanwhile.
    """
    looks: dict[str, tuple[float, int]] = {}
    while True:
        await asyncio.sleep(silent_seconds / _LOOKS)
        before = looks
        looks = {name: (worker.last_seen, 0) for name, worker in scheduler.workers.items()}
        looks |= {name: (seen, count + 1) for name, (seen, count) in before.items() if name in looks and looks[name][0] == seen}
        silent = [name for name, (_, count) in looks.items() if count >= _LOOKS]
        if silent:
            with contextlib.suppress(Exception):  # a worker that goes meanwhile; whoever is still silent is seen next time
                await scheduler.restart_workers(silent, wait_for_workers=False, stimulus_id=f"silent-{time.monotonic()}")


async def _local_cluster(workers: int) -> LocalCluster:
    return await LocalCluster(
        n_workers=1,
        threads_per_worker=workers or os.cpu_count() or 1,
        processes=True,
        host="127.0.0.1",
        security=True,
        dashboard_address=None,
        memory_limit=0,
        asynchronous=True,
        silence_logs=logging.CRITICAL,
    )
