"""B2, with and without sharing: what is shared is read and heard of, never changed, and is gone again when it is taken back."""

import secrets

import pytest

from tests.support.running import PASSWORD
from tests.support.sockets import Listening

TOLD = "notification,strategy_created,strategy_updated"
NEW = {"name": "Momentum", "strategy_type": "trend_following", "parameters": {"fast": 5}}


def member(house, team, role="viewer"):
    """A new account of a team."""
    admin = house["admin"]
    person = admin.server.stranger()
    person.email = f"{secrets.token_hex(6)}@example.com"
    body = {"email": person.email, "name": "Team Mate", "password": PASSWORD, "role": role, "team": team}
    admin.post("/api/auth/users/", body).raise_for_status()
    person.tokens = person.login().raise_for_status().json()
    return person


@pytest.fixture(scope="module")
def mates(house):
    """Two people of one team."""
    return [member(house, "blue"), member(house, "blue", "quant")]


@pytest.fixture
def made(house):
    return house["quant-a"].post("/api/v1/strategies/", NEW).json()


def path(strategy, *more):
    return "/".join([f"/api/v1/strategies/{strategy['id']}", *more])


def share(house, strategy, **reader):
    answer = house["quant-a"].post(path(strategy, "shares/"), reader)
    assert answer.status_code == 201, answer.text
    return answer.json()


def statuses(person, strategy):
    """What somebody's attempts to read are answered."""
    return [
        person.get(path(strategy)).status_code,
        person.post(path(strategy, "validate")).status_code,
        strategy["id"] in person.get("/api/v1/strategies/", params={"limit": 200}).text,
        strategy["id"] in person.get("/api/v1/strategies/", params={"q": "Momentum", "limit": 200}).text,
    ]


def test_b2_what_is_shared_with_an_account_is_read_by_it_and_by_nobody_else(house, made):
    given = share(house, made, email=house["viewer-a"].email.upper())
    assert (given["email"], given["team"], given["shared_by"]) == (house["viewer-a"].email, None, house["quant-a"].id)
    assert statuses(house["viewer-a"], made) == [200, 200, True, True]
    for name in ("viewer-b", "quant-b", "analyst-a"):
        assert statuses(house[name], made) == [404, 404, False, False]


def test_b2_what_is_shared_with_a_team_is_read_by_its_members_only(house, made, mates):
    share(house, made, team="blue")
    other = member(house, "green")
    assert [statuses(mate, made) for mate in mates] == [[200, 200, True, True]] * 2
    assert statuses(other, made) == statuses(house["viewer-b"], made) == [404, 404, False, False]


def test_b2_whoever_leaves_a_team_no_longer_reads_what_is_shared_with_it(house, made, mates):
    share(house, made, team="blue")
    leaver = member(house, "blue")
    assert statuses(leaver, made) == [200, 200, True, True]
    house["admin"].call("PATCH", f"/api/auth/users/{leaver.id}", {"team": ""}).raise_for_status()
    leaver.tokens = leaver.login().json()
    assert statuses(leaver, made) == [404, 404, False, False]


def test_b2_what_is_shared_is_changed_by_its_owner_only(house, made, mates):
    given = share(house, made, team="blue")
    attempts = [
        ("PATCH", path(made), {"name": "Mine"}),
        ("DELETE", path(made), None),
        ("GET", path(made, "shares/"), None),
        ("POST", path(made, "shares/"), {"email": "viewer-b@example.com"}),
        ("DELETE", path(made, "shares", given["id"]), None),
    ]
    refused = [mates[1].call(method, where, body) for method, where, body in attempts]
    assert [answer.status_code for answer in refused] == [403] * 5
    assert {answer.json()["error"]["code"] for answer in refused} == {"not_allowed"}
    strangers = [house["quant-b"].call(method, where, body).status_code for method, where, body in attempts]
    assert strangers == [404] * 5
    assert house["quant-a"].get(path(made)).json()["strategy"] == made


def test_b2_what_is_taken_back_is_gone_again(house, made):
    given = share(house, made, email=house["viewer-a"].email)
    assert house["quant-a"].get(path(made, "shares")).json()["shares"] == [given]
    assert house["quant-a"].call("DELETE", path(made, "shares", given["id"])).status_code == 204
    assert statuses(house["viewer-a"], made) == [404, 404, False, False]
    assert house["quant-a"].call("DELETE", path(made, "shares", given["id"])).status_code == 404


