"""W8: nothing is lost and nothing comes twice, whatever drops and whoever is killed; the full size is a benchmark."""

import asyncio
import shutil
import threading

import pytest

from tests.server.conftest import new_postgresql
from tests.support.no_loss import rehearse
from tests.support.running import PASSWORD, Server, free_port, people
from tests.support.sockets import note
from tests.support.torn_lines import read_torn


def crew(server):
    """An admin, two people of one team, one of another, one of none."""
    house = people(server, "quant-a", "viewer-b")
    admin = house["admin"]
    for name, team in (("ann", "t"), ("bob", "t"), ("eve", "u")):
        person = server.stranger()
        person.email = f"{name}@example.com"
        body = {"email": person.email, "name": name, "password": PASSWORD, "role": "analyst", "team": team}
        admin.post("/api/auth/users/", body).raise_for_status()
        person.tokens = person.login().raise_for_status().json()
        house[name] = person
    return [house[name] for name in ("admin", "ann", "bob", "eve", "quant-a", "viewer-b")]


def test_w8_clients_that_drop_and_a_server_that_is_killed_twice_lose_nothing(tmp_path):
    server = Server(tmp_path).start()
    try:
        address = f"sqlite:///{tmp_path / 'home/aurelius.db'}"
        crowd = rehearse([server], crew(server), address, clients=24, count=6_000, kills=[server, server], a_second=1_200)
        outcome = asyncio.run(crowd)
    finally:
        server.stop()
    assert outcome.faults == {}
    assert outcome.returns > 24


@pytest.fixture
def pair(tmp_path, postgresql):
    """Two servers with the same keys on one PostgreSQL, and its address."""
    address = new_postgresql(postgresql)
    environment = {"DATABASE_URL": address, "AURELIUS_HOME": str(tmp_path / "home")}
    servers = [Server(tmp_path / name, environment, free_port()) for name in ("a", "b")]
    for server in servers:
        server.folder.mkdir()
        server.start()
    yield servers, address
    for server in servers:
        server.stop()
    shutil.rmtree(tmp_path / "home", ignore_errors=True)


def test_w8_two_servers_on_one_postgresql_of_which_each_is_killed_once_lose_nothing(pair):
    servers, address = pair
    crowd = rehearse(servers, crew(servers[-1]), address, clients=24, count=6_000, kills=servers, a_second=1_200)
    outcome = asyncio.run(crowd)
    assert outcome.faults == {}
    assert outcome.returns > 24


def test_w8_a_line_that_is_torn_at_any_byte_loses_nothing(small):
    """Two hundred tears while twelve thousand events are written; the benchmark tears a thousand times in a hundred thousand."""
    server = small(ring=2_000)
    _, token = server.account("ann")
    first = server.write(note("first"))
    written = []

    def write():
        for start in range(0, 12_000, 40):
            server.write(*(note(str(number)) for number in range(start, start + 40)))
        written.append(server.write(note("last")))

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    seen, tears = read_torn(server.port, token, after=first, until=lambda: written[0] if written else None, mean=7_000, seed=3)
    writer.join(30)
    assert seen == list(range(first + 1, written[0] + 1))
    assert tears >= 150
