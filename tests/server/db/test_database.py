"""Transactions: all or nothing, patient within reason, and off the event loop."""

import asyncio
import sqlite3
import threading
import time

import pytest
from sqlalchemy import func, select, text

from aurelius_kernel.errors import InvalidField
from server_ext.db import Database, DatabaseBusy, DatabaseGone, StorageFull, after_commit
from server_ext.events.event import Event
from server_ext.events.log import EventLog
from server_ext.events.tables import events

log = EventLog()


def append(connection, message="hello"):
    return log.append(connection, Event(type="notification", data={"message": message}))


def count(connection):
    return connection.execute(select(func.count()).select_from(events)).scalar()


def test_a_transaction_that_fails_leaves_nothing(database):
    def fail(connection):
        append(connection)
        return 1 / 0

    with pytest.raises(ZeroDivisionError):
        asyncio.run(database.write(fail))
    with database.reading() as connection:
        assert count(connection) == 0


def test_what_waits_for_the_commit_runs_once_and_never_after_a_roll_back(database):
    ran = []
    work = lambda: ran.append(1)  # noqa: E731  (the same object twice)
    with database.writing() as connection:
        after_commit(connection, work)
        after_commit(connection, work)
        assert ran == []
    assert ran == [1]

    def fail(connection):
        after_commit(connection, work)
        return 1 / 0

    with pytest.raises(ZeroDivisionError):
        asyncio.run(database.write(fail))
    with database.writing() as connection:
        append(connection)
    assert ran == [1]


def test_a_reader_sees_one_state_while_others_write(database):
    with database.reading() as reader:
        before = count(reader)
        with database.writing() as writer:
            append(writer)
        assert count(reader) == before
    with database.reading() as reader:
        assert count(reader) == before + 1


def test_reads_and_writes_can_be_awaited(database):
    async def both():
        seq = await database.write(append)
        return seq, await database.read(count)

    assert asyncio.run(both()) == (1, 1)


def test_f5_a_write_waits_for_another_programs_lock_and_the_loop_goes_on(sqlite):
    lock = sqlite3.connect(sqlite.engine.url.database, isolation_level=None, check_same_thread=False)
    lock.execute("BEGIN IMMEDIATE")
    threading.Timer(1.0, lambda: lock.execute("COMMIT")).start()

    async def write_and_watch():
        writing = asyncio.ensure_future(sqlite.write(append))
        slowest = 0.0
        while not writing.done():
            start = time.perf_counter()
            await sqlite.read(count)
            await asyncio.sleep(0.005)
            slowest = max(slowest, time.perf_counter() - start)
        return await writing, slowest

    seq, slowest = asyncio.run(write_and_watch())
    assert seq == 1
    assert slowest < 0.25


def test_f5_a_lock_that_is_not_given_back_is_reported_as_busy_to_all_who_wait(sqlite):
    lock = sqlite3.connect(sqlite.engine.url.database, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")

    async def three():
        return await asyncio.gather(*(sqlite.write(append) for _ in range(3)), return_exceptions=True)

    start = time.monotonic()
    failures = asyncio.run(three())
    assert [type(failure) for failure in failures] == [DatabaseBusy] * 3
    assert time.monotonic() - start < 8
    lock.execute("ROLLBACK")
    assert asyncio.run(sqlite.write(append)) == 1


def test_f4_a_full_disk_is_reported_reads_work_and_writing_recovers(sqlite):
    with sqlite.writing() as connection:
        append(connection)
        connection.exec_driver_sql("CREATE TABLE ballast (fill BLOB)")
    with sqlite.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    sqlite.engine.dispose()

    def fill(connection):
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
        connection.exec_driver_sql("INSERT INTO ballast VALUES (zeroblob(1000000))")

    with pytest.raises(StorageFull, match="disk is full"):
        asyncio.run(sqlite.write(fill))
    assert asyncio.run(sqlite.read(count)) == 1
    sqlite.engine.dispose()
    assert asyncio.run(sqlite.write(append)) == 2


def test_a_database_that_is_not_there_is_reported(tmp_path):
    database = Database("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(DatabaseGone):
        asyncio.run(database.read(lambda connection: connection.execute(text("SELECT 1"))))
    database.close()


@pytest.mark.parametrize("address", ["", "mysql://x/y", "sqlite://", "not an address"])
def test_an_address_of_no_database_is_refused(address):
    with pytest.raises(InvalidField, match="DATABASE_URL"):
        Database(address)
