"""The protocol of the event socket, as a client meets it."""

import json

import pytest

from server_ext.access.actor import Role
from server_ext.events.types import DEFAULTS, EVENT_TYPES
from tests.support.sockets import note


@pytest.fixture(scope="module")
def ann(shared):
    return shared.account("ann", team="t")


@pytest.fixture
def socket(shared, ann):
    with shared.listen(ann[1]) as listening:
        yield listening


def test_the_first_frame_greets_and_says_where_the_log_stands(shared, ann):
    newest = shared.write(note("before"))
    with shared.listen(ann[1]) as listening:
        greeting = listening.connected
    assert (greeting["type"], greeting["seq"], greeting["version"]) == ("connected", newest, "1.0")
    assert greeting["timestamp"].endswith("Z")
    assert greeting["data"]["seq"] == newest
    assert greeting["data"]["user_id"] == ann[0]
    assert greeting["data"]["supported_events"] == sorted(EVENT_TYPES)
    assert len(greeting["data"]["epoch"]) == 36


def test_an_event_arrives_with_its_number_after_its_commit(shared, socket):
    seq = shared.write(note("now"))
    frame = socket.take()
    assert (frame["type"], frame["data"], frame["seq"]) == ("notification", {"message": "now"}, seq)


def test_only_what_is_subscribed_to_arrives(shared, ann, socket):
    told = socket.say(action="subscribe", events=["job_failed"])
    assert told["data"] == {"events": ["job_failed"], "subscriptions": sorted({*DEFAULTS, "job_failed"})}
    socket.say(action="unsubscribe", events=["notification"])
    shared.write(note("no"), note("yes", type="job_failed"), note("no", type="job_started"))
    assert [frame["type"] for frame in socket.take_all()] == ["job_failed"]


def test_subscriptions_belong_to_the_connection(shared, ann, socket):
    socket.say(action="unsubscribe", events=["notification"])
    with shared.listen(ann[1]) as other:
        shared.write(note("hello"))
        assert other.take()["data"] == {"message": "hello"}
    assert socket.take_all() == []


def test_a_filter_narrows_what_arrives(shared, socket):
    told = socket.say(action="subscribe", events=["backtest_progress"], backtest_id="b1")
    assert told["data"]["backtest_id"] == "b1"
    events = [note("", type="backtest_progress", data={"backtest_id": name, "fraction": 0.5}) for name in ("b1", "b2", "b1")]
    shared.write(*events)
    assert [frame["data"]["backtest_id"] for frame in socket.take_all()] == ["b1", "b1"]


def test_the_address_may_name_the_subscriptions(shared, ann):
    with shared.listen(ann[1], "?events=job_failed,job_started&job_id=7") as listening:
        shared.write(note("no"), *(note("", type=kind, data={"job_id": job}) for kind, job in JOBS))
        assert [(frame["type"], frame["data"]["job_id"]) for frame in listening.take_all()] == [
            ("job_failed", "7"),
            ("job_started", "7"),
        ]


JOBS = [("job_failed", "7"), ("job_failed", "8"), ("job_started", "7"), ("job_completed", "7")]


@pytest.mark.parametrize(
    "query", ["?after=x", "?after=-1", "?events=nothing", "?events=*", "?events=notification&owner_id=x", "?after=1&after=2"]
)
def test_an_address_that_makes_no_sense_is_refused_before_the_upgrade(shared, ann, query):
    with pytest.raises(Exception, match=r"HTTP 4(00|22)"):
        shared.listen(ann[1], query)


def test_a_ping_is_answered_with_its_timestamp_and_where_the_client_stands(shared, socket):
    seq = shared.write(note("for nobody", audience="owner", owner_id="somebody else"))
    shared.write(note("for all"))
    assert socket.take()["seq"] == seq + 1
    answer = socket.say(action="ping", timestamp=12)
    assert (answer["type"], answer["data"], answer["seq"]) == ("pong", {"timestamp": 12}, seq + 1)


