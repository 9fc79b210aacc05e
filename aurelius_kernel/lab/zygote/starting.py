"""Starting a zygote where none is."""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
from collections.abc import Mapping

from aurelius_kernel.lab.zygote.address import Address

__all__ = ["start", "start_held"]

# One thread while it warms up: a process with several cannot be forked safely.
ONE_THREAD = {
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


def start(address: Address, environment: Mapping[str, str]) -> bool:
    """Start a zygote in the background; False when one serves this address, or is just about to.

    It warms up for some seconds before it answers, and ends when it was not needed for a quarter of an hour. Who starts it at the
    same time as we do loses the race for its lock and ends.
    """
    if _is_taken(address):
        return False
    _spawn(address, environment)
    return True


def start_held(address: Address, environment: Mapping[str, str]) -> socket.socket | None:
    """Start a zygote that is held from its first moment by the connection that is given back, and ends with it; None as above."""
    if _is_taken(address):
        return None
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        _spawn(address, environment, its.fileno())
    return ours


def _spawn(address: Address, environment: Mapping[str, str], *holder: int) -> None:
    with address.log.open("wb") as log:
        subprocess.Popen(  # noqa: S603  # our own interpreter and module
            [
                sys.executable,
                "-X",
                "frozen_modules=off",
                "-m",
                "aurelius_kernel.lab.zygote",
                str(address.socket),
                *map(str, holder),
            ],
            env={**environment, **ONE_THREAD},
            cwd=address.socket.parent,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=holder,
            start_new_session=True,
        )


def _is_taken(address: Address) -> bool:
    lock = os.open(address.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False
