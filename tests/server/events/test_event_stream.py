"""The client's stream of events, against real servers."""

import asyncio
import threading

import pytest

import aurelius_kernel as ak
from aurelius_kernel.client import ApiError, EventStream
from tests.support.running import PASSWORD


@pytest.fixture
def client(server, house):
    with ak.Client(server.url) as client:
        client.login("quant-b@example.com", PASSWORD)
        yield client


def created(client, *names):
    return [client.create_strategy(name, "trend_following").id for name in names]


def names(events):
    return [event.data["strategies"][0]["name"] for event in events]


def test_events_are_read_from_a_number_on(client):
    start = client.event_page(after=0, limit=1_000).upto
    created(client, "one", "two")
    with client.events(after=start, types=["strategy_created"]) as stream:
        first = next(stream)
        created(client, "three")
        rest = [next(stream), next(stream)]
    assert names([first, *rest]) == ["one", "two", "three"]
    assert (stream.after, len(stream.epoch)) == (rest[-1].seq, 36)


def test_a_second_stream_goes_on_where_the_first_one_stood(client):
    start = client.event_page(after=0, limit=1_000).upto
    created(client, "a", "b", "c")
    with client.events(after=start, types=["strategy_created"]) as stream:
        next(stream)
    with client.events(after=stream.after, epoch=stream.epoch, types=["strategy_created"]) as again:
        assert names([next(again), next(again)]) == ["b", "c"]


def test_a_lost_connection_is_taken_up_again_without_gap_or_double(client, monkeypatch):
    monkeypatch.setattr("aurelius_kernel.client.event_stream._PAUSES", (0.01,))
    start = client.event_page(after=0, limit=1_000).upto
    with client.events(after=start, types=["strategy_created"]) as stream:
        seen = []
        for number in range(6):
            created(client, str(number))
            seen.append(next(stream))
            stream._sync.socket.shutdown(2)
    assert names(seen) == [str(number) for number in range(6)]


def test_events_are_read_by_async_for_too(client):
    start = client.event_page(after=0, limit=1_000).upto
    created(client, "x", "y")

    async def read():
        found = []
        stream = client.events(after=start, types=["strategy_created"])
        async for event in stream:
            found.append(event)
            if len(found) == 2:
                await stream._async.close()
                created(client, "z")
            if len(found) == 3:
                break
        await stream.aclose()
        return found

    assert names(asyncio.run(read())) == ["x", "y", "z"]


def test_only_new_events_come_without_a_number(client):
    created(client, "old")
    with client.events(after=None, types=["strategy_created"]) as stream:
        late = threading.Timer(0.5, created, [client, "new"])
        late.start()
        assert names([next(stream)]) == ["new"]
        late.join()


def test_what_no_patience_will_mend_is_raised_at_once(client, server):
    with pytest.raises(ApiError, match="Unknown event") as unknown:
        next(client.events(types=["nothing"]))
    assert unknown.value.status == 400
    with ak.Client(server.url, token="nonsense") as stranger, pytest.raises(ApiError) as refused:
        next(stranger.events())
    assert refused.value.status == 401


def test_a_stream_waits_longer_and_longer_for_a_server_that_is_away():
    stream = EventStream(transport=None)
    assert [stream._pause(ConnectionRefusedError()) for _ in range(7)] == [1, 2, 4, 8, 16, 16, 16]
    stream._taken('{"type":"pong","data":{},"seq":1,"timestamp":""}')
    assert stream._pause(ConnectionRefusedError()) == 1


def test_a_quiet_stream_learns_how_far_it_is_by_asking(client, monkeypatch):
    monkeypatch.setattr("aurelius_kernel.client.event_stream._QUIET_SECONDS", 0.2)
    start = client.event_page(after=0, limit=1_000).upto
    with client.events(after=start, types=["strategy_updated"]) as stream:
        (made,) = created(client, "of another type")
        reader = threading.Thread(target=next, args=[stream], daemon=True)
        reader.start()
        reader.join(1.0)
        assert stream.after > start
        client.change_strategy(made, name="changed")
        reader.join(5)
        assert not reader.is_alive()
