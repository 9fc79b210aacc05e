"""What a job may know of the environment of the process that runs it."""

from __future__ import annotations

from collections.abc import Mapping

from aurelius_kernel.lab.environment import kernel_environment, numba_cache

__all__ = ["job_environment", "numba_cache"]


def job_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that are passed on: an allow-list, so that no secret reaches a kernel by accident."""
    return kernel_environment(environment)
