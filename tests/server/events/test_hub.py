"""The hub on a real log: resuming at every point, slow and dead clients, expiry, another epoch, on both databases."""

import random
import time

import pytest

from server_ext.access.visibility import Audience, can_see
from server_ext.db import DatabaseGone
from server_ext.events.heartbeat import Heartbeat
from server_ext.events.pace import Pace
from tests.support.sockets import SmallServer, note, raw_socket


class Person:
    def __init__(self, id, team=None, is_admin=False):
        self.id, self.team, self.is_admin = id, team, is_admin


@pytest.fixture
def anywhere(address, tmp_path):
    """Starts small servers on either database; all of a test share one."""
    running = []

    def start(**options):
        server = SmallServer(address, tmp_path / "home", **options)
        running.append(server)
        return server

    yield start
    for server in running:
        server.stop()


def seqs(frames):
    return [frame["seq"] for frame in frames]


def test_a_resume_from_any_point_is_whole_whether_it_comes_from_the_table_or_from_memory(anywhere):
    """A ring of fifty, six hundred events: the far ones are read in pages, the near ones are in memory, with one seam."""
    server = anywhere(ring=50)
    ann, token = server.account("ann")
    draw = random.Random(7)  # noqa: S311  (a test must be repeatable)
    happened = [
        note(str(number), audience=draw.choice(list(Audience)), owner_id=draw.choice([None, ann, "bob"])) for number in range(600)
    ]
    for start in range(0, 600, 100):
        newest = server.write(*happened[start : start + 100])
    mine = [newest - 599 + at for at, event in enumerate(happened) if can_see(Person(ann), event)]
    for after in (newest - 600, newest - 431, newest - 60, newest - 50, newest - 49, newest - 1, newest):
        due = [seq for seq in mine if seq > after]
        with server.listen(token, f"?after={after}&events=all") as listening:
            assert seqs(listening.events(len(due))) == due
            assert listening.say(action="ping")["seq"] == newest


def test_what_is_written_while_a_client_resumes_comes_after_what_it_missed(anywhere):
    server = anywhere(ring=100)
    _, token = server.account("ann")
    first = server.write(*(note(str(number)) for number in range(500))) - 499
    with server.listen(token, f"?after={first - 1}") as listening:
        for _ in range(10):
            newest = server.write(*(note("more") for _ in range(20)))
        assert seqs(listening.events(newest - first + 1)) == list(range(first, newest + 1))


def test_w9_a_client_that_was_away_too_long_is_told_and_gets_what_is_kept(anywhere):
    server = anywhere(ring=5)
    _, token = server.account("ann")
    newest = server.write(*(note(str(number)) for number in range(20)))
    with server.platform.database.writing() as connection:
        server.platform.log.forget(connection, days=1, count=10)
    with server.listen(token, f"?after={newest - 15}") as listening:
        told, *kept = listening.events(11)
    assert (told["type"], told["data"]["oldest"], told["seq"]) == ("resync", newest - 10, newest - 10)
    assert seqs(kept) == list(range(newest - 9, newest + 1))
    with server.listen(token, f"?after={newest - 10}") as listening:
        assert [frame["type"] for frame in listening.events(10)] == ["notification"] * 10


def test_w9_a_number_of_another_epoch_is_answered_by_resync(anywhere):
    server = anywhere()
    _, token = server.account("ann")
    newest = server.write(note("kept"))
    with server.listen(token, f"?after={newest}&epoch=of-another-history") as listening:
        told, kept = listening.events(2)
    assert (told["type"], told["data"]["epoch"], kept["data"]["message"]) == (
        "resync",
        listening.connected["data"]["epoch"],
        "kept",
    )
    with server.listen(token, f"?after={newest + 1_000}") as listening:
        assert listening.take()["type"] == "resync"


def test_w9_clients_are_sent_back_when_the_database_is_restored_under_a_running_server(anywhere):
    server = anywhere()
    _, token = server.account("ann")
    newest = server.write(note("a"))
    listening = server.listen(token)
    with server.platform.database.writing() as connection:
        server.platform.log.renew_epoch(connection)
    assert listening.closed_with() == 1012
    with server.listen(token, f"?after={newest}&epoch={listening.connected['data']['epoch']}") as again:
        assert again.take()["type"] == "resync"


def test_a_client_that_knows_more_than_this_server_yet_waits_and_misses_nothing(anywhere):
    """Another server was quicker: the number is in the table, but not in this hub's memory."""
    server = anywhere(pace=Pace(poll=0.3))
    _, token = server.account("ann")
    newest = server.write(note("a"))
    with server.listen(token, f"?after={newest}&epoch={server.hub.epoch}"):
        pass
    server.hub.wake, waking = (lambda: None), server.hub.wake
    try:
        server.platform.log._sleepers.clear()
        seq = server.write(note("unknown here"), note("not yet read"))
        with server.listen(token, f"?after={seq - 1}") as listening:
            assert seqs(listening.events(1)) == [seq]
            assert listening.take_all(0.2) == []
    finally:
        server.hub.wake = waking


