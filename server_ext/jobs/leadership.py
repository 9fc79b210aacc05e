"""Which of several dispatchers on one database works: the one that holds a lock which ends with its process."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from server_ext.db import Database

__all__ = ["Leadership"]

_KEY = 0x6175_7267


class Leadership:
    """The lock of one dispatcher: an advisory lock of a PostgreSQL session, or a lock on a file beside SQLite's.

    Both are let go by the operating system when the process dies, so nobody waits for a lease and no clock is asked.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None
        self._file: IO[bytes] | None = None
        self._holds = False

    def take(self) -> bool:
        """Take the lock, or keep it; False while another dispatcher has it."""
        return self._take_file() if self._database.is_sqlite else self._take_session()

    def release(self) -> None:
        """Let others work."""
        if self._file is not None:
            self._file.close()
            self._file = None
        self._holds = False
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def _take_file(self) -> bool:
        if self._file is not None:
            return True
        file = Path(f"{self._database.engine.url.database}-dispatcher.lock").open("ab")  # noqa: SIM115  (kept open: the lock is the open file)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return False
        self._file = file
        return True

    def _take_session(self) -> bool:
        """Take the lock on a session of its own; a session that broke is a lock that is lost."""
        try:
            if self._connection is None:
                self._connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            if self._holds:
                self._connection.execute(text("SELECT 1"))
            else:
                self._holds = bool(self._connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _KEY}).scalar())
        except DBAPIError:
            self.release()
        return self._holds
