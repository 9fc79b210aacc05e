"""Our server: the real socket, hub, log and accounts on SQLite, and a thread that writes events at a given rate.

python -m benchmarks.event_load.server FOLDER ACCOUNTS
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import threading
import time
from pathlib import Path
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application

from server_ext.access.actor import Method, Origin, Role
from server_ext.accounts import service
from server_ext.events import Audience, Event
from server_ext.events.socket import EventSocket
from server_ext.platform import Platform, settle
from server_ext.settings import Settings

PAD = "x" * 80


async def main(folder: str, accounts: int) -> None:
    platform = Platform.start(Settings.read({"AURELIUS_ACCESS_TOKEN_SECONDS": "3600"}, home=folder))
    tokens = [account(platform, number) for number in range(accounts)]
    tasks = [asyncio.create_task(work) for work in (platform.sockets.watch(), platform.hub.run())]
    server = HTTPServer(Application([(r"/ws", EventSocket, {"platform": platform})]))
    sockets = bind_sockets(0, "127.0.0.1", backlog=4_096)
    server.add_sockets(sockets)
    settle()
    say(port=sockets[0].getsockname()[1], tokens=tokens)
    await asyncio.to_thread(obey, platform)
    for task in tasks:
        task.cancel()
    platform.close()


def account(platform: Platform, number: int) -> str:
    """A new account's access token."""
    with platform.database.writing() as connection:
        who = {"email": f"{number}@example.com", "name": str(number), "password_hash": "-"}
        user = service.create_user(connection, Origin(), role=Role.QUANT, **who)
        session, _ = platform.sessions.open(connection, user.id, Method.BEARER, Origin())
    return platform.tokens.issue(user_id=user.id, session_id=session, role=user.role)


def obey(platform: Platform) -> None:
    """Do what standard input says, until it ends."""
    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "write":
            writer = threading.Thread(target=write, args=(platform, order["count"], order["rate"]))
            writer.start()
        if order["do"] == "append":
            say(**append(platform, order["count"], order["rate"]))
            continue
        say(rss=rss(), newest=platform.hub.newest, cpu=sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))


def write(platform: Platform, count: int, rate: float) -> None:
    """Append events evenly, each with the time at which it was due."""
    start = time.monotonic()
    for number in range(count):
        due = start + number / rate
        time.sleep(max(0.0, due - time.monotonic()))
        data = {"message": f"{int(due * 1e9):019d}", "level": PAD}
        platform.appender.submit(Event(type="notification", data=data, audience=Audience.EVERYONE))


def append(platform: Platform, count: int, rate: float) -> dict[str, float]:
    """Append events at a given rate, one by one as many callers would, and say how long each waited until it was durable."""
    before, taken, all_done = platform.hub.newest, [], threading.Event()

    def submit(number: int) -> None:
        due = time.perf_counter()

        def acknowledged(_future: Any) -> None:
            taken.append(time.perf_counter() - due)
            if len(taken) == count:
                all_done.set()

        data = {"message": str(number), "level": PAD}
        platform.appender.submit(Event(type="notification", data=data, owner_id="nobody")).add_done_callback(acknowledged)

    start = time.perf_counter()
    for number in range(count):
        while (early := start + number / rate - time.perf_counter()) > 0:
            time.sleep(early)
        submit(number)
    all_done.wait(60)
    seconds = time.perf_counter() - start
    with platform.database.reading() as connection:
        newest = platform.log.state(connection).newest
    ordered = sorted(taken)
    ages = {name: ordered[int(len(ordered) * share)] * 1e3 for name, share in (("p50", 0.5), ("p99", 0.99))}
    return {"rate": len(taken) / seconds, "missing": count - (newest - before), **ages}


def rss() -> int:
    """The resident bytes of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def say(**answer: Any) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
