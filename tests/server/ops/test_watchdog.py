"""D9: a loop that is held up is told of, with where it stood."""

import asyncio
import time

import structlog

from server_ext.ops.watchdog import Watchdog


def hold_up_the_loop():
    time.sleep(0.8)


def test_d9_a_loop_that_is_held_up_is_logged_once_with_its_stack():
    async def busy():
        watching = asyncio.create_task(Watchdog().run())
        await asyncio.sleep(0.3)
        hold_up_the_loop()
        await asyncio.sleep(0.2)
        watching.cancel()

    with structlog.testing.capture_logs() as lines:
        asyncio.run(busy())
    told = [line for line in lines if "hold_up_the_loop" in line.get("stack", "")]
    assert len(told) == 1
    assert told[0]["ms"] >= 250
