"""Dask, as the dispatcher uses it: a cluster of its own on this machine, or the one whose scheduler the settings name."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable
from typing import Self

import dask
from distributed import Client, Future, LocalCluster

from server_ext.jobs.assignment import Assignment, Said
from server_ext.jobs.work import TOPIC, carry_out, stop

__all__ = ["Cluster"]

_PATIENCE = 10
_OPTIONS = {
    # A run that is lost is the queue's to begin again, under another fence: Dask must not do it on its own.
    "distributed.scheduler.allowed-failures": 0,
    "distributed.worker.daemon": False,
    "distributed.admin.log-format": "%(name)s: %(message)s",
}


class Cluster:
    """The workers there are, and the way to them."""

    def __init__(self, client: Client, local: LocalCluster | None) -> None:
        self._client, self._local = client, local

    @classmethod
    async def open(cls, address: str, *, workers: int, silent_seconds: float) -> Self:
        """The cluster at `address`; without one, a worker process of `workers` threads on this machine.

        `silent_seconds` is how long a worker of one's own may say nothing before it is taken for lost.
        """
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        dask.config.set({**_OPTIONS, "distributed.scheduler.worker-ttl": f"{silent_seconds}s"})
        local = None if address else await _local_cluster(workers)
        client = await Client(address or local, asynchronous=True, timeout=_PATIENCE, name="aurelius", set_as_default=False)
        return cls(client, local)

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
        for part in (self._client, self._local):
            if part is not None:
                with contextlib.suppress(Exception):
                    await asyncio.wait_for(part.close(), _PATIENCE)


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
