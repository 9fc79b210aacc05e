"""The peer: FastAPI and uvicorn as most people write it, one loop over the connections for each event; nothing is stored.

It runs in an environment of its own, so it imports nothing of ours.
"""

import asyncio
import json
import os
import resource
import sys
import time
from pathlib import Path

import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

PAD = "x" * 80

app = FastAPI()
connections: list[WebSocket] = []


@app.websocket("/ws")
async def events(websocket: WebSocket) -> None:
    await websocket.accept()
    connections.append(websocket)
    try:
        while True:
            await websocket.receive_text()
    except WebSocketDisconnect:
        connections.remove(websocket)


async def write(count: int, rate: float) -> None:
    start = time.monotonic()
    for number in range(count):
        due = start + number / rate
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        data = {"message": f"{int(due * 1e9):019d}", "level": PAD}
        frame = {"type": "notification", "data": data, "seq": number, "timestamp": "2026-11-21T07:08:32.843664Z", "version": "1.0"}
        for websocket in tuple(connections):
            await websocket.send_json(frame)


async def main() -> None:
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", ws_per_message_deflate=False, backlog=4_096)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    say(port=server.servers[0].sockets[0].getsockname()[1], tokens=[""])
    lines = asyncio.Queue()
    asyncio.get_running_loop().run_in_executor(None, read, lines, asyncio.get_running_loop())
    writing = set()
    while line := await lines.get():
        order = json.loads(line)
        if order["do"] == "write":
            writing.add(asyncio.create_task(write(order["count"], order["rate"])))
        say(rss=rss(), newest=0, cpu=sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
    server.should_exit = True
    await serving


def read(lines: asyncio.Queue, loop: asyncio.AbstractEventLoop) -> None:
    for line in sys.stdin:
        loop.call_soon_threadsafe(lines.put_nowait, line)
    loop.call_soon_threadsafe(lines.put_nowait, "")


def rss() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def say(**answer: object) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
