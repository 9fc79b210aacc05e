"""What a job may know of the environment of the process that runs it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from aurelius_kernel.home import home

__all__ = ["job_environment", "numba_cache"]

PASSED_ON = (
    "AURELIUS_HOME",
    "AURELIUS_STORE",
    "HOME",
    "LANG",
    "LANGUAGE",
    "LC_ALL",
    "LC_CTYPE",
    "MKL_NUM_THREADS",
    "NUMBA_CPU_NAME",
    "NUMBA_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "PATH",
    "PYTHONPATH",
    "TMPDIR",
    "TZ",
    "USER",
    "XDG_CACHE_HOME",
    "XDG_DATA_HOME",
)


def job_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that are passed on: an allow-list, so that no secret reaches a kernel by accident."""
    passed_on = {name: environment[name] for name in PASSED_ON if name in environment}
    return passed_on | {"NUMBA_CACHE_DIR": str(numba_cache(environment))}


def numba_cache(environment: Mapping[str, str]) -> Path:
    """Where compiled code is kept: `NUMBA_CACHE_DIR`, else a folder of the home, since Numba hangs where it may not write."""
    chosen = environment.get("NUMBA_CACHE_DIR")
    return Path(chosen) if chosen else home() / "numba"
