"""Passwords: which are taken, how they are kept, and how their cost is bounded."""

from __future__ import annotations

import importlib
import unicodedata
from functools import cache, partial

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from aurelius_kernel.errors import InvalidField
from server_ext.workers import Workers

__all__ = ["Passwords", "check_password"]

_THREADS = 2
_WAITING = 40


def check_password(password: str, field: str = "password") -> None:
    """Raise InvalidField for a password that is too short, too long, common, or holds a NUL."""
    normal = normalised(password)
    if len(normal) < 8:
        raise InvalidField.of(field, "must have at least 8 characters")
    if len(normal.encode()) > 1024:
        raise InvalidField.of(field, "must have at most 1024 bytes")
    if "\0" in normal:
        raise InvalidField.of(field, "must not hold the character NUL")
    if normal.casefold() in _common() or len(set(normal)) < 3:
        raise InvalidField.of(field, "is one of the passwords that are tried first; choose another")


def normalised(password: str) -> str:
    """The password in the one form of Unicode that is hashed, so that two keyboards spell it alike."""
    return unicodedata.normalize("NFKC", password)


@cache
def _common() -> frozenset[str]:
    """The passwords that are tried first; ten megabytes, which a server does not load before somebody chooses one."""
    return frozenset(importlib.import_module("zxcvbn.frequency_lists").FREQUENCY_LISTS["passwords"])


class Passwords:
    """argon2id on threads of its own; more than can wait are refused, so that logins never slow the rest."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._workers = Workers(_THREADS, waiting=_WAITING, name="aurelius-argon2")
        self._nobody = self._hasher.hash("nobody has this password")

    def hash_now(self, password: str) -> str:
        """The hash of a password, on the caller's thread."""
        return self._hasher.hash(normalised(password))

    async def hash(self, password: str) -> str:
        """The hash of a password; raises Busy when too many wait."""
        return await self._workers.run(partial(self.hash_now, password))

    async def matches(self, password: str, stored: str | None) -> bool:
        """Whether the password is the one stored; for no account at all it takes as long and says no. Raises Busy."""
        matches = await self._workers.run(partial(self._matches, password, stored or self._nobody))
        return matches and stored is not None

    def close(self) -> None:
        """Let go of the threads."""
        self._workers.close()

    def _matches(self, password: str, stored: str) -> bool:
        if len(password.encode()) > 4096:
            password = ""
        try:
            return self._hasher.verify(stored, normalised(password))
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False
