"""Where the zygote of this user, interpreter and environment is reached: it serves every home, which each kernel is told of."""

from __future__ import annotations

import json
import os
import stat
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aurelius_kernel.hashing import sha256_hex
from aurelius_kernel.lab.environment import wants_warm_kernels

__all__ = ["Address", "Unavailable"]

PROTOCOL = 1
LONGEST_SOCKET = 100
"""A socket's path has room for 108 bytes."""
# What is read while modules are imported: two environments that differ in it cannot share one zygote. Numbers of threads are read
# then too, but can be set again after the fork.
READ_AT_IMPORT = frozenset({"HOME", "NUMBA_CACHE_DIR", "NUMBA_CPU_NAME", "PYTHONPATH", "XDG_CACHE_HOME", "XDG_DATA_HOME"})


class Unavailable(Exception):
    """There is no warm kernel to be had, and why: in words that finish the sentence "A plain kernel was started: …"."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """The files of one zygote, in a folder that only its user can enter."""

    socket: Path

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Address:
        """The address for kernels with that environment; raises Unavailable where none can be served."""
        if not wants_warm_kernels(environment):
            raise Unavailable("AURELIUS_WARM_KERNELS is off")
        if sys.platform != "linux":
            raise Unavailable("warm kernels need Linux")
        read = {name: value for name, value in environment.items() if name in READ_AT_IMPORT}
        identity = json.dumps([PROTOCOL, sys.executable, sys.prefix, sys.version, read], sort_keys=True)
        socket = _folder() / f"zygote-{sha256_hex(identity.encode())[:16]}"
        if len(os.fsencode(socket)) > LONGEST_SOCKET:
            raise Unavailable(f"{socket.parent} is too long a name for a socket")
        return cls(socket=socket)

    @property
    def lock(self) -> Path:
        """Locked by the zygote while it serves this address."""
        return self.socket.with_suffix(".lock")

    @property
    def log(self) -> Path:
        """What the zygote, and nobody else, says."""
        return self.socket.with_suffix(".log")


def _folder() -> Path:
    """The user's own folder for sockets, made with mode 0700; raises Unavailable when somebody else could get in."""
    folder = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()) / f"aurelius-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise Unavailable(f"{folder} cannot be used: {error.strerror}") from None
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise Unavailable(f"{folder} is not a folder that only its user can enter")
    return folder
