"""Whether a notebook runs as a job, whose runner listens, as a dashboard, or before somebody's eyes."""

from __future__ import annotations

import os

__all__ = ["JOB_VARIABLE", "in_a_dashboard", "in_a_job"]

JOB_VARIABLE = "AURELIUS_JOB"
"""Set by the runner in the environment of the kernels it starts."""


def in_a_job() -> bool:
    """Whether a runner takes this kernel's messages out of the notebook."""
    return JOB_VARIABLE in os.environ


def in_a_dashboard() -> bool:
    """Whether this kernel makes a page of Voilà's, whose address it is told before its first cell."""
    return "/voila/" in os.environ.get("SCRIPT_NAME", "")
