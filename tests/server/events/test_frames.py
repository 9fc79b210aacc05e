"""Frames and the ring: what goes over the wire, and what is kept of it in memory."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import true
from websockets.frames import Frame

from server_ext.access.visibility import Audience
from server_ext.events import Event, EventLog
from server_ext.events.frames import Framed, control, framed, payloads, read_framed
from server_ext.events.ring import Ring
from server_ext.events.schemas import frame as rest_frame


def unframed(data):
    """The payload of one frame, as another library reads it."""
    position = 0

    def read(count):
        nonlocal position
        position += count
        yield from ()
        return data[position - count : position]

    parsing = Frame.parse(read, mask=False)
    with pytest.raises(StopIteration) as done:
        next(parsing)
    assert position == len(data)
    return done.value.value.data


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65_535, 65_536, 200_000])
def test_a_frame_of_any_length_is_read_by_another_library(length):
    assert unframed(framed(b"x" * length)) == b"x" * length


def test_frames_are_taken_apart_again():
    parts = [b"a", b"b" * 125, b"c" * 126, b"", b"d" * 65_536]
    assert list(payloads(b"".join(map(framed, parts)))) == parts


def test_an_event_is_the_same_on_the_socket_and_over_rest(database):
    log = EventLog()
    data = {"message": 'ä "quoted" \\ line\n', "level": None, "number": 1.5, "list": [1, {"a": True}]}
    with database.writing() as connection:
        log.append(connection, Event(type="notification", data=data, audience=Audience.EVERYONE))
    with database.reading() as connection:
        sent = unframed(read_framed(connection, true(), limit=10)[0].frame)
        asked = log.read(connection, Admin(), after=0).events[0]
    assert json.loads(sent) == rest_frame(asked).model_dump()


def test_not_a_number_is_null_on_the_wire(database):
    with database.writing() as connection:
        EventLog().append(connection, Event(type="dashboard_update", data={"stats": {"sharpe": float("nan")}}))
    with database.reading() as connection:
        sent = unframed(read_framed(connection, true(), limit=10)[0].frame)
    assert json.loads(sent, parse_constant=pytest.fail)["data"] == {"stats": {"sharpe": None}}


def test_a_frame_of_the_servers_own_says_where_the_client_stands():
    said = json.loads(unframed(control("pong", {"timestamp": 3}, seq=17)))
    assert (said["type"], said["data"], said["seq"], said["version"]) == ("pong", {"timestamp": 3}, 17, "1.0")


def entry(seq, text='{"a":1}'):
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Framed(seq=seq, at=at, type="x", audience=Audience.EVERYONE, owner_id=None, team=None, text=text)


def test_a_ring_gives_what_follows_a_number_whether_or_not_that_number_exists():
    ring = Ring(10)
    ring.extend([entry(12), entry(15), entry(16)])
    assert [[found.seq for found in ring.after(seq, 10)] for seq in (10, 12, 13, 16)] == [[12, 15, 16], [15, 16], [15, 16], []]
    assert [found.seq for found in ring.after(10, 2)] == [12, 15]


def test_a_ring_forgets_the_oldest_and_knows_from_where_it_is_whole():
    ring = Ring(0, entries=100)
    ring.extend(entry(seq) for seq in range(1, 1_001))
    assert len(ring) <= 100
    assert [found.seq for found in ring.after(ring.floor, 1_000)] == list(range(ring.floor + 1, 1_001))


def test_a_ring_is_bounded_in_bytes():
    ring = Ring(0, size=100_000)
    for seq in range(1, 50):
        ring.extend([entry(seq, json.dumps({"a": "x" * 10_000}))])
        assert sum(len(found.frame) for found in ring.after(ring.floor, 1_000)) <= 100_000
    assert ring.newest == 49


class Admin:
    id, team, is_admin = "root", None, True
