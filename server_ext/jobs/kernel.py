"""The kernel a job runs on: this interpreter, in its own folder and process group, with a scrubbed environment."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync

from server_ext.jobs.environment import job_environment
from server_ext.jobs.process_group import ProcessGroup

__all__ = ["JobKernel"]

LONGEST_SOCKET_FOLDER = 80
"""A socket's path has room for a hundred characters or so; a temporary folder may be longer than that."""
END_SECONDS = 10


class JobKernel(AsyncKernelManager):  # type: ignore[misc]  # jupyter_client is read without its types
    """A kernel of the interpreter that runs this process, whatever kernelspecs the user has installed.

    It talks over sockets in its own folder, which no other user can reach, and needs no free port;
    where that folder's name is too long for sockets, over ports of this machine.
    """

    def __init__(
        self,
        folder: Path,
        *,
        log: Path,
        environment: Mapping[str, str],
        on_start: Callable[[ProcessGroup], None],
        **options: Any,
    ) -> None:
        transport = "ipc" if len(str(folder)) < LONGEST_SOCKET_FOLDER else "tcp"
        super().__init__(kernel_name="python3", transport=transport, connection_file=str(folder / "kernel.json"), **options)
        self.folder, self.said, self.given, self.on_start = folder, log, environment, on_start

    @property
    def kernel_spec(self) -> KernelSpec:
        """How to start it: this interpreter's ipykernel."""
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=command, display_name="Python 3", language="python")

    async def start_kernel(self, **options: Any) -> None:
        """Start it in its folder, in a process group of its own; what it says outside of Jupyter goes to the log.

        IPython's folder is the job's own too: a user's start-up files do not change what a job computes.
        """
        own = {"IPYTHONDIR": str(self.folder / "ipython"), "JUPYTER_RUNTIME_DIR": str(self.folder)}
        with self.said.open("ab") as log:
            await self._async_start_kernel(
                cwd=str(self.folder),
                env=job_environment(os.environ) | dict(self.given) | own,
                stdout=log,
                stderr=subprocess.STDOUT,
                **options,
            )
        if self._process is not None:
            self.on_start(ProcessGroup.of(self._process.pid))

    def kill_group(self) -> None:
        """End the kernel and every process it started, at once; safe to call from any thread, and more than once."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)  # it leads the group that it was started in

    def discard(self) -> None:
        """End the kernel and give back what it held here."""
        self.kill_group()
        if self._process is not None:
            self._process.wait(timeout=END_SECONDS)
            run_sync(self.provisioner.wait)()
        run_sync(self._async_cleanup_resources)()

    @property
    def _process(self) -> subprocess.Popen[bytes] | None:
        return self.provisioner.process if self.provisioner else None
