"""The schema: one history, up and down, on both databases."""

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Boolean, DateTime, Float, Integer, MetaData, String, Text, inspect, select, text

from aurelius_kernel.errors import UnknownName
from server_ext.db import Database, SchemaMismatch, schema
from server_ext.db.tables import metadata
from server_ext.events.event import Event
from server_ext.events.log import EventLog


def test_the_migrations_make_exactly_the_tables_that_the_code_names(database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_every_migration_can_be_taken_back_and_made_again(address):
    database = Database(address)
    assert schema.upgrade(database.engine) == schema.head()
    assert schema.downgrade(database.engine, "base") is None
    assert set(inspect(database.engine).get_table_names()) == {"alembic_version", "aside_event_log"}
    assert schema.upgrade(database.engine) == schema.head()
    database.close()


def test_every_step_down_and_up_keeps_every_row_of_every_table(address):
    database = Database(address)
    for before, revision in pairwise([None, *revisions()]):
        schema.upgrade(database.engine, revision)
        fill(database)
        filled = rows(database)
        assert [name for name, found in filled.items() if not found] == []
        schema.downgrade(database.engine, before or "base")
        for name, found in rows(database).items():
            assert found == filled[name], f"{name} after the step down from {revision}"
        schema.upgrade(database.engine, revision)
        assert rows(database) == filled, f"after the step down from {revision} and up again"
    schema.downgrade(database.engine, "base")
    schema.upgrade(database.engine)
    assert rows(database) == filled
    with database.writing() as connection:
        EventLog().append(connection, Event(type="notification", data={"message": "next"}))
    numbers = [row.seq for row in rows(database)["events"]]
    assert numbers[-1] > max(numbers[:-1])
    database.close()


def test_a_row_whose_parent_went_while_it_was_aside_goes_too(database):
    fill(database)
    schema.downgrade(database.engine, "0002")
    with database.writing() as connection:
        connection.execute(text("DELETE FROM refresh_tokens"))
        connection.execute(text("DELETE FROM tickets"))
        connection.execute(text("DELETE FROM sessions"))
        connection.execute(text("DELETE FROM invitations"))
        connection.execute(text("DELETE FROM users"))
    schema.upgrade(database.engine)
    assert schema.check(database.engine).problems == ()
    kept = {name for name, found in rows(database).items() if found}
    assert "events" in kept
    assert kept.isdisjoint({"users", "strategies", "strategy_versions", "jobs", "backtests", "schedules", "verdicts"})
    assert not [name for name in inspect(database.engine).get_table_names() if name.startswith("aside_")]


def revisions():
    """Every revision, the oldest first."""
    scripts = ScriptDirectory(str(Path(schema.__file__).parent / "migrations"))
    return [script.revision for script in scripts.walk_revisions()][::-1]


def rows(database):
    """Every row of every table, sorted."""
    with database.reading() as connection:
        tables = reflected(connection)
        return {table.name: sorted(connection.execute(select(table)), key=str) for table in tables}


def fill(database):
    """Two rows more for each table that has none, whatever its columns are."""
    with database.writing() as connection:
        for table in reflected(connection):
            if connection.execute(select(table)).first() is None:
                for number in (1, 2):
                    connection.execute(
                        table.insert().values({column.name: value_of(connection, column, number) for column in table.c})
                    )


def reflected(connection):
    """The tables there are, parents first."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version" and not table.name.startswith("aside_")]


def value_of(connection, column, number):
    """A value that the column takes: its parent's, where it has one."""
    for key in column.foreign_keys:
        parents = connection.execute(select(key.column).order_by(key.column)).scalars().all()
        return parents[number - 1]
    kinds = {
        JSON: {"number": number},
        Boolean: number == 1,
        DateTime: datetime(2026, 3, 29, 1, 59, 59, 999_999, tzinfo=UTC if getattr(column.type, "timezone", False) else None),
        Integer: number,
        Float: number + 0.1,
        Text: "ümlaut\n",
        String: f"{column.name}-{number}"[-(getattr(column.type, "length", None) or 80) :],
    }
    return next(value for kind, value in kinds.items() if isinstance(column.type, kind))


def test_an_upgrade_of_a_current_database_changes_nothing(database):
    assert schema.upgrade(database.engine) == schema.head()
    schema.require_current(database.engine)
    assert schema.check(database.engine).problems == ()


def test_f10_a_newer_schema_is_refused(database):
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for act in (schema.require_current, schema.upgrade, lambda engine: schema.downgrade(engine, "base")):
        with pytest.raises(SchemaMismatch, match="newer Aurelius"):
            act(database.engine)


def test_f10_an_interrupted_migration_leaves_nothing_and_runs_again(address, monkeypatch):
    database = Database(address)
    schema.upgrade(database.engine, "0001")

    def power_cut(*_args, **_kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("uuid.uuid4", power_cut)
        with pytest.raises(KeyboardInterrupt):
            schema.upgrade(database.engine)
    assert schema.revision(database.engine) == "0001"
    assert not inspect(database.engine).has_table("events")
    assert schema.upgrade(database.engine) == schema.head()
    database.close()


def test_a_database_of_somebody_else_is_left_alone(address):
    database = Database(address)
    with database.writing() as connection:
        connection.execute(text("CREATE TABLE theirs (id INTEGER)"))
    with pytest.raises(SchemaMismatch, match="not Aurelius's"):
        schema.upgrade(database.engine)
    database.close()


def test_an_old_schema_is_refused_until_it_is_upgraded(address):
    database = Database(address)
    schema.upgrade(database.engine, "0001")
    with pytest.raises(SchemaMismatch, match="aurelius db upgrade"):
        schema.require_current(database.engine)
    assert schema.check(database.engine).problems == ("the schema is at 0001, not at " + schema.head(),)
    database.close()


def test_an_unknown_revision_is_refused_by_name(sqlite):
    with pytest.raises(UnknownName, match="revision"):
        schema.downgrade(sqlite.engine, "nowhere")
