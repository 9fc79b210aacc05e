"""Whether a notebook runs as a job, whose runner listens, or before somebody's eyes."""

from __future__ import annotations

import os

__all__ = ["JOB_VARIABLE", "in_a_job"]

JOB_VARIABLE = "AURELIUS_JOB"
"""Set by the runner in the environment of the kernels it starts."""


def in_a_job() -> bool:
    """Whether a runner takes this kernel's messages out of the notebook."""
    return JOB_VARIABLE in os.environ
