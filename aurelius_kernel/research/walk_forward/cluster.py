"""One cluster for all the windows of a walk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from aurelius_kernel.research.sweep.scale_out import ADDRESS, on_this_machine

__all__ = ["shared_cluster"]


@contextmanager
def shared_cluster(executor: str | None) -> Iterator[None]:
    """Where windows are fitted by Dask and no cluster is named, one on this machine for the whole of the block.

    Every sweep would start one of its own; it is named in the environment instead, which is where sweeps look.
    """
    if executor != "dask" or os.environ.get(ADDRESS):
        yield
        return
    with on_this_machine() as cluster:
        os.environ[ADDRESS] = cluster.scheduler_address
        try:
            yield
        finally:
            del os.environ[ADDRESS]
