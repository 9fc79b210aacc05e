"""Transactions: a service function takes a connection, and this is where it gets one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from server_ext.db.engine import BUSY_SECONDS, is_sqlite, make_engine
from server_ext.db.failures import DatabaseBusy, translated

__all__ = ["Database", "after_commit"]

P = ParamSpec("P")
T = TypeVar("T")
Service = Callable[Concatenate[Connection, P], T]


class Database:
    """One database, its threads and its transactions.

    SQLite reads run on the caller's thread, where they are quickest, and writes on one thread, since it takes one writer at a time.
    PostgreSQL is across a socket: everything runs on threads, one a connection.
    """

    def __init__(self, address: str, *, pool: int = 10) -> None:
        self.engine: Engine = make_engine(address, pool=pool)
        snapshot = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._readers = self.engine.execution_options(**snapshot)
        self._open: list[Connection] = []
        self._failures = (DBAPIError, PoolTimeoutError, self.engine.dialect.loaded_dbapi.Error)
        self._writers = self.engine.execution_options(write=True)
        self._threads = ThreadPoolExecutor(1 if self.is_sqlite else pool, thread_name_prefix="aurelius-db")

    @property
    def is_sqlite(self) -> bool:
        """Whether the rows live in a SQLite file."""
        return is_sqlite(self.engine)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection whose reads all see one state of the database."""
        with self._translating(), self._readers.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that commits at the end, or leaves nothing; what `after_commit` was given runs once it is durable."""
        with self._translating():
            with self._writers.connect() as connection, connection.begin():
                waiting = connection.info["after_commit"] = []
                yield connection
            _run(waiting)

    async def read(self, service: Service[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What a service function answers from one state of the database."""
        if self.is_sqlite:
            return self._read_here(service, *args, **kwargs)
        return await self._on_thread(lambda: self._read(service, *args, **kwargs))

    async def write(self, service: Service[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What a service function answers, its changes committed; raises DatabaseBusy when it had to wait too long."""
        return await self._on_thread(lambda: self._write(service, *args, **kwargs))

    def close(self) -> None:
        """Finish what was begun and let go of every connection."""
        self._threads.shutdown(wait=True)
        while self._open:
            self._open.pop().close()
        self.engine.dispose()

    async def _on_thread(self, work: Callable[[], T]) -> T:
        deadline = time.monotonic() + BUSY_SECONDS

        def patient() -> T:
            if time.monotonic() > deadline:
                raise DatabaseBusy
            return work()

        return await asyncio.get_running_loop().run_in_executor(self._threads, patient)

    def _read_here(self, service: Service[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same on this thread and a connection kept open: taking one from the pool costs more than most reads."""
        try:
            connection = self._open.pop() if self._open else self._readers.connect()
            driver: Any = connection.connection.driver_connection
            try:
                driver.execute("BEGIN")
                return service(connection, *args, **kwargs)
            finally:
                connection.rollback()
                driver.rollback()
                self._open.append(connection)
        except self._failures as error:
            raise translated(error) from error

    def _read(self, service: Service[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        with self.reading() as connection:
            return service(connection, *args, **kwargs)

    @contextmanager
    def _translating(self) -> Iterator[None]:
        try:
            yield
        except self._failures as error:
            raise translated(error) from error

    def _write(self, service: Service[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        with self.writing() as connection:
            return service(connection, *args, **kwargs)


def after_commit(connection: Connection, work: Callable[[], Any]) -> None:
    """Run `work` once the transaction is durable; asked for twice, it runs once, and never after a roll-back."""
    waiting = connection.info["after_commit"]
    if work not in waiting:
        waiting.append(work)


def _run(waiting: list[Callable[[], Any]]) -> None:
    for work in waiting:
        work()
