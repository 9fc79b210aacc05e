"""Frames on the socket against the contract: every type of event, and every frame of the server's own, as they really arrive."""

import re

import pytest

from server_ext.access.actor import Actor, Method, Role
from server_ext.access.visibility import Audience
from server_ext.events import Event
from server_ext.events.types import CONTROL, DEFAULTS, EVENT_TYPES
from server_ext.strategies import service
from server_ext.strategies.schemas import NewStrategy, StrategyChange
from tests.support.sockets import SmallServer

CONTRACT = {
    # type: data that the contract promises
    "strategy_created": "request_id strategy_count strategies",
    "strategy_updated": "strategy_count strategies",
    "backtest_queued": "backtest_id strategy_id job_id",
    "backtest_started": "backtest_id strategy_id job_id",
    "backtest_progress": "backtest_id fraction stage bar_time equity trades",
    "backtest_completed": "backtest_id strategy_id metrics duration report_urls",
    "backtest_failed": "backtest_id error",
    "backtest_cancelled": "backtest_id error",
    "validation_started": "validation_id",
    "validation_progress": "validation_id",
    "validation_completed": "validation_id",
    "validation_failed": "validation_id",
    "gate_verified": "strategy_id gate passed band",
    "schedule_fired": "",
    "reflexion_iteration_created": "strategy_id",
    "orchestrator_run_created": "run_id status",
    "orchestrator_stage_updated": "run_id stage status",
    "signal_created": "",
    "approval_requested": "",
    "approval_decided": "",
    "order_updated": "",
    "position_updated": "",
    "guard_triggered": "",
    "reconciliation_completed": "",
    "dashboard_update": "",
    "notification": "message level link",
}
ADDED = {"policy_changed", "promotion_updated", "waiver_granted"}
"""Types beside those of the contract; every type of jobs is one too."""
OWN = {
    "connected": "message user_id supported_events seq epoch",
    "pong": "timestamp",
    "error": "code message",
    "resync": "oldest",
    "subscribed": "events",
    "unsubscribed": "events",
}
FRAME = {"type", "data", "seq", "timestamp", "version"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("frames")
    server = SmallServer(f"sqlite:///{folder / 'aurelius.db'}", folder / "home")
    yield server
    server.stop()


def well_formed(frame):
    """Whether a frame has the one form of frames."""
    stamped = re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", frame["timestamp"])
    return set(frame) == FRAME and frame["version"] == "1.0" and isinstance(frame["seq"], int) and bool(stamped)


def test_every_type_that_the_contract_names_is_in_the_table_with_its_data():
    missing = {name: set(data.split()) - set(EVENT_TYPES[name].fields) for name, data in CONTRACT.items()}
    assert {name: data for name, data in missing.items() if data} == {}
    assert {name for name in EVENT_TYPES if not name.startswith("job_")} == set(CONTRACT) | ADDED


def test_every_frame_of_the_servers_own_is_in_its_table_with_its_data():
    assert set(CONTROL) == set(OWN)
    assert {name: set(data.split()) - set(CONTROL[name][0].split()) for name, data in OWN.items()} == {name: set() for name in OWN}


def test_every_type_of_event_arrives_in_the_one_form_of_frames_over_the_socket_and_over_rest_alike(server):
    _, token = server.account("root", Role.ADMIN)
    with server.listen(token, "?events=all") as listening:
        last = server.write(
            *(
                Event(type=name, data=dict.fromkeys(row.fields, "x"), audience=Audience.EVERYONE)
                for name, row in EVENT_TYPES.items()
            )
        )
        frames = listening.events(len(EVENT_TYPES))
    assert [frame["type"] for frame in frames] == list(EVENT_TYPES)
    assert [frame["type"] for frame in frames if not well_formed(frame)] == []
    assert [set(frame["data"]) for frame in frames] == [set(row.fields) for row in EVENT_TYPES.values()]
    assert [frame["seq"] for frame in frames] == list(range(last - len(frames) + 1, last + 1))


def test_a_connection_that_says_nothing_hears_the_types_that_the_contract_names(server):
    _, token = server.account("silent")
    with server.listen(token) as listening:
        server.write(*(Event(type=name, audience=Audience.EVERYONE) for name in EVENT_TYPES))
        assert {frame["type"] for frame in listening.take_all()} == set(DEFAULTS)


def test_frames_of_the_servers_own_are_what_the_contract_says(server):
    _, token = server.account("talker")
    newest = server.write(Event(type="notification"))
    with server.listen(token) as listening:
        frames = [
            listening.connected,
            listening.say(action="subscribe", events=["job_failed"]),
            listening.say(action="unsubscribe", events=["job_failed"]),
            listening.say(action="ping", timestamp=7),
            listening.say(action="shout"),
            listening.say(action="resume", after=newest + 1_000),
        ]
    assert [frame["type"] for frame in frames] == ["connected", "subscribed", "unsubscribed", "pong", "error", "resync"]
    assert [frame["type"] for frame in frames if not well_formed(frame)] == []
    assert [frame["type"] for frame in frames if set(OWN[frame["type"]].split()) - set(frame["data"])] == []
    assert frames[0]["data"]["supported_events"] == sorted(EVENT_TYPES)
    assert frames[3]["data"]["timestamp"] == 7


def test_what_the_platform_writes_of_a_strategy_is_what_the_table_says(server):
    user_id, token = server.account("quant")
    who = {"email": "quant@example.com", "name": "quant", "role": Role.QUANT, "team": None, "method": Method.BEARER}
    actor = Actor(id=user_id, session_id="s", **who)
    with server.listen(token, "?events=all") as listening:
        with server.platform.database.writing() as connection:
            made = service.create(connection, server.platform.log, actor, NewStrategy(name="Told", strategy_type="trend_following"))
            service.change(connection, server.platform.log, actor, made.id, StrategyChange(name="Told again"))
        told = listening.events(2)
    assert [event["type"] for event in told] == ["strategy_created", "strategy_updated"]
    assert [set(event["data"]) - set(EVENT_TYPES[event["type"]].fields) for event in told] == [set(), set()]
    assert [event["type"] for event in told if not well_formed(event)] == []