def test_a_resume_replays_what_was_missed_in_order_and_goes_on_with_what_is_new(shared, ann):
    first = shared.write(note("a"), note("b"), note("c")) - 2
    with shared.listen(ann[1], f"?after={first}") as listening:
        assert listening.connected["seq"] == first
        shared.write(note("d"))
        assert [frame["data"]["message"] for frame in listening.events(3)] == ["b", "c", "d"]
        again = listening.say(action="resume", after=first + 1)
        assert [again["data"]["message"], *(frame["data"]["message"] for frame in listening.events(1))] == ["c", "d"]
        shared.write(note("e"))
        assert listening.take()["data"]["message"] == "e"


def test_a_bare_resume_replays_every_type_and_a_chosen_one_what_was_chosen(shared, ann):
    before = shared.write(note("x"))
    shared.write(note("1", type="job_failed"), note("2"), note("3", type="job_started"))
    with shared.listen(ann[1], f"?after={before}") as bare, shared.listen(ann[1], f"?after={before}&events=job_started") as chosen:
        assert [frame["data"]["message"] for frame in bare.take_all()] == ["1", "2", "3"]
        assert [frame["data"]["message"] for frame in chosen.take_all()] == ["3"]


@pytest.mark.parametrize("command", ["{", "[]", '{"action":"shout"}', '{"action":"subscribe","events":["*"]}', "x" * 70_000])
def test_a_wrong_command_is_answered_and_the_socket_stays_open(socket, command):
    socket.socket.send(command)
    answer = socket.take()
    assert (answer["type"], set(answer["data"])) == ("error", {"code", "message"})
    assert socket.say(action="ping")["type"] == "pong"


def test_statistics_are_for_admins(shared, ann):
    boss = shared.account("boss", Role.ADMIN)
    with shared.listen(boss[1]), shared.listen(ann[1]), shared.listen(ann[1]):
        found = shared.hub.connections_by_user
    assert (found[boss[0]], found[ann[0]]) == (1, 2)


def test_what_a_listener_sees_is_decided_by_owner_team_and_role(shared, ann):
    bob, boss = shared.account("bob", team="u"), shared.account("chief", Role.ADMIN)
    with shared.listen(ann[1]) as hers, shared.listen(bob[1]) as his, shared.listen(boss[1]) as all_:
        shared.write(
            note("ann's", audience="owner", owner_id=ann[0]),
            note("team t", audience="team", owner_id=None, team="t"),
            note("team u", audience="team", owner_id=ann[0], team="u"),
            note("admins", audience="admins"),
            note("everyone"),
        )
        heard = [[frame["data"]["message"] for frame in listening.take_all()] for listening in (hers, his, all_)]
    assert heard == [
        ["ann's", "team t", "team u", "everyone"],
        ["team u", "everyone"],
        ["ann's", "team t", "team u", "admins", "everyone"],
    ]


def test_a_frame_is_json_that_any_reader_takes(shared, socket):
    shared.write(note('ü "x" \\ \n\t', data={"message": 'ü "x" \\ \n\t', "level": None}))
    frame = json.loads(socket.socket.recv(timeout=5))
    assert frame["data"] == {"message": 'ü "x" \\ \n\t', "level": None}
    assert list(frame) == ["type", "data", "seq", "timestamp", "version"]


@pytest.mark.parametrize("offered", [None, "deflate"])
def test_events_are_compressed_by_setting_for_whoever_offers_it(small, offered):
    server = small(AURELIUS_SOCKET_COMPRESSION="true")
    _, token = server.account("ann")
    with server.listen(token, compression=offered) as listening:
        first = server.write(*(note("x" * size) for size in (10, 200, 70_000))) - 2
        frames = listening.events(3)
        assert [frame["seq"] for frame in frames] == [first, first + 1, first + 2]
        assert [len(frame["data"]["message"]) for frame in frames] == [10, 200, 70_000]
        assert listening.say(action="ping")["type"] == "pong"
        assert bool(listening.socket.protocol.extensions) == bool(offered)


def test_nothing_is_compressed_by_default(shared, ann):
    with shared.listen(ann[1], compression="deflate") as listening:
        assert listening.socket.protocol.extensions == []
