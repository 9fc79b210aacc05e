"""F6: what a server does with Redis, and without it."""

import asyncio
import time

import pytest

from server_ext.accounts.throttle import Throttle
from server_ext.errors import Busy, TooManyRequests
from server_ext.web.limits import Limits
from tests.server.events.test_bus import redis_server


def test_f6_requests_are_counted_across_servers_and_go_on_when_redis_is_gone(tmp_path):
    with redis_server(tmp_path) as (url, process):

        async def ask():
            one, other = Limits("4/hour", url), Limits("4/hour", url)
            together = [(await (one, other)[turn % 2].count("ann")).allowed for turn in range(5)]
            process.kill()
            process.wait(5)
            start = time.monotonic()
            alone = [(await other.count("ben")).allowed for _ in range(4)]
            return together, alone, time.monotonic() - start

        together, alone, took = asyncio.run(ask())
    assert together == [True, True, True, True, False]
    assert alone == [True] * 4
    assert took < 3


def test_f6_guesses_are_counted_across_servers_and_nobody_signs_in_when_redis_is_gone(tmp_path):
    with redis_server(tmp_path) as (url, process):
        one, other = Throttle(url), Throttle(url)

        async def guess():
            for _ in range(10):
                await one.check_login("a@example.com", "192.0.2.1", known=True)
                await one.failed("a@example.com", "192.0.2.1")
            with pytest.raises(TooManyRequests):
                await other.check_login("a@example.com", "192.0.2.1", known=True)
            process.kill()
            process.wait(5)
            with pytest.raises(Busy, match="Sign-in is not possible"):
                await other.check_login("b@example.com", "192.0.2.2", known=True)
            with pytest.raises(Busy):
                await other.failed("b@example.com", "192.0.2.2")

        asyncio.run(guess())
