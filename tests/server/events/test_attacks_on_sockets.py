"""Every attack on the event socket, against a real server."""

import contextlib
import os
import re
import time
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.support.sockets import Listening

MEBIBYTE = 1024 * 1024


@pytest.fixture
def address(server):
    return server.url.replace("http", "ws") + "/ws"


@pytest.fixture
def quant(house):
    return house["quant-a"]


def status(url, headers=None):
    """What the server answers before the upgrade; 101 when it lets somebody in."""
    try:
        Listening(url, headers).close()
    except InvalidStatus as refused:
        return refused.response.status_code
    return 101


def ticket(person):
    return person.post("/api/auth/ws-ticket").raise_for_status().json()["auth_ticket"]


def test_w1_nobody_gets_in_without_credentials(address):
    assert status(address) == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."},
        {"Authorization": "token abc"},
        {"Authorization": "Basic YWRtaW46YWRtaW4="},
        {"Cookie": "aurelius=nonsense"},
        {"X-API-Key": "nonsense"},
    ],
)
def test_w1_bad_credentials_are_refused_before_the_upgrade(address, headers):
    assert status(address, headers) == 403


@pytest.mark.parametrize("query", ["?token=", "?token=nonsense", "?auth_ticket=", "?auth_ticket=nonsense", "?token=a&token=b"])
def test_w1_bad_credentials_in_the_address_are_refused_before_the_upgrade(address, query):
    assert status(address + query) == 403


def test_w1_wrong_credentials_of_one_kind_never_fall_back_to_right_ones_of_another(address, quant):
    assert status(address + "?auth_ticket=nonsense", quant.bearer()) == 403
    assert status(address + f"?token={quant.tokens['access_token']}", {"Authorization": "Bearer nonsense"}) == 403


def test_w1_a_refusal_has_the_one_shape_of_errors(server):
    answer = server.stranger().http.get("/ws", headers={"Upgrade": "websocket", "Connection": "Upgrade"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_allowed")


def test_w1_a_foreign_host_name_is_refused(address, quant):
    assert status(address, {**quant.bearer(), "Host": "evil.example.com"}) in {400, 403}


@pytest.fixture
def browser(quant):
    return quant.browser()


def test_w2_a_cookie_with_our_origin_opens(address, browser, server):
    assert status(address, {"Cookie": browser.cookie_header(), "Origin": server.url}) == 101


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example.com",
        "null",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "http://127.0.0.1.evil.example.com",
        "",
        "file://",
    ],
)
def test_w2_a_cookie_with_a_foreign_origin_is_refused(address, browser, origin):
    assert status(address, {"Cookie": browser.cookie_header(), "Origin": origin}) == 403


def test_w2_a_cookie_without_an_origin_is_refused(address, browser):
    assert status(address, {"Cookie": browser.cookie_header()}) == 403


def test_w3_a_ticket_opens_once(address, quant):
    once = ticket(quant)
    assert [status(f"{address}?auth_ticket={once}") for _ in range(3)] == [101, 403, 403]


def test_w3_a_ticket_dies_with_its_session(address, quant):
    quant_again = quant.server.stranger()
    quant_again.email = quant.email
    quant_again.tokens = quant_again.login().json()
    left = ticket(quant_again)
    quant_again.post("/api/auth/logout")
    assert status(f"{address}?auth_ticket={left}") == 403


def test_w3_an_access_token_in_the_address_opens_and_no_other_token_does(address, quant):
    assert status(f"{address}?token={quant.tokens['access_token']}") == 101
    assert status(f"{address}?token={quant.tokens['refresh_token']}") == 403
    assert status(f"{address}?token={ticket(quant)}") == 403
    assert status(f"{address}?auth_ticket={quant.tokens['access_token']}") == 403


def test_w3_no_credential_is_ever_logged(address, quant, server):
    secrets = [quant.tokens["access_token"], quant.tokens["refresh_token"], ticket(quant), "sesame-in-the-address"]
    for secret in secrets:
        status(f"{address}?token={secret}")
        status(f"{address}?auth_ticket={secret}")
        status(address, {"Authorization": f"Bearer {secret}"})
    time.sleep(0.2)
    log = server.output()
    assert re.search(r"403 GET /ws", log)
    assert [secret for secret in secrets if secret in log] == []


def memory(server):
    pages = int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize("size", [MEBIBYTE + 1, 2 * MEBIBYTE])
def test_w4_a_message_above_a_mebibyte_ends_the_connection_with_1009(address, quant, size):
    listening = Listening(address, quant.bearer())
    listening.socket.send("x" * size)
    assert listening.closed_with() == 1009


