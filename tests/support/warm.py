"""Warm kernels for the servers of the tests: one zygote for all of them, whatever their homes."""

from __future__ import annotations

import os
import socket
import time
from contextlib import suppress
from functools import cache

from aurelius_kernel.lab.environment import kernel_environment
from aurelius_kernel.lab.zygote import Address, Unavailable, hold
from aurelius_kernel.lab.zygote.starting import start_held

WARM_UP = 240.0
"""Seconds that a zygote may take on a machine whose compiled code is not kept yet."""


@cache
def warm() -> dict[str, str]:
    """The settings of a server whose kernels start warm; they are ready, and stay so for as long as this process lives."""
    settings = {"AURELIUS_WARM_KERNELS": "on"}
    environment = kernel_environment({**os.environ, **settings})
    _HELD.append(_held(Address.of(environment), environment))
    return settings


_HELD: list[socket.socket] = []


def _held(address: Address, environment: dict[str, str]) -> socket.socket:
    """A hold on the zygote, once it answers; another process of the tests may have started it."""
    deadline, starting = time.monotonic() + WARM_UP, None
    while time.monotonic() < deadline:
        with suppress(Unavailable):
            return hold(address)
        starting = starting or start_held(address, environment)
        time.sleep(0.1)
    raise TimeoutError(f"No zygote was ready in {WARM_UP:g} s:\n{address.log.read_text()[-2000:]}")