def test_b2_a_share_of_one_object_opens_no_other(house, made):
    other = house["quant-a"].post("/api/v1/strategies/", {**NEW, "name": "Private"}).json()
    given = share(house, made, email=house["viewer-a"].email)
    assert statuses(house["viewer-a"], other)[:2] == [404, 404]
    assert house["quant-a"].call("DELETE", path(other, "shares", given["id"])).status_code == 404
    assert statuses(house["viewer-a"], made)[0] == 200


def test_b2_readers_hear_of_what_is_shared_from_then_on_over_the_socket_and_over_rest(house, made):
    reader, other = house["viewer-a"], house["viewer-b"]
    address = reader.server.url.replace("http", "ws") + f"/ws?events={TOLD}"
    start = reader.get("/api/v1/events", params={"limit": 1}).json()["upto"]
    with Listening(address, reader.bearer()) as heard, Listening(address, other.bearer()) as unheard:
        start = heard.connected["data"]["seq"]
        given = share(house, made, email=reader.email)
        house["quant-a"].call("PATCH", path(made), {"name": "Renamed"}).raise_for_status()
        house["quant-a"].call("DELETE", path(made, "shares", given["id"])).raise_for_status()
        house["quant-a"].call("PATCH", path(made), {"name": "Renamed again"}).raise_for_status()
        house["admin"].post("/api/v1/strategies/", NEW).raise_for_status()
        told = heard.take_all()
        assert unheard.take_all() == []
    assert [frame["type"] for frame in told] == ["notification", "strategy_updated"]
    assert told[0]["data"]["message"] == "Some quant-a shared the strategy “Momentum” with you."
    assert told[1]["data"]["strategies"][0]["name"] == "Renamed"
    read = reader.get("/api/v1/events", params={"after": start, "limit": 1000, "events": TOLD}).json()["events"]
    assert read == told
    assert other.get("/api/v1/events", params={"after": start, "limit": 1000, "events": TOLD}).json()["events"] == []
    with Listening(f"{address}&after={start}", reader.bearer()) as again:
        assert again.events(2) == told


def test_a_share_tells_the_readers_when_its_object_is_deleted(house, made):
    reader = house["viewer-a"]
    share(house, made, email=reader.email)
    start = house["admin"].get("/ws/stats").status_code and reader.get("/api/v1/events", params={"limit": 1000}).json()["upto"]
    house["quant-a"].call("DELETE", path(made)).raise_for_status()
    told = reader.get("/api/v1/events", params={"after": start}).json()["events"]
    assert [event["data"]["strategies"][0]["status"] for event in told] == ["deleted"]
    assert reader.get(path(made)).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body"),
        ({"email": "viewer-a@example.com", "team": "blue"}, "body"),
        ({"email": "nobody-at-all@example.com"}, "email"),
        ({"email": "quant-a@example.com"}, "email"),
        ({"team": "no such team"}, "team"),
        ({"team": ""}, "team"),
        ({"email": "viewer-a@example.com", "write": True}, "write"),
    ],
)
def test_a_share_with_nobody_is_refused_by_field(house, made, mates, body, field):
    answer = house["quant-a"].post(path(made, "shares/"), body)
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, [field])


def test_what_is_shared_already_is_a_conflict_and_under_one_key_the_same_answer(house, made):
    body, key = {"email": house["viewer-a"].email}, {"Idempotency-Key": secrets.token_hex(8)}
    first, again = (house["quant-a"].post(path(made, "shares/"), body, headers=key) for _ in range(2))
    assert (first.status_code, again.json()) == (201, first.json())
    assert house["quant-a"].post(path(made, "shares/"), body).status_code == 409


def test_an_admin_shares_for_others_and_the_audit_log_tells_who_did(house, made):
    given = house["admin"].post(path(made, "shares/"), {"email": house["viewer-a"].email}).json()
    house["admin"].call("DELETE", path(made, "shares", given["id"])).raise_for_status()
    entries = house["admin"].get("/api/auth/audit/", params={"limit": 2}).json()["entries"]
    assert [(entry["action"], entry["target"], entry["actor_id"]) for entry in entries] == [
        ("strategy.unshared", made["id"], house["admin"].id),
        ("strategy.shared", made["id"], house["admin"].id),
    ]
    assert entries[0]["detail"] == {"email": house["viewer-a"].email}
