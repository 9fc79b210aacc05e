"""Failed sign-ins, counted so that guessing is slow and nobody can lock another out.

Three counts, of failures only: an account from one network, a network whatever the account, and an account from everywhere.
Once the last is full, a network the account never signed in from has one try instead of ten: its owner gets in from anywhere while
somebody else guesses. A network is one IPv4 address, or the 2^64 addresses that an IPv6 customer commands.
"""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections.abc import Callable
from functools import partial

from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from server_ext.errors import Busy, TooManyRequests

__all__ = ["Throttle", "network_of"]

_PAIR = parse("10 per 15 minutes")
_FIRST = parse("1 per 15 minutes")
_ADDRESS = parse("100 per 15 minutes")
_ACCOUNT = parse("100 per 1 hour")
_SIGN_UPS = parse("20 per 1 hour")
_PATIENCE = 1.0
_SET_SECONDS = 60


class Throttle:
    """Counts in this process, or in Redis for several servers; without its store, nobody signs in.

    Redis is asked on a thread, and not for long: one that does not answer must not hold up the loop.
    """

    def __init__(self, redis_url: str = "") -> None:
        self._is_far = bool(redis_url)
        patience = {"socket_timeout": _PATIENCE, "socket_connect_timeout": _PATIENCE} if redis_url else {}
        self._limiter = FixedWindowRateLimiter(storage_from_string(redis_url or "memory://", wrap_exceptions=True, **patience))
        self._ahead = time.time() - time.monotonic()

    async def check_login(self, account: str, address: str, *, known: bool) -> None:
        """Raise TooManyRequests when this address should not try this account now; Busy when the store is away."""
        await self._ask(partial(self._check_login, account, address, known=known))

    async def failed(self, account: str, address: str) -> None:
        """Count a failed sign-in."""
        await self._ask(partial(self._failed, account, address))

    async def count_sign_up(self, address: str) -> None:
        """Count an account made from an address; raises TooManyRequests when there were many."""
        await self._ask(partial(self._count_sign_up, address))

    async def _ask(self, work: Callable[[], None]) -> None:
        if self._is_far:
            await asyncio.to_thread(work)
        else:
            self._follow_clock()
            work()

    def _follow_clock(self) -> None:
        """Begin every window anew when the clock was set: one that was set back an hour would keep people out for that hour."""
        ahead = time.time() - time.monotonic()
        if abs(ahead - self._ahead) > _SET_SECONDS:
            self._limiter.storage.reset()
        self._ahead = ahead

    def _check_login(self, account: str, address: str, *, known: bool) -> None:
        network = network_of(address)
        self._check(_PAIR, "pair", account, network)
        self._check(_ADDRESS, "address", network)
        if not known and not self._test(_FIRST, "first", account, network):
            self._check(_ACCOUNT, "account", account)

    def _failed(self, account: str, address: str) -> None:
        network = network_of(address)
        self._hit(_PAIR, "pair", account, network)
        self._hit(_FIRST, "first", account, network)
        self._hit(_ADDRESS, "address", network)
        self._hit(_ACCOUNT, "account", account)

    def _count_sign_up(self, address: str) -> None:
        network = network_of(address)
        self._check(_SIGN_UPS, "sign-up", network)
        self._hit(_SIGN_UPS, "sign-up", network)

    def _check(self, limit: RateLimitItem, *who: str) -> None:
        if not self._test(limit, *who):
            reset = self._limiter.get_window_stats(limit, *who).reset_time
            raise TooManyRequests(reset - time.time(), "Too many failed attempts")

    def _test(self, limit: RateLimitItem, *who: str) -> bool:
        try:
            return self._limiter.test(limit, *who)
        except StorageError:
            raise Busy("Sign-in is not possible while the store of limits is away.") from None

    def _hit(self, limit: RateLimitItem, *who: str) -> None:
        try:
            self._limiter.hit(limit, *who)
        except StorageError:
            raise Busy("Sign-in is not possible while the store of limits is away.") from None


def network_of(address: str) -> str:
    """What one customer of a network provider commands: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address) or found.ipv4_mapped is not None:
        return str(getattr(found, "ipv4_mapped", None) or found)
    return str(ipaddress.ip_network((found, 64), strict=False))
