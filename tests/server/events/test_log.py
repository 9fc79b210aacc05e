"""The event log: in the change's own transaction, in the order of commits, for whoever may see it."""

import threading
import time
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from aurelius_kernel.clock import utc_now
from server_ext.access.visibility import Audience, Reader, can_see
from server_ext.db import Database, schema
from server_ext.events.event import Event, visible_to
from server_ext.events.frames import read_framed
from server_ext.events.log import EventLog
from server_ext.events.tables import events


@dataclass(frozen=True)
class Person:
    id: str
    team: str | None = None
    is_admin: bool = False


ADMIN = Person("root", is_admin=True)
log = EventLog()


def note(text, **more):
    return Event(type="notification", data={"message": text}, **more)


def messages(page):
    return [event.data["message"] for event in page.events]


def test_an_event_of_a_change_that_is_rolled_back_was_never_there(database):
    with pytest.raises(ZeroDivisionError), database.writing() as connection:  # noqa: PT012  (the failure follows the append)
        log.append(connection, note("no"))
        _ = 1 / 0
    with database.reading() as connection:
        assert log.read(connection, ADMIN, after=0).events == ()


def test_events_are_read_in_order_after_a_number(database):
    with database.writing() as connection:
        assert log.append(connection, note("a"), note("b")) == 2
        assert log.append(connection, note("c")) == 3
    with database.reading() as connection:
        page = log.read(connection, ADMIN, after=1)
    assert messages(page) == ["b", "c"]
    assert (page.upto, page.state.newest, page.state.forgotten) == (3, 3, 0)


def test_the_same_key_is_appended_once(database):
    for _ in range(2):
        with database.writing() as connection:
            log.append(connection, note("once", key="backtest-1-completed"))
    with database.reading() as connection:
        assert messages(log.read(connection, ADMIN, after=0)) == ["once"]


def test_a_page_says_how_far_it_was_read_past_what_others_own(database):
    with database.writing() as connection:
        log.append(connection, note("hers", owner_id="b"), note("mine", owner_id="a"), note("hers again", owner_id="b"))
    with database.reading() as connection:
        page = log.read(connection, Person("a"), after=0)
        first = log.read(connection, ADMIN, after=0, limit=2)
    assert (messages(page), page.upto) == (["mine"], 3)
    assert (messages(first), first.upto) == (["hers", "mine"], 2)


def test_whoever_sleeps_is_woken_after_the_commit(database):
    woken = []
    own = EventLog()
    own.on_append(lambda: woken.append(seen()))

    def seen():
        with database.reading() as connection:
            return own.state(connection).newest

    with database.writing() as connection:
        own.append(connection, note("a"))
        own.append(connection, note("b"))
        assert woken == []
    assert woken == [2]


def test_old_events_are_forgotten_and_the_log_says_from_where(database):
    with database.writing() as connection:
        log.append(connection, *(note(str(number)) for number in range(10)))
        assert log.forget(connection, days=1, count=4) == 6
        state = log.state(connection)
        assert (state.forgotten, state.newest) == (6, 10)
        assert messages(log.read(connection, ADMIN, after=6)) == ["6", "7", "8", "9"]
        connection.execute(update(events).values(at=utc_now().replace(year=2020)))
        assert log.forget(connection, days=1, count=100) == 4
        assert (log.state(connection).forgotten, log.state(connection).newest) == (10, 10)
        assert log.append(connection, note("next")) == 11


def test_numbers_rise_in_the_order_of_commits_however_slow_a_transaction_is(database):
    """A reader that has passed a number never finds a lower one later."""
    seen: list[int] = []
    stop = threading.Event()

    def slow_writer(number):
        for _ in range(8):
            with database.writing() as connection:
                log.append(connection, note(f"{number}"))
                time.sleep(0.004 * number)

    def reader():
        after = 0
        while not stop.is_set():
            with database.reading() as connection:
                page = log.read(connection, ADMIN, after=after)
            seen.extend(event.seq for event in page.events)
            after = page.upto

    threads = [threading.Thread(target=slow_writer, args=(number,), daemon=True) for number in range(4)]
    watching = threading.Thread(target=reader, daemon=True)
    watching.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    time.sleep(0.05)
    stop.set()
    watching.join(timeout=5)
    with database.reading() as connection:
        stored = connection.execute(select(events.c.seq).order_by(events.c.seq)).scalars().all()
    assert seen == stored
    assert len(stored) == 32


people = st.builds(Person, st.sampled_from("abc"), st.sampled_from([None, "t", "u"]), st.booleans())
some_events = st.builds(
    Event,
    type=st.just("x"),
    audience=st.sampled_from(Audience),
    owner_id=st.sampled_from([None, "a", "b", "c"]),
    team=st.sampled_from([None, "t", "u"]),
    readers=st.frozensets(
        st.builds(Reader, st.just("user"), st.sampled_from("abc")) | st.builds(Reader, st.just("team"), st.sampled_from("tu")),
        max_size=2,
    ),
)


@pytest.fixture(scope="module")
def one_database(tmp_path_factory):
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('log') / 'x.db'}")
    schema.upgrade(database.engine)
    yield database
    database.close()


@given(people, st.lists(some_events, max_size=12))
@settings(max_examples=150, deadline=None)
def test_w6_the_rows_that_are_read_are_exactly_those_the_rule_allows(one_database, person, happened):
    with one_database.writing() as connection:
        connection.execute(events.delete())
        if happened:
            log.append(connection, *happened)
        rows = connection.execute(select(events).order_by(events.c.seq)).all()
        allowed = [row.seq for row, event in zip(rows, happened, strict=True) if can_see(person, event)]
        page = log.read(connection, person, after=0)
        framed = read_framed(connection, visible_to(person), limit=100)
        everything = read_framed(connection, limit=100)
    assert [event.seq for event in page.events] == [event.seq for event in framed] == allowed
    assert [event.seq for event in everything if can_see(person, event)] == allowed


def test_w6_nobody_sees_what_is_for_another_owner_team_or_for_admins():
    mine = Event(type="x", owner_id="a")
    assert can_see(Person("a"), mine)
    assert not can_see(Person("b"), mine)
    assert can_see(ADMIN, mine)
    team = Event(type="x", owner_id="a", audience=Audience.TEAM, team="t")
    assert can_see(Person("b", "t"), team)
    assert not can_see(Person("b", "u"), team)
    assert not can_see(Person("b", None), Event(type="x", audience=Audience.TEAM, team=None))
    assert not can_see(Person("b"), Event(type="x", audience=Audience.ADMINS))
    assert can_see(Person("b"), Event(type="x", audience=Audience.EVERYONE))


def test_an_append_of_nothing_does_nothing(database):
    with database.writing() as connection:
        assert log.append(connection) is None
        assert connection.execute(select(insert(events).table)).all() == []
