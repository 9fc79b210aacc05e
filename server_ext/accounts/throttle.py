"""Failed sign-ins, counted so that guessing is slow and nobody can lock another out.

Three counts, of failures only: an account from one address, an address whatever the account, and an account from everywhere. The
last holds for addresses the account never signed in from, so that its owner gets in while somebody else guesses.
"""

from __future__ import annotations

import time

from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from server_ext.errors import Busy, TooManyRequests

__all__ = ["Throttle"]

_PAIR = parse("10 per 15 minutes")
_ADDRESS = parse("100 per 15 minutes")
_ACCOUNT = parse("100 per 1 hour")
_SIGN_UPS = parse("20 per 1 hour")


class Throttle:
    """Counts in this process, or in Redis for several servers; without its store, nobody signs in."""

    def __init__(self, redis_url: str = "") -> None:
        self._limiter = FixedWindowRateLimiter(storage_from_string(redis_url or "memory://", wrap_exceptions=True))

    def check_login(self, account: str, address: str, *, known: bool) -> None:
        """Raise TooManyRequests when this address should not try this account now; Busy when the store is away."""
        self._check(_PAIR, "pair", account, address)
        self._check(_ADDRESS, "address", address)
        if not known:
            self._check(_ACCOUNT, "account", account)

    def failed(self, account: str, address: str) -> None:
        """Count a failed sign-in."""
        self._hit(_PAIR, "pair", account, address)
        self._hit(_ADDRESS, "address", address)
        self._hit(_ACCOUNT, "account", account)

    def count_sign_up(self, address: str) -> None:
        """Count an account made from an address; raises TooManyRequests when there were many."""
        self._check(_SIGN_UPS, "sign-up", address)
        self._hit(_SIGN_UPS, "sign-up", address)

    def _check(self, limit: RateLimitItem, *who: str) -> None:
        try:
            if not self._limiter.test(limit, *who):
                reset = self._limiter.get_window_stats(limit, *who).reset_time
                raise TooManyRequests(reset - time.time(), "Too many failed attempts")
        except StorageError:
            raise Busy("Sign-in is not possible while the store of limits is away.") from None

    def _hit(self, limit: RateLimitItem, *who: str) -> None:
        try:
            self._limiter.hit(limit, *who)
        except StorageError:
            raise Busy("Sign-in is not possible while the store of limits is away.") from None
