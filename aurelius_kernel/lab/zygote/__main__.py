"""`python -m aurelius_kernel.lab.zygote PATH [DESCRIPTOR]`: serve warm kernels at that path until nobody needs them."""

from __future__ import annotations

import fcntl
import gc
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from socket import socket

from threadpoolctl import ThreadpoolController

from aurelius_kernel.lab.zygote.address import Address
from aurelius_kernel.lab.zygote.birth import become_a_kernel
from aurelius_kernel.lab.zygote.deserted import ending_when_deserted
from aurelius_kernel.lab.zygote.loaded import loaded_files
from aurelius_kernel.lab.zygote.server import Birth, Zygote
from aurelius_kernel.lab.zygote.warmup import warm_up

IDLE_SECONDS = 900.0


def main(path: Path, *holders: socket, idle_seconds: float = IDLE_SECONDS, warm_up: Callable[[], None] = warm_up) -> None:
    """Serve, unless another zygote already does; in a forked process, be a kernel. `holders` hold it from the beginning."""
    birth, libraries = _serve(Address(socket=path), holders, idle_seconds, warm_up)
    if birth is not None and libraries is not None:
        become_a_kernel(birth, libraries)


def _serve(
    address: Address, holders: Sequence[socket], idle_seconds: float, warm_up: Callable[[], None]
) -> tuple[Birth | None, ThreadpoolController | None]:
    lock = os.open(address.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return None, None
    started = time.time_ns()
    sys.path[:] = [entry for entry in sys.path if entry not in ("", str(Path.cwd()))]
    with ending_when_deserted(holders):
        warm_up()
    files = loaded_files(started)
    libraries = ThreadpoolController()
    gc.collect()
    gc.disable()
    gc.freeze()
    return Zygote(address, lock, holders, files=files, idle_seconds=idle_seconds).serve(), libraries


if __name__ == "__main__":
    main(Path(sys.argv[1]), *(socket(fileno=int(number)) for number in sys.argv[2:]))
