"""Group commit: quick, durable when acknowledged, bounded when the disk cannot keep up."""

import asyncio

import pytest

from server_ext.db import DatabaseBusy, StorageFull
from server_ext.events import Appender, Event, EventLog, appender


class Admin:
    id, team, is_admin = "root", None, True


def test_every_acknowledged_event_is_stored_in_order(database):
    log = EventLog()
    commits = []
    log.on_append(lambda: commits.append(1))
    group = Appender(database, log)

    async def many():
        await asyncio.gather(*(group.append(Event(type="tick", data={"number": number})) for number in range(2_000)))

    asyncio.run(many())
    group.close()
    with database.reading() as connection:
        page = log.read(connection, Admin(), after=0, limit=3_000)
    assert [event.data["number"] for event in page.events] == list(range(2_000))
    assert len(commits) < 100


def test_a_failed_commit_is_told_to_everybody_who_waits(sqlite, monkeypatch):
    group = Appender(sqlite, EventLog())

    def full(*_args, **_kwargs):
        raise StorageFull

    monkeypatch.setattr(EventLog, "append", full)

    async def two():
        return await asyncio.gather(*(group.append(Event(type="x")) for _ in range(2)), return_exceptions=True)

    assert [type(answer) for answer in asyncio.run(two())] == [StorageFull, StorageFull]
    monkeypatch.undo()
    assert asyncio.run(group.append(Event(type="x"))) == 1
    group.close()


def test_more_events_than_can_wait_are_refused(sqlite, monkeypatch):
    monkeypatch.setattr(appender, "_WAITING", 2)
    group = Appender(sqlite, EventLog())

    def flood():
        for _ in range(10):
            group.submit(Event(type="x"))

    with sqlite.writing(), pytest.raises(DatabaseBusy, match="Too many events"):
        flood()
    group.close()


def test_events_of_other_threads_and_of_the_loop_are_answered_alike(sqlite):
    group = Appender(sqlite, EventLog())

    async def both():
        elsewhere = group.submit(Event(type="x"))
        return await group.append(Event(type="x")), await asyncio.wrap_future(elsewhere)

    assert set(asyncio.run(both())) <= {1, 2}
    group.close()


def test_what_waits_is_written_before_the_appender_ends_and_nothing_is_taken_after(sqlite):
    log = EventLog()
    group = Appender(sqlite, log)
    waiting = [group.submit(Event(type="x")) for _ in range(1_200)]
    group.close()
    assert [future.done() and future.exception() for future in waiting] == [None] * 1_200
    with pytest.raises(DatabaseBusy):
        group.submit(Event(type="x"))
    with sqlite.reading() as connection:
        assert log.state(connection).newest == 1_200
