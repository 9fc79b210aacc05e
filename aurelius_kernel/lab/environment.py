"""What a kernel may know of the environment of the process that starts it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from aurelius_kernel.home import home

__all__ = ["kernel_environment", "numba_cache", "wants_warm_kernels"]

PASSED_ON = frozenset(
    {
        "AURELIUS_HOME",
        "AURELIUS_OWNER",
        "AURELIUS_STORE",
        "AURELIUS_WARM_KERNELS",
        "CONDA_PREFIX",
        "HOME",
        "LANG",
        "LANGUAGE",
        "LC_ALL",
        "LC_CTYPE",
        "LD_LIBRARY_PATH",
        "LOGNAME",
        "MKL_NUM_THREADS",
        "MPLBACKEND",
        "NUMBA_CPU_NAME",
        "NUMBA_NUM_THREADS",
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "PATH",
        "PYTHONPATH",
        "SHELL",
        "SSL_CERT_DIR",
        "SSL_CERT_FILE",
        "TERM",
        "TMPDIR",
        "TZ",
        "USER",
        "VIRTUAL_ENV",
        "XDG_CACHE_HOME",
        "XDG_DATA_HOME",
        "XDG_RUNTIME_DIR",
    }
)


def kernel_environment(environment: Mapping[str, str], inherited: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables that a kernel gets: an allow-list, so that no secret reaches it by accident.

    `inherited` is what the process that starts the kernel has in its own environment; what `environment` says beside that was set
    for this kernel on purpose, and is passed on too.
    """
    own = environment if inherited is None else inherited
    passed_on = {name: value for name, value in environment.items() if name in PASSED_ON or own.get(name) != value}
    return passed_on | {"NUMBA_CACHE_DIR": str(numba_cache(environment))}


def wants_warm_kernels(environment: Mapping[str, str]) -> bool:
    """Whether kernels are to be forked from a zygote where they can be: yes, unless `AURELIUS_WARM_KERNELS` says no."""
    return environment.get("AURELIUS_WARM_KERNELS", "on").casefold() not in {"0", "false", "no", "off"}


def numba_cache(environment: Mapping[str, str]) -> Path:
    """Where compiled code is kept: `NUMBA_CACHE_DIR`, else a folder of the home, since Numba hangs where it may not write."""
    chosen = environment.get("NUMBA_CACHE_DIR")
    return Path(chosen) if chosen else home() / "numba"
