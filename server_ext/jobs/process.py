"""The dispatcher as a process of its own, so that the server stays small: `python -m server_ext.jobs.process`.

Its first two lines of input are the server's address and the settings, secrets included; every line after them means: look
into the queue. When its input ends, the server is gone, and so does it. It says one JSON document a line.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import signal
import sys
import threading
from typing import IO, Any

from server_ext import logs
from server_ext.db import Database
from server_ext.events import EventLog
from server_ext.jobs.dispatcher import Dispatcher
from server_ext.settings import Settings

__all__ = ["main"]


async def main(settings: Settings, url: str, out: IO[str]) -> None:
    """Dispatch until the server is gone."""
    lock = threading.Lock()

    def say(**told: Any) -> None:
        with lock:
            out.write(json.dumps(told) + "\n")
            out.flush()

    database, log = Database(settings.database(), pool=4), EventLog()
    log.on_append(lambda: say(events=True))
    dispatcher = Dispatcher(settings, url, database, log, say)
    working = asyncio.create_task(dispatcher.run())
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, working.cancel)
    threading.Thread(target=_listen, args=(loop, dispatcher, working), daemon=True).start()
    try:
        await working
    except asyncio.CancelledError:
        pass
    finally:
        database.close()
        _end_workers()


def _listen(loop: asyncio.AbstractEventLoop, dispatcher: Dispatcher, working: asyncio.Task[None]) -> None:
    for _ in sys.stdin:
        loop.call_soon_threadsafe(dispatcher.wake)
    loop.call_soon_threadsafe(working.cancel)


def _end_workers() -> None:
    """End what did not end with its cluster, as one that was still being started: Python would wait for it for ever."""
    for worker in multiprocessing.active_children():
        worker.kill()


def _own_output() -> IO[str]:
    """The pipe to the server, for this process alone: what workers print goes to standard error."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return out


if __name__ == "__main__":
    address = sys.stdin.readline().strip()
    given = Settings.model_validate_json(sys.stdin.readline())
    logs.configure(given.log_level, given.log_format)
    asyncio.run(main(given, address, _own_output()))