def test_w5_a_client_that_does_not_read_costs_little_disturbs_nobody_and_is_sent_away(small):
    """Its buffers fill, it is closed, and on its return it gets everything."""
    server = small(heartbeat=Heartbeat(patience=1.0), pace=Pace(watch=0.1))
    _, token = server.account("ann")
    big = "x" * 2_000
    first = server.write(note("first"))
    slow = raw_socket(server.port, token, receive_buffer=4_096)
    with server.listen(token) as quick:
        ages = []
        for _ in range(30):
            began = time.monotonic()
            newest = server.write(*(note(big) for _ in range(20)))
            assert seqs(quick.events(20))[-1] == newest
            ages.append(time.monotonic() - began)
        slow_ones = [one for one in server.hub._listeners if one.blocked_since is not None]
        assert len(slow_ones) == 1
        assert len(slow_ones[0].line._stream._write_buffer) <= 256 * 1024
        assert given_up(server)
    assert sorted(ages)[-3] < 1
    slow.close()
    with server.listen(token, f"?after={first}") as back:
        assert seqs(back.events(600)) == list(range(first + 1, newest + 1))


def test_w5_the_slow_client_is_told_why(small):
    """It reads again, a moment after it was given up: 4408 is what it finds."""
    server = small(heartbeat=Heartbeat(patience=0.5), pace=Pace(watch=0.1))
    _, token = server.account("ann")
    slow = raw_socket(server.port, token, receive_buffer=4_096)
    assert eventually(lambda: server.hub._listeners)
    for _ in range(20):
        server.write(*(note("x" * 2_000) for _ in range(20)))
        time.sleep(0.005)
    assert given_up(server)
    taken = bytearray()
    while CLOSED_FOR_BEING_SLOW not in taken[-60:]:
        part = slow.recv(65_536)
        assert part
        taken += part
    slow.close()


def test_a_client_that_is_slow_but_reads_gets_everything_in_order(small):
    server = small(ring=50)
    _, token = server.account("ann")
    with server.listen(token, max_queue=4) as listening:
        first = server.write(*(note("x" * 500) for _ in range(20))) - 19
        for _ in range(40):
            newest = server.write(*(note("x" * 500) for _ in range(50)))
        found = []
        for number in range(newest - first + 1):
            found.append(listening.take()["seq"])
            if number % 100 == 0:
                time.sleep(0.005)
    assert found == list(range(first, newest + 1))
    assert server.hub.counts.queue_high_water > 0


def test_w10_a_socket_ends_with_its_access_token(small):
    server = small(pace=Pace(watch=0.1))
    server.platform.tokens.seconds = 2
    _, token = server.account("ann")
    listening = server.listen(token)
    began = time.monotonic()
    assert listening.closed_with() == 4401
    assert time.monotonic() - began < 3


def test_w10_a_client_that_gives_no_sign_of_life_is_dropped_after_two_pings(small):
    server = small(heartbeat=Heartbeat(every=0.4, answer=0.2), pace=Pace(watch=0.05))
    _, token = server.account("ann")
    dead = raw_socket(server.port, token)
    with server.listen(token) as living:
        began = time.monotonic()
        taken = bytearray()
        while part := dead.recv(65_536):
            taken += part
        assert 0.6 < time.monotonic() - began < 3
        assert taken.endswith(b"\x89\x00\x89\x00")
        living.take_all(1.0)
        assert living.say(action="ping")["type"] == "pong"


def test_w10_the_heartbeat_finds_a_dead_line_within_forty_seconds():
    usual = Heartbeat()
    assert usual.every == 20
    assert usual.every + 2 * usual.answer <= 40


def test_old_events_go_and_who_is_there_notices_nothing(anywhere):
    server = anywhere(ring=20)
    _, token = server.account("ann")
    with server.listen(token) as listening:
        server.write(*(note(str(number)) for number in range(50)))
        assert len(listening.events(50)) == 50
        with server.platform.database.writing() as connection:
            server.platform.log.forget(connection, days=1, count=1)
        server.write(note("next"))
        assert listening.take()["data"]["message"] == "next"
        answer = listening.say(action="ping")
    with server.listen(token, f"?after={answer['seq']}") as back:
        assert back.take_all() == []


def test_the_log_is_followed_again_after_the_database_was_away(small, monkeypatch):
    server = small(pace=Pace(poll=0.1, retry=0.1))
    _, token = server.account("ann")
    with server.listen(token) as listening:
        with monkeypatch.context() as broken:
            broken.setattr(server.platform.source, "page", away)
            server.write(note("while away"))
            assert listening.take_all(0.3) == []
        assert listening.take()["data"]["message"] == "while away"


CLOSED_FOR_BEING_SLOW = (4408).to_bytes(2, "big") + b"too slow"


def given_up(server):
    """Whether the hub says goodbye to a client."""
    return eventually(lambda: any(one.line._handler.ws_connection is None for one in server.hub._listeners))


def eventually(happens, seconds=10):
    deadline = time.monotonic() + seconds
    while not happens() and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(happens())


async def away(*_args, **_options):
    raise DatabaseGone
