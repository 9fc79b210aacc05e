"""`python -m aurelius_kernel.lab.zygote SOCKET`: serve warm kernels at that socket until nobody needs them."""

from __future__ import annotations

import fcntl
import gc
import os
import sys
from pathlib import Path

from threadpoolctl import ThreadpoolController

from aurelius_kernel.lab.zygote.address import Address
from aurelius_kernel.lab.zygote.birth import become_a_kernel
from aurelius_kernel.lab.zygote.server import Birth, Zygote
from aurelius_kernel.lab.zygote.warmup import warm_up

IDLE_SECONDS = 900.0


def main(socket: str, idle_seconds: float = IDLE_SECONDS) -> None:
    """Serve, unless another zygote already does; in a forked process, be a kernel."""
    birth, libraries = _serve(Address(socket=Path(socket)), idle_seconds)
    if birth is not None:
        become_a_kernel(birth, libraries)


def _serve(address: Address, idle_seconds: float) -> tuple[Birth | None, ThreadpoolController | None]:
    lock = os.open(address.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return None, None
    sys.path[:] = [entry for entry in sys.path if entry not in ("", str(Path.cwd()))]
    warm_up()
    libraries = ThreadpoolController()
    gc.collect()
    gc.disable()
    gc.freeze()
    return Zygote(address, lock, idle_seconds=idle_seconds).serve(), libraries


if __name__ == "__main__":
    main(sys.argv[1], *map(float, sys.argv[2:]))
