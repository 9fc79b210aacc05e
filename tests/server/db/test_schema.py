"""The schema: one history, up and down, on both databases."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, select, text

from aurelius_kernel.errors import UnknownName
from server_ext.db import Database, SchemaMismatch, schema
from server_ext.db.tables import metadata
from server_ext.events.event import Event
from server_ext.events.log import EventLog
from server_ext.events.tables import events


def test_the_migrations_make_exactly_the_tables_that_the_code_names(database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_every_migration_can_be_taken_back_and_made_again(address):
    database = Database(address)
    assert schema.upgrade(database.engine) == schema.head()
    assert schema.downgrade(database.engine, "base") is None
    assert [table for table in inspect(database.engine).get_table_names() if table != "alembic_version"] == []
    assert schema.upgrade(database.engine) == schema.head()
    database.close()


def test_a_step_down_and_up_keeps_the_rows_of_older_tables(database):
    with database.writing() as connection:
        EventLog().append(connection, Event(type="notification", data={"message": "kept"}))
    schema.downgrade(database.engine, "0002")
    schema.upgrade(database.engine)
    with database.reading() as connection:
        assert connection.execute(select(events.c.data)).scalars().all() == [{"message": "kept"}]


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
