"""The provisioner behind the kernelspec: a kernel forked warm where a zygote answers, else a plain one, and it says which."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Bool, Unicode

from aurelius_kernel.lab.environment import kernel_environment
from aurelius_kernel.lab.zygote import Address, Unavailable, WarmKernel, request_kernel, start
from aurelius_kernel.lab.zygote.messages import KernelRequest

__all__ = ["AureliusProvisioner"]

LAUNCHER = ["-m", "ipykernel_launcher"]
FROZEN_MODULES = "-Xfrozen_modules=off"
"""An option of IPython's own kernelspec; a zygote is started with it too."""


class AureliusProvisioner(LocalProvisioner):  # type: ignore[misc]  # jupyter_client is read without its types
    """Starts kernels warm, ends them like any local process, and lets no secret of this process reach them.

    Polling, waiting, signals and the end are those of a local process: a forked kernel answers to the same calls.
    """

    starts_zygote = Bool(
        default_value=True, config=True, help="Whether a zygote is started for the kernels to come where there is none yet."
    )
    kind = Unicode("plain", help="`warm`, or `plain` and why.")

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Have a kernel forked; start a plain one, with the same environment, where that cannot be."""
        environment = kernel_environment(kwargs.pop("env"), os.environ)
        try:
            self.process = self._forked(cmd, environment, kwargs)
        except Unavailable as reason:
            self.kind = f"plain: {reason}"
            self.log.info("A plain kernel was started: %s.", reason)
            return await super().launch_kernel(cmd, env={**environment, "AURELIUS_KERNEL": self.kind}, **kwargs)
        self.kind = "warm"
        self.pid = self.pgid = self.process.pid
        self.cwd = kwargs.get("cwd") or str(Path.cwd())
        self.log.debug("Kernel %s was forked warm.", self.pid)
        return self.connection_info

    async def get_provisioner_info(self) -> dict[str, Any]:
        """What another manager needs to know of this kernel, and of what kind it is."""
        return {**await super().get_provisioner_info(), "kind": self.kind}

    async def load_provisioner_info(self, provisioner_info: Mapping[str, Any]) -> None:
        """Take over a kernel that another manager told of."""
        await super().load_provisioner_info(provisioner_info)
        self.kind = provisioner_info.get("kind", "plain")

    def _forked(self, cmd: Sequence[str], environment: dict[str, str], kwargs: Mapping[str, Any]) -> WarmKernel:
        python, *rest = (word for word in cmd if word != FROZEN_MODULES)
        if python != sys.executable or rest[:2] != LAUNCHER:
            raise Unavailable("another kernel than this interpreter's was asked for")
        here = kernel_environment(os.environ)
        address = Address.of(here)
        request = KernelRequest(
            arguments=tuple(rest[2:]),
            environment={**environment, "AURELIUS_KERNEL": "warm"},
            folder=str(kwargs.get("cwd") or Path.cwd()),
        )
        try:
            return request_kernel(address, request, _files(kwargs))
        except Unavailable:
            if self.starts_zygote:
                start(address, here)
            raise


def _files(kwargs: Mapping[str, Any]) -> tuple[int, int]:
    """Where the kernel's standard output and error go: as `subprocess` would have it, save that a pipe is not among it."""
    out, err = kwargs.get("stdout"), kwargs.get("stderr")
    opened = _descriptor(out, 1)
    return opened, opened if err == subprocess.STDOUT else _descriptor(err, 2)


def _descriptor(given: Any, otherwise: int) -> int:
    if hasattr(given, "fileno"):
        return int(given.fileno())
    return given if isinstance(given, int) and given >= 0 else otherwise
