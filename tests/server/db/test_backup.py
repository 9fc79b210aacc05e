"""Backups: one moment of the database, and the way back on either kind."""

import threading

import pytest
from sqlalchemy import func, select, text

from aurelius_kernel.clock import utc_now
from aurelius_kernel.errors import ImpossibleRequest, InvalidField
from server_ext.accounts.tables import users
from server_ext.db import Database, new_id
from server_ext.db.backup import backup, restore
from server_ext.events.event import Event
from server_ext.events.log import EventLog
from server_ext.events.tables import events

log = EventLog()


def add_pair(connection, number):
    """One user and one event, always together."""
    now = utc_now()
    row = {"name": "A", "role": "viewer", "password_hash": "x", "is_active": True, "created_at": now, "updated_at": now}
    connection.execute(users.insert().values(id=new_id(), email=f"u{number}@example.com", **row))
    log.append(connection, Event(type="notification", data={"number": number, "text": "ü"}))


def counts(database):
    with database.reading() as connection:
        return [connection.execute(select(func.count()).select_from(table)).scalar() for table in (users, events)]


def test_a_backup_taken_under_load_restores_to_a_consistent_state(database, tmp_path):
    stop = threading.Event()

    def load():
        number = 0
        while not stop.is_set():
            with database.writing() as connection:
                add_pair(connection, number)
            number += 1

    writer = threading.Thread(target=load, daemon=True)
    writer.start()
    while counts(database)[0] < 20:
        stop.wait(0.01)
    try:
        manifest = backup(database, tmp_path / "backup.zip")
    finally:
        stop.set()
        writer.join(timeout=10)

    restored = Database(f"sqlite:///{tmp_path / 'restored.db'}")
    restore(restored, tmp_path / "backup.zip")
    people, told = counts(restored)
    assert people == told == manifest.rows["users"] == manifest.rows["events"] >= 20
    restored.close()


def test_a_restored_database_counts_on_under_a_new_epoch(database, address, tmp_path, request):
    with database.writing() as connection:
        for number in range(3):
            add_pair(connection, number)
        before = log.state(connection)
    backup(database, tmp_path / "backup.zip")
    with database.writing() as connection:
        for table in reversed(users.metadata.sorted_tables):
            connection.execute(table.delete())
        connection.execute(text("INSERT INTO event_log (id, epoch, forgotten) VALUES (1, 'x', 0)"))
    restore(database, tmp_path / "backup.zip")
    with database.writing() as connection:
        after = log.state(connection)
        add_pair(connection, 3)
        rows = connection.execute(select(events.c.seq, events.c.data).order_by(events.c.seq)).all()
    assert [row.seq for row in rows] == [1, 2, 3, 4]
    assert rows[0].data == {"number": 0, "text": "ü"}
    assert after.epoch not in {before.epoch, "x"}


def test_a_database_with_accounts_is_not_overwritten(sqlite, tmp_path):
    with sqlite.writing() as connection:
        add_pair(connection, 1)
    backup(sqlite, tmp_path / "backup.zip")
    with pytest.raises(ImpossibleRequest, match="already has accounts"):
        restore(sqlite, tmp_path / "backup.zip")
    assert counts(sqlite) == [1, 1]


def test_a_file_that_is_no_backup_is_refused(sqlite, tmp_path):
    (tmp_path / "x.zip").write_text("no")
    with pytest.raises(InvalidField, match="not a backup"):
        restore(sqlite, tmp_path / "x.zip")


def test_a_backup_is_readable_by_its_owner_only(sqlite, tmp_path):
    backup(sqlite, tmp_path / "backup.zip")
    assert (tmp_path / "backup.zip").stat().st_mode & 0o777 == 0o600
