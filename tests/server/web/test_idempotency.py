"""Once under one key, on both databases."""

import threading

import pytest
from pydantic import BaseModel

from server_ext.access.actor import Origin, Role
from server_ext.accounts import service
from server_ext.errors import Conflict
from server_ext.web.idempotency import forget, once


class Made(BaseModel):
    number: int


@pytest.fixture
def owner(database):
    with database.writing() as connection:
        return service.create_user(connection, Origin(), email="a@example.com", name="Ann", password_hash="x", role=Role.QUANT).id


def test_the_second_asking_is_answered_as_the_first(database, owner):
    done = []

    def work():
        done.append(1)
        return Made(number=len(done))

    for _ in range(3):
        with database.writing() as connection:
            assert once(connection, owner, "key", "hash", work, Made) == Made(number=1)
    with database.writing() as connection, pytest.raises(Conflict):
        once(connection, owner, "key", "another", work, Made)
    with database.writing() as connection:
        assert once(connection, owner, "other key", "hash", work, Made) == Made(number=2)
        assert forget(connection) == 0


def test_whoever_asks_at_the_same_time_waits_for_the_first(database, owner):
    done, answers, start = [], [], threading.Barrier(6)

    def work():
        done.append(1)
        return Made(number=len(done))

    def ask():
        start.wait()
        with database.writing() as connection:
            answers.append(once(connection, owner, "key", "hash", work, Made))

    askers = [threading.Thread(target=ask, daemon=True) for _ in range(6)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join(20)
    assert answers == [Made(number=1)] * 6
    assert done == [1]