def test_w4_a_message_of_a_mebibyte_is_an_error_and_no_more(address, quant):
    with Listening(address, quant.bearer()) as listening:
        listening.socket.send("x" * MEBIBYTE)
        assert listening.take()["data"]["code"] == "too_large"
        assert listening.say(action="ping")["type"] == "pong"


def test_w4_fifty_messages_a_second_are_answered_and_a_flood_is_ended_with_1008(address, quant):
    listening = Listening(address, quant.bearer())
    for _ in range(200):
        listening.socket.send('{"action":"ping"}')
    assert listening.closed_with() == 1008
    assert 50 <= listening.heard.count("pong") <= 150
    assert listening.heard[-9:] == ["error"] * 9


@pytest.mark.parametrize("message", ["[" * 10_000, b"\x00\xff", "{", '{"action":"shout"}', "x" * 70_000])
def test_w4_ten_wrong_messages_in_a_row_end_the_connection_with_1008(address, quant, message):
    listening = Listening(address, quant.bearer())
    for _ in range(10):
        listening.socket.send(message)
    assert listening.closed_with() == 1008


def test_w4_nine_wrong_messages_and_a_right_one_are_forgiven(address, quant):
    with Listening(address, quant.bearer()) as listening:
        for _ in range(3):
            for _ in range(9):
                listening.socket.send("{")
                assert listening.take()["type"] == "error"
            assert listening.say(action="ping")["type"] == "pong"
            time.sleep(0.4)


def test_w4_ten_thousand_messages_at_once_cost_the_server_nothing(address, quant, server):
    before = memory(server)
    for _ in range(3):
        listening = Listening(address, quant.bearer())
        with contextlib.suppress(ConnectionClosed):
            for _ in range(10_000):
                listening.socket.send('{"action":"subscribe","events":["job_failed"]}')
        assert listening.closed_with() == 1008
    assert memory(server) - before < 20 * MEBIBYTE
    assert server.stranger().http.get("/health").status_code == 200


def test_w7_dead_sockets_never_break_a_broadcast(address, house):
    admin = house["admin"]
    living = [Listening(address, admin.bearer()) for _ in range(5)]
    dead = [Listening(address, admin.bearer()) for _ in range(5)]
    for listening in dead:
        listening.socket.socket.close()
    made = admin.post("/api/v1/strategies/", {"name": "broadcast", "strategy_type": "trend_following", "parameters": {}})
    assert made.status_code == 201
    assert [listening.take()["type"] for listening in living] == ["strategy_created"] * 5
    for listening in living:
        listening.close()


def test_a5_a_logout_closes_the_sockets_of_its_session_within_a_second_and_no_others(address, quant):
    leaving = quant.server.stranger()
    leaving.email = quant.email
    leaving.tokens = leaving.login().json()
    by_bearer, by_ticket = Listening(address, leaving.bearer()), Listening(f"{address}?auth_ticket={ticket(leaving)}")
    with Listening(address, quant.bearer()) as staying:
        leaving.post("/api/auth/logout")
        began = time.monotonic()
        assert [by_bearer.closed_with(), by_ticket.closed_with()] == [4401, 4401]
        assert time.monotonic() - began < 1
        assert staying.say(action="ping")["type"] == "pong"


@pytest.mark.parametrize("change", [{"role": "viewer"}, {"team": "t"}, {"is_active": False}])
def test_a5_another_role_or_team_closes_the_sockets_within_a_second(address, house, change):
    admin = house["admin"]
    name = f"changed-{next(iter(change))}@example.com"
    person = admin.server.stranger()
    person.email = name
    made = admin.post("/api/auth/users/", {"email": name, "name": "Changed", "password": "violet-harbour-42", "role": "quant"})
    person.tokens = person.login().json()
    listening = Listening(address, person.bearer())
    admin.call("PATCH", f"/api/auth/users/{made.json()['id']}", change)
    began = time.monotonic()
    assert listening.closed_with() == 4401
    assert time.monotonic() - began < 1.5


def test_statistics_of_sockets_are_for_admins_only(address, house, quant):
    with Listening(address, quant.bearer()):
        found = house["admin"].get("/ws/stats").json()
    assert found["connections_by_user"][quant.id] >= 1
    assert set(found) == {
        "total_connections",
        "unique_users",
        "connections_by_user",
        "messages_sent",
        "queue_high_water",
        "replays",
    }
    assert [house[name].get("/ws/stats").status_code for name in ("quant-a", "viewer-a", "stranger")] == [403, 403, 401]
