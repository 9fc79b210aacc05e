"""Sessions: refreshed in a chain, ended at once, and never by two owners of one token."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from aurelius_kernel.clock import utc_now
from server_ext.access.actor import Method, Origin, Role
from server_ext.accounts import audit, service
from server_ext.accounts.sessions import Sessions
from server_ext.accounts.tables import audit as audit_rows
from server_ext.accounts.tables import refresh_tokens, sessions, tickets, users
from server_ext.errors import InvalidToken
from server_ext.settings import Settings

HERE = Origin(address="192.0.2.1", user_agent="test", request_id="r")


@pytest.fixture
def live(tmp_path, monkeypatch):
    monkeypatch.setenv("AURELIUS_HOME", str(tmp_path / "home"))
    return Sessions(Settings.read({}))


@pytest.fixture
def user(database):
    with database.writing() as connection:
        return service.create_user(connection, HERE, email="a@example.com", name="Ann", password_hash="x", role=Role.QUANT)


def opened(database, live, user, method=Method.BEARER):
    with database.writing() as connection:
        return live.open(connection, user.id, method, HERE)


def refreshed(database, live, token, key=None):
    with database.writing() as connection:
        return live.refresh(connection, token, HERE, key)


def actor(database, live, session_id):
    with database.reading() as connection:
        return live.actor(connection, session_id)


def test_a6_a_refreshed_token_is_spent_and_its_second_use_ends_the_family_only(database, live, user):
    session_id, first = opened(database, live, user)
    other, _ = opened(database, live, user)
    _, second = refreshed(database, live, first)
    assert refreshed(database, live, second)[0] == session_id
    assert refreshed(database, live, first) is None
    assert actor(database, live, session_id) is None
    assert actor(database, live, other).id == user.id
    with pytest.raises(InvalidToken):
        refreshed(database, live, second)
    with database.reading() as connection:
        actions = connection.execute(select(audit_rows.c.action)).scalars().all()
    assert "session.refresh_reused" in actions


def test_a7_fifty_refreshes_at_once_make_one_child(database, live, user):
    _, token = opened(database, live, user)
    found, start = [], threading.Barrier(10)

    def racer():
        start.wait()
        for _ in range(5):
            try:
                found.append(refreshed(database, live, token))
            except InvalidToken:
                found.append(None)

    racers = [threading.Thread(target=racer, daemon=True) for _ in range(10)]
    for thread in racers:
        thread.start()
    for thread in racers:
        thread.join(30)
    assert sum(answer is not None for answer in found) == 1
    assert len(found) == 50
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(refresh_tokens)).scalar() == 2


def test_a7_a_lost_answer_asked_for_again_under_the_same_key_is_the_same_child(database, live, user):
    _, token = opened(database, live, user)
    first = refreshed(database, live, token, "retry-1")
    assert refreshed(database, live, token, "retry-1") == first
    with database.writing() as connection:
        connection.execute(update(refresh_tokens).values(spent_at=utc_now() - timedelta(seconds=11)))
    assert refreshed(database, live, token, "retry-1") is None


def test_a7_another_key_is_reuse(database, live, user):
    session_id, token = opened(database, live, user)
    refreshed(database, live, token, "retry-1")
    assert refreshed(database, live, token, "retry-2") is None
    assert actor(database, live, session_id) is None


def test_an_unknown_token_is_refused(database, live):
    with pytest.raises(InvalidToken):
        refreshed(database, live, "nothing")


@pytest.mark.parametrize(
    "values",
    [{"expires_at": utc_now() - timedelta(seconds=1)}, {"used_at": utc_now() - timedelta(days=15)}, {"revoked_at": utc_now()}],
)
def test_a_session_that_is_old_unused_or_ended_is_nobodys(database, live, user, values):
    session_id, token = opened(database, live, user)
    with database.writing() as connection:
        connection.execute(update(sessions).values(**values))
    assert actor(database, live, session_id) is None
    with pytest.raises(InvalidToken):
        refreshed(database, live, token)


def test_a_switched_off_account_has_no_session(database, live, user):
    session_id, _ = opened(database, live, user)
    with database.writing() as connection:
        connection.execute(update(users).values(is_active=False))
    assert actor(database, live, session_id) is None


def test_a_role_is_read_from_the_account_not_from_the_token(database, live, user):
    session_id, _ = opened(database, live, user)
    with database.writing() as connection:
        connection.execute(update(users).values(role="viewer"))
    assert actor(database, live, session_id).role is Role.VIEWER


def test_a_ticket_opens_once_and_for_thirty_seconds(database, live, user):
    session_id, _ = opened(database, live, user)
    with database.writing() as connection:
        who = live.actor(connection, session_id)
        ticket, late = live.issue_ticket(connection, who), live.issue_ticket(connection, who)
        assert live.use_ticket(connection, ticket) == who
        assert live.use_ticket(connection, ticket) is None
        assert live.use_ticket(connection, session_id) is None
    with database.writing() as connection:
        connection.execute(update(tickets).values(expires_at=utc_now() - timedelta(seconds=1)))
        assert live.use_ticket(connection, late) is None


def test_no_secret_of_a_session_is_stored_as_it_is(database, live, user):
    _, token = opened(database, live, user)
    _, cookie = opened(database, live, user, Method.COOKIE)
    _, child = refreshed(database, live, token, "key")
    with database.reading() as connection:
        stored = str([connection.execute(select(table)).all() for table in (sessions, refresh_tokens)])
    assert not [secret for secret in (token, cookie, child) if secret in stored]


def test_the_audit_log_tells_where_it_was_changed(database, user):
    with database.writing() as connection:
        for number in range(5):
            audit.record(connection, HERE, "test", target=str(number), note="ü")
        assert audit.first_broken(connection) is None
        connection.execute(update(audit_rows).where(audit_rows.c.seq == 3).values(target="other"))
        assert audit.first_broken(connection) == 3


def test_the_audit_log_tells_where_a_row_was_taken_out(database, user):
    with database.writing() as connection:
        for number in range(5):
            audit.record(connection, HERE, "test", target=str(number))
        connection.execute(audit_rows.delete().where(audit_rows.c.seq == 3))
        assert audit.first_broken(connection) == 4
