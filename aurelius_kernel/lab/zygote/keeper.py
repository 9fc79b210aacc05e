"""Keeping a zygote ready for as long as a server, or a worker, lives."""

from __future__ import annotations

import logging
import os
import select
import socket
import threading
import time
from collections.abc import Mapping

from aurelius_kernel.lab.environment import kernel_environment
from aurelius_kernel.lab.zygote.address import Address, Unavailable
from aurelius_kernel.lab.zygote.client import hold
from aurelius_kernel.lab.zygote.starting import start_held

__all__ = ["Keeper"]

FIRST_PAUSE = 0.25
LONGEST_WAIT = 2.0
"""Seconds between two looks at a zygote that warms up."""
LONGEST_PAUSE = 60.0
"""Seconds between two attempts to start one."""
LASTING = 30.0
"""Seconds after which a zygote that came has proved itself, and the next pause is a short one again."""
log = logging.getLogger(__name__)


class Keeper:
    """Starts a zygote in the background, holds it, and starts another when it ends: its code changed, or it was killed.

    The zygote ends when nobody holds it any more, however the holder came to its end.
    """

    def __init__(self) -> None:
        self._stop, self._stopped = socket.socketpair()
        self._thread = threading.Thread(target=self._keep, name="zygote keeper", daemon=True)

    def start(self) -> None:
        """Begin, and return at once; kernels are plain until the zygote is ready."""
        self._thread.start()

    def stop(self) -> None:
        """Let go of the zygote; nothing where it never began."""
        self._stopped.close()
        if self._thread.ident is not None:
            self._thread.join()
        self._stop.close()

    def _keep(self) -> None:
        environment = kernel_environment(os.environ)
        try:
            address = Address.of(environment)
        except Unavailable as reason:
            log.info("Kernels start plain: %s.", reason)
            return
        pause = FIRST_PAUSE
        while not self._is_stopped(pause):
            held = _held(address, environment)
            pause = min(2 * pause, LONGEST_PAUSE if held else LONGEST_WAIT)
            if held:
                with held:
                    lasted = self._lasts(held)
                pause = FIRST_PAUSE if lasted else pause

    def _lasts(self, held: socket.socket) -> bool:
        """Wait for the end of the zygote, or of the keeper; whether it took long enough to have been of use."""
        began = time.monotonic()
        select.select([held, self._stop], [], [])
        return time.monotonic() - began > LASTING

    def _is_stopped(self, seconds: float) -> bool:
        return bool(select.select([self._stop], [], [], seconds)[0])


def _held(address: Address, environment: Mapping[str, str]) -> socket.socket | None:
    """A hold on the zygote that is there, else on one just started; None while another one's warms up."""
    try:
        return hold(address)
    except Unavailable:
        return start_held(address, environment)
