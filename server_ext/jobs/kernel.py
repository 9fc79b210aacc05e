"""The kernel a job runs on: this interpreter, in its own folder and process group, with a scrubbed environment."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync

__all__ = ["PASSED_ON", "JobKernel", "job_environment"]

PASSED_ON = (
    "AURELIUS_HOME",
    "AURELIUS_STORE",
    "HOME",
    "LANG",
    "LANGUAGE",
    "LC_ALL",
    "LC_CTYPE",
    "MKL_NUM_THREADS",
    "NUMBA_CACHE_DIR",
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


def job_environment(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """What a job's kernel may know of its parent's environment: an allow-list, so that no secret is passed on by accident.

    IPython's folder is the job's own: a user's start-up files do not change what a job computes.
    """
    passed_on = {name: environment[name] for name in PASSED_ON if name in environment}
    return passed_on | {"IPYTHONDIR": str(folder / "ipython"), "JUPYTER_RUNTIME_DIR": str(folder)}


class JobKernel(AsyncKernelManager):  # type: ignore[misc]  # jupyter_client is read without its types
    """A kernel of the interpreter that runs this process, whatever kernelspecs the user has installed.

    It talks over sockets in its own folder, which no other user can reach, and needs no free port.
    """

    def __init__(self, folder: Path, **options: Any) -> None:
        super().__init__(kernel_name="python3", transport="ipc", connection_file=str(folder / "kernel.json"), **options)
        self.folder = folder
        self.process_group: int | None = None

    @property
    def kernel_spec(self) -> KernelSpec:
        """How to start it: this interpreter's ipykernel."""
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=command, display_name="Python 3", language="python")

    async def start_kernel(self, **options: Any) -> None:
        """Start it in its folder, in a process group of its own; what it says outside of Jupyter goes to `kernel.log`."""
        with (self.folder / "kernel.log").open("wb") as log:
            await self._async_start_kernel(
                cwd=str(self.folder),
                env=job_environment(os.environ, self.folder),
                stdout=log,
                stderr=subprocess.STDOUT,
                **options,
            )
        self.process_group = self.provisioner.pgid

    def kill_group(self) -> None:
        """End the kernel and every process it started, at once; safe to call from any thread, and more than once."""
        if self.process_group is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process_group, signal.SIGKILL)

    def discard(self) -> None:
        """End the kernel and give back what it held here."""
        self.kill_group()
        if self.has_kernel:
            run_sync(self.provisioner.wait)()
        run_sync(self._async_cleanup_resources)()
