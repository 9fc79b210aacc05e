"""Starting a zygote where none is."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Mapping

from aurelius_kernel.lab.zygote.address import Address

__all__ = ["start"]

# One thread while it warms up: a process with several cannot be forked safely.
ONE_THREAD = {
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


def start(address: Address, environment: Mapping[str, str]) -> bool:
    """Start a zygote in the background; False when one serves this address, or is just about to.

    It warms up for some seconds before it answers. Who starts it at the same time as we do loses the race for its lock and ends.
    """
    if _is_taken(address):
        return False
    with address.log.open("ab") as log:
        subprocess.Popen(  # noqa: S603  # our own interpreter and module
            [sys.executable, "-X", "frozen_modules=off", "-m", "aurelius_kernel.lab.zygote", str(address.socket)],
            env={**environment, **ONE_THREAD},
            cwd=address.socket.parent,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    return True


def _is_taken(address: Address) -> bool:
    lock = os.open(address.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False
