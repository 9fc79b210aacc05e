"""What a process does that a zygote has just forked: it becomes a kernel like any other, only warm."""

from __future__ import annotations

import ctypes
import gc
import os
import random
import signal
import sys
import time

import numba
import numpy as np
from ipykernel.kernelapp import IPKernelApp
from numba.np.ufunc import parallel
from threadpoolctl import ThreadpoolController

from aurelius_kernel.lab.zygote.server import Birth

__all__ = ["become_a_kernel"]

DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of prctl(2)."""


def become_a_kernel(birth: Birth, libraries: ThreadpoolController) -> None:
    """Run the kernel that was asked for, to its end."""
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL if number == signal.SIGTERM else signal.default_int_handler)
    _take_files(birth.files)
    _take_environment(birth)
    _reseed()
    libraries.limit(limits=_threads())
    numba.config.reload_config()  # it has read the environment of the zygote, its number of threads at import
    parallel.NUM_THREADS = parallel.get_thread_count()
    gc.enable()
    # ipykernel watches its parent too; that is the zygote, though who asked for it is another.
    IPKernelApp.launch_instance(argv=[*birth.request.arguments, f"--IPKernelApp.parent_handle={os.getppid()}"])


def _take_files(files: list[int]) -> None:
    """Standard output and error are the files that came with the request; standard input is empty."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    for target, source in enumerate([nothing, *files]):
        os.dup2(source, target)
    for file in (nothing, *files):
        os.close(file)


def _take_environment(birth: Birth) -> None:
    os.environ.clear()
    os.environ.update(birth.request.environment)
    time.tzset()
    os.chdir(birth.request.folder)
    sys.argv = ["ipykernel_launcher.py", *birth.request.arguments]


def _reseed() -> None:
    """Give this process random numbers of its own: its siblings were forked from the same state."""
    random.seed()
    np.random.seed()  # noqa: NPY002  # the generator that notebooks without one of their own use


def _threads() -> int:
    """How many threads linear algebra may use; the zygote itself was held to one, so that it could fork."""
    told = os.environ.get("OPENBLAS_NUM_THREADS") or os.environ.get("OMP_NUM_THREADS") or ""
    return int(told) if told.isdecimal() and int(told) else len(os.sched_getaffinity(0))
