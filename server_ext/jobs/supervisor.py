"""The server's side of the dispatcher: starts it when there is something to do, keeps it up, and hears what it says."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from pydantic import SecretStr

from server_ext.settings import Settings

__all__ = ["Capacity", "Supervisor"]

_PAUSES = (0.2, 1.0, 5.0, 15.0)
_GRACE = 15
_SILENCE = 60
"""A dispatcher says how it does every second; only while it opens its cluster is it silent for longer."""

logger = structlog.get_logger("aurelius.jobs")


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """How the execution of jobs does: its state in a few words, how many can run at a time, and how many do."""

    state: str = "asleep"
    threads: int = 0
    running: int = 0


class Supervisor:
    """Keeps a dispatcher process for this server; `on_events` is called when it wrote to the event log."""

    def __init__(self, settings: Settings, on_events: Callable[[], None]) -> None:
        self._settings, self._on_events = settings, on_events
        self.capacity = Capacity()
        self._wanted = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process: asyncio.subprocess.Process | None = None

    def wake(self) -> None:
        """Have the queue looked into; safe from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._wake)

    async def run(self, url: str, *, at_once: bool) -> None:
        """Keep a dispatcher up from the first time that it is wanted, until cancelled; `url` is where kernels find this server."""
        self._loop = asyncio.get_running_loop()
        if not at_once:
            await self._wanted.wait()
        failures = 0
        while True:
            began = self._loop.time()
            try:
                await self._once(url)
            except OSError:
                logger.exception("the dispatcher could not be started")
            failures = 0 if self._loop.time() - began > 60 else failures + 1
            logger.warning("the dispatcher ended and is started again")
            await asyncio.sleep(_PAUSES[min(failures, len(_PAUSES) - 1)])

    async def _once(self, url: str) -> None:
        """Start one and hear it to its end."""
        self._process = process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "server_ext.jobs.process"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "AURELIUS_HOME": str(self._settings.home)},
        )
        self.capacity = Capacity(state="starting")
        try:
            self._send(f"{url}\n{_revealed(self._settings)}")
            await self._listen(process.stdout)
        finally:
            self.capacity, self._process = Capacity(state="restarting"), None
            await _end(process)

    async def _listen(self, said: asyncio.StreamReader | None) -> None:
        """Hear it until its output ends, or it has said nothing for so long that it must hang."""
        try:
            while said is not None and (line := await asyncio.wait_for(said.readline(), _SILENCE)):
                self._hear(json.loads(line))
        except TimeoutError:
            logger.warning("the dispatcher says nothing any more", seconds=_SILENCE)

    def _wake(self) -> None:
        self._wanted.set()
        self._send("look\n")

    def _send(self, text: str) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.write(text.encode())

    def _hear(self, told: dict[str, object]) -> None:
        if told.pop("events", False):
            self._on_events()
        if told:
            self.capacity = Capacity(**told)  # type: ignore[arg-type]  # what the dispatcher says are its fields


async def _end(process: asyncio.subprocess.Process) -> None:
    """Ask it to end, by the end of its input, and see that it does."""
    if process.returncode is None:
        if process.stdin is not None:
            process.stdin.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _GRACE)
    if process.returncode is None:
        process.kill()
        await process.wait()


def _revealed(settings: Settings) -> str:
    """The settings as one line, secrets in the clear: for a pipe that only the child reads."""
    values = settings.model_dump(mode="json")
    secrets = {name: value.get_secret_value() for name, value in settings if isinstance(value, SecretStr)}
    return json.dumps({**values, **secrets}) + "\n"
