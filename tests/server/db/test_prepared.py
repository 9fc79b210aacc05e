"""Prepared selects give the rows that SQLAlchemy gives, on both databases."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, bindparam, func, select

from server_ext.db import Database, DatabaseGone, Document, Instant
from server_ext.db.prepared import Prepared

things = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String(20)),
    Column("told", Document),
    Column("at", Instant),
)
ROWS = [
    {"id": 1, "name": "a", "told": {"x": [1, None, "ü"]}, "at": datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)},
    {"id": 2, "name": None, "told": None, "at": None},
    {"id": 3, "name": "c", "told": [True], "at": datetime(2026, 1, 3, tzinfo=UTC)},
]
SINCE = Prepared(select(things).where(things.c.at >= bindparam("since"), things.c.name != "b").order_by(things.c.id))
COUNTED = Prepared(select(func.count().label("number")).select_from(things))


@pytest.fixture
def filled(address):
    database = Database(address)
    things.metadata.create_all(database.engine)
    with database.writing() as connection:
        connection.execute(things.insert(), ROWS)
    yield database
    database.close()


def test_the_rows_are_those_of_sqlalchemy_types_included(filled):
    since = datetime(2026, 1, 2, tzinfo=UTC)
    with filled.reading() as connection:
        theirs = [dict(row) for row in connection.execute(select(things).order_by(things.c.id)).mappings()]
        ours = Prepared(select(things).order_by(things.c.id)).all(connection)
        found = SINCE.all(connection, since=since)
    assert ours == theirs == ROWS
    assert found == [ROWS[0], ROWS[2]]


def test_the_first_row_is_none_where_there_is_none(filled):
    with filled.reading() as connection:
        assert SINCE.first(connection, since=datetime(2027, 1, 1, tzinfo=UTC)) is None
        assert SINCE.first(connection, since=ROWS[0]["at"])["id"] == 1


def test_a_read_sees_one_state_and_the_next_one_sees_what_was_written(filled):
    def twice(connection):
        before = COUNTED.first(connection)["number"]
        with filled.writing() as writer:
            writer.execute(things.insert(), {"id": 4})
        return before, COUNTED.first(connection)["number"]

    def count(connection):
        return COUNTED.first(connection)["number"], connection.execute(select(func.count()).select_from(things)).scalar()

    assert asyncio.run(filled.read(twice)) == (3, 3)
    assert asyncio.run(filled.read(count)) == (4, 4)


def test_a_read_that_fails_leaves_the_way_free_for_the_next(filled):
    def fail(connection):
        COUNTED.first(connection)
        return 1 / 0

    for _ in range(20):
        with pytest.raises(ZeroDivisionError):
            asyncio.run(filled.read(fail))
    assert asyncio.run(filled.read(lambda connection: COUNTED.first(connection)["number"])) == 3
    with filled.writing() as connection:
        connection.execute(things.delete())
    assert asyncio.run(filled.read(lambda connection: COUNTED.first(connection)["number"])) == 0


def test_a_failure_of_the_driver_is_told_as_every_other(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(DatabaseGone):
        asyncio.run(database.read(COUNTED.first))
    database.close()
