"""The kernel a job runs on: this interpreter, warm where it can be, in its own folder and process group, scrubbed and limited."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import signal
import subprocess
import sys
from asyncio import get_running_loop
from collections.abc import Callable, Mapping
from pathlib import Path
from queue import Empty
from typing import Any

import psutil
import zmq.asyncio
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from nbclient.exceptions import DeadKernelError

from aurelius_kernel.lab.provisioner import AureliusProvisioner
from aurelius_kernel.lab.surroundings import JOB_VARIABLE
from server_ext.jobs.environment import job_environment
from server_ext.jobs.limits import Limits
from server_ext.jobs.oom_killer import OomKills
from server_ext.jobs.process_group import ProcessGroup

__all__ = ["JobClient", "JobKernel"]

LONGEST_SOCKET_FOLDER = 80
"""A socket's path has room for a hundred characters or so; a temporary folder may be longer than that."""
END_SECONDS = 10
LOOK_EVERY = 0.05
RECONNECT_MS = 5
"""How often a socket tries again while the kernel is not listening yet; ZeroMQ's own 100 ms is most of a warm start."""
ARGUMENTS = ("-f", "{connection_file}", "--ext=aurelius_kernel.lab.extension", "--HistoryManager.enabled=False")
THREADS = ("MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
MB = 1 << 20


class JobClient(AsyncKernelClient):  # type: ignore[misc]  # jupyter_client is read without its types
    """The client of a job's kernel: ready as soon as the kernel is, and not a fifth of a second later.

    It needs no heartbeat: whether the kernel lives is asked of its process.
    """

    def start_channels(self, **channels: bool) -> None:
        """Connect, without a heartbeat."""
        super().start_channels(**{"hb": False, "control": False, **channels})

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Return when the kernel answers on both channels; raises DeadKernelError when it ends before, or after `timeout`."""
        clock = get_running_loop().time
        deadline = clock() + (timeout or float("inf"))
        self.kernel_info()
        for channel in (self.shell_channel, self.iopub_channel):
            while not await _anything(channel):
                if clock() > deadline:
                    raise DeadKernelError("the kernel did not answer in time")
                if not await self.is_alive():
                    raise DeadKernelError("the kernel ended before it was ready")
                if channel is self.iopub_channel:
                    self.kernel_info()  # the first answer was published before we had subscribed
        self.parent.is_ready = True


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
        limits: Limits,
        on_start: Callable[[ProcessGroup], None],
        **options: Any,
    ) -> None:
        transport = "ipc" if len(str(folder)) < LONGEST_SOCKET_FOLDER else "tcp"
        super().__init__(
            kernel_name="aurelius",
            client_factory=JobClient,
            transport=transport,
            connection_file=str(folder / "kernel.json"),
            **options,
        )
        self.folder, self.said, self.given, self.limits, self.on_start = folder, log, environment, limits, on_start
        self.context = zmq.asyncio.Context()
        self.context.reconnect_ivl = RECONNECT_MS
        self.own_client: JobClient | None = None
        self.group: ProcessGroup | None = None
        self.exit_code: int | None = None
        self._oom_kills: OomKills | None = None
        self.is_ready = False

    @property
    def kernel_spec(self) -> KernelSpec:
        """How to start it: this interpreter's ipykernel."""
        command = [sys.executable, "-m", "ipykernel_launcher", *ARGUMENTS]
        return KernelSpec(argv=command, display_name="Aurelius", language="python")

    @property
    def kind(self) -> str:
        """What kind of kernel it is: "warm", or "plain" and why."""
        return str(self.provisioner.kind) if self.provisioner else "none"

    @property
    def system_ran_out_of_memory(self) -> bool | None:
        """Whether the system killed something for want of memory where the kernel ran; None where that cannot be told."""
        return self._oom_kills.happened() if self._oom_kills else None

    async def start_kernel(self, **options: Any) -> None:
        """Start it in its folder, in a process group of its own; what it says outside of Jupyter goes to the log.

        IPython's folder is the job's own too: a user's start-up files do not change what a job computes.
        """
        self.provisioner = AureliusProvisioner(kernel_id="job", kernel_spec=self.kernel_spec, parent=self, starts_zygote=False)
        own = {"IPYTHONDIR": str(self.folder / "ipython"), "JUPYTER_RUNTIME_DIR": str(self.folder), JOB_VARIABLE: "1"}
        if self.limits.cpus is not None:
            own |= dict.fromkeys(THREADS, str(self.limits.cpus))
        with self.said.open("ab") as log:
            await self._async_start_kernel(
                cwd=str(self.folder),
                env=job_environment(os.environ) | dict(self.given) | own,
                stdout=log,
                stderr=subprocess.STDOUT,
                **options,
            )
        if self._process is not None:
            self.group = ProcessGroup.of(self._process.pid)
            self._oom_kills = OomKills.around(self._process.pid)
            self.on_start(self.group)
            with contextlib.suppress(OSError, psutil.Error):  # it may have ended at once
                _limit(self._process.pid, self.limits)

    def client(self, **options: Any) -> JobClient:
        """The one client of the kernel, which ends with it."""
        if self.own_client is None:
            self.own_client = super().client(context=self.context, **options)
        return self.own_client

    def interrupt(self) -> None:
        """Interrupt the running cell, as Ctrl-C would; safe to call from any thread."""
        self._signal(signal.SIGINT)

    def kill_group(self) -> None:
        """End the kernel and every process it started, at once; safe to call from any thread, and more than once."""
        self._signal(signal.SIGKILL)

    def discard(self) -> None:
        """End the kernel and give back what it held here."""
        self.kill_group()
        if self._process is not None:
            self.exit_code = self._process.wait(timeout=END_SECONDS)
            run_sync(self.provisioner.wait)()
        if self.own_client is not None:
            self.own_client.stop_channels()
        self.context.destroy(linger=0)
        run_sync(self._async_cleanup_resources)()

    def _signal(self, number: int) -> None:
        if (process := self._process) is not None and process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)  # it leads the group that it was started in

    @property
    def _process(self) -> Any:
        return self.provisioner.process if self.provisioner else None


async def _anything(channel: Any) -> bool:
    try:
        await channel.get_msg(timeout=LOOK_EVERY)
    except Empty:
        return False
    return True


def _limit(pid: int, limits: Limits) -> None:
    """Hold a kernel that has just started to its memory and its processors; what it starts inherits both."""
    if limits.memory_mb is not None and sys.platform == "linux":
        most = psutil.Process(pid).memory_info().data + limits.memory_mb * MB
        resource.prlimit(pid, resource.RLIMIT_DATA, (most, most))
    if limits.cpus is not None and sys.platform == "linux":
        usable = sorted(os.sched_getaffinity(0))
        chosen = random.sample(usable, min(limits.cpus, len(usable)))
        for thread in psutil.Process(pid).threads():
            os.sched_setaffinity(thread.id, chosen)
