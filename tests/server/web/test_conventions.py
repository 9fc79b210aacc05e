"""What holds for every call: one shape of errors, what is taken, what is answered, and from whom."""

import gzip
import secrets
import socket
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from server_ext.access.permissions import PERMISSIONS, PUBLIC
from server_ext.routes import ROUTES
from server_ext.web.route import Route
from tests.support.running import PASSWORD

NEW = {"name": "Trend", "strategy_type": "trend_following", "parameters": {"fast": 5}}
JSON = {"Content-Type": "application/json"}


def error(answer):
    body = answer.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "fields", "request_id"}
    assert body["error"]["request_id"] == answer.headers["X-Request-ID"]
    return body["error"]


def address(route):
    return route.path.format(**dict.fromkeys(route.parts, "0d1f7a2e-0000-4000-8000-000000000000"))


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_b1_every_route_lets_in_whom_the_table_names_and_nobody_else(house, route):
    for name in ("admin", "quant-a", "analyst-a", "viewer-a", "stranger"):
        person = house[name]
        if route.path in {"/api/auth/logout", "/api/auth/logout-all"} and name != "stranger":
            continue
        body = None if route.method in {"GET", "DELETE"} else {"unknown": 1}
        answer = person.call(route.method, address(route), body)
        if route.permission == PUBLIC:
            assert answer.status_code != 403
        elif name == "stranger":
            assert answer.status_code == 401
        elif person.tokens["user"]["role"] not in PERMISSIONS[route.permission]:
            assert answer.status_code == 403
        else:
            assert answer.status_code not in {401, 403}
        assert answer.status_code < 500
        if answer.status_code >= 400:
            error(answer)


def test_a_row_without_a_permission_is_refused_when_the_table_is_made():

    with pytest.raises(ValueError, match="permission"):
        Route("GET", "/x", ROUTES[0].handler, "")


def test_a_list_answers_with_and_without_its_slash(house):
    for path in ("/api/v1/strategies", "/api/v1/strategies/", "/api/auth/users", "/api/v1/events/"):
        assert house["admin"].get(path).status_code == 200


def test_an_unknown_address_and_a_wrong_method_say_so_in_the_same_shape(house):
    missing = house["quant-a"].get("/api/v1/nothing/here")
    wrong = house["quant-a"].call("PUT", "/api/v1/strategies/", {})
    assert (missing.status_code, error(missing)["code"]) == (404, "no_such_route")
    assert (wrong.status_code, error(wrong)["code"], wrong.headers["Allow"]) == (405, "method_not_allowed", "GET, POST")


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        (b"", 400, "invalid_json", None),
        (b"{", 400, "invalid_json", None),
        (b"\xff\xfe{}", 400, "invalid_json", None),
        (b"[" * 10_000, 400, "invalid_json", None),
        (b"[]", 422, "invalid_field", "body"),
        (b'{"name":"a","name":"b","strategy_type":"trend_following"}', 422, "invalid_field", "name"),
        (b'{"name":"a","strategy_type":"trend_following","parameters":{"fast":NaN}}', 422, "invalid_field", "body"),
        (b'{"name":"a","strategy_type":"trend_following","parameters":{"fast":Infinity}}', 422, "invalid_field", "body"),
        (b'{"name":"a","strategy_type":"trend_following","parameters":{"fast":1e999}}', 422, "invalid_field", "body"),
        (
            b'{"name":"a","strategy_type":"trend_following","parameters":{"fast":1' + b"0" * 400 + b"}}",
            422,
            "invalid_field",
            "body",
        ),
        (b'{"name":"a","strategy_type":"trend_following","more":1}', 422, "invalid_field", "more"),
        (b'{"name":7,"strategy_type":"trend_following"}', 422, "invalid_field", "name"),
        (b'{"strategy_type":"trend_following"}', 422, "invalid_field", "name"),
        (b'{"name":"a","strategy_type":"trend_following","parameters":{"fast":-1}}', 422, "invalid_field", "fast"),
        (b'{"name":"a","strategy_type":"trend_following","parameters":{"fast":50,"slow":20}}', 422, "invalid_field", ""),
        (b'{"name":"a","strategy_type":"trend_folowing"}', 400, "unknown_name", "strategy_type"),
        (b'{"name":"a","strategy_type":"trend_following","parameters":{"fst":5}}', 400, "unknown_name", "parameter"),
        (b'{"name":"\\u0000","strategy_type":"trend_following"}', 422, "invalid_field", "name"),
    ],
)
def test_i1_i3_a_malformed_body_is_refused_by_field(house, body, status, code, field):
    answer = house["quant-a"].call("POST", "/api/v1/strategies/", content=body, headers=JSON)
    told = error(answer)
    assert (answer.status_code, told["code"]) == (status, code)
    assert field is None or list(told["fields"]) == [field]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_i3_another_type_of_body_is_refused(house, kind):
    answer = house["quant-a"].call("POST", "/api/v1/strategies/", content=b"{}", headers={"Content-Type": kind})
    assert (answer.status_code, error(answer)["code"]) == (415, "unsupported_type")


def test_i2_a_compressed_body_is_refused(house):
    bomb = gzip.compress(b"0" * 10_000_000)
    answer = house["quant-a"].call("POST", "/api/v1/strategies/", content=bomb, headers={**JSON, "Content-Encoding": "gzip"})
    assert answer.status_code == 415


def test_a_body_that_is_announced_as_too_large_is_refused_unread(server, house):
    token = house["quant-a"].tokens["access_token"]
    head = (
        f"POST /api/v1/strategies/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        "Content-Type: application/json\r\nContent-Length: 99999999\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as raw:
        raw.sendall(head.encode())
        assert raw.recv(1_000).startswith(b"HTTP/1.1 413")


def test_a_body_that_grows_too_large_is_refused_on_the_way(house):
    def endless():
        for _ in range(12):
            yield b"0" * 1_000_000

    try:
        answer = house["quant-a"].call("POST", "/api/v1/strategies/", content=endless(), headers=JSON)
    except httpx.WriteError:
        return
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("skip=-1", "skip"),
        ("limit=1&limit=2", "limit"),
        ("more=1", "more"),
        ("status=no", "status"),
    ],
)
def test_a_malformed_query_names_the_field(house, query, field):
    answer = house["quant-a"].get(f"/api/v1/strategies/?{query}")
    assert answer.status_code == 422
    assert list(error(answer)["fields"]) == [field]


def test_what_creates_is_done_once_under_one_key(house):
    person, key = house["quant-a"], {"Idempotency-Key": secrets.token_hex(8)}
    first = person.post("/api/v1/strategies/", NEW, headers=key)
    again = person.post("/api/v1/strategies/", NEW, headers=key)
    other = person.post("/api/v1/strategies/", {**NEW, "name": "Other"}, headers=key)
    elsewhere = house["quant-b"].post("/api/v1/strategies/", NEW, headers=key)
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert (other.status_code, error(other)["code"]) == (409, "conflict")
    assert elsewhere.json()["id"] != first.json()["id"]


def test_what_creates_is_done_once_when_asked_at_the_same_time(house):
    person, key = house["quant-a"], {"Idempotency-Key": secrets.token_hex(8)}
    with ThreadPoolExecutor(10) as pool:
        made = set(pool.map(lambda _: person.post("/api/v1/strategies/", NEW, headers=key).json()["id"], range(20)))
    assert len(made) == 1


def test_a_refused_request_leaves_its_key_free(house):
    person, key = house["quant-a"], {"Idempotency-Key": secrets.token_hex(8)}
    assert person.post("/api/v1/strategies/", {**NEW, "strategy_type": "none"}, headers=key).status_code == 400
    assert person.post("/api/v1/strategies/", NEW, headers=key).status_code == 201


def test_a_read_that_has_not_changed_is_not_sent_again(house):
    made = house["quant-a"].post("/api/v1/strategies/", NEW).json()
    first = house["quant-a"].get(f"/api/v1/strategies/{made['id']}")
    again = house["quant-a"].get(f"/api/v1/strategies/{made['id']}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_answers_above_a_kilobyte_are_compressed(house):
    large = house["quant-a"].get("/api/v1/openapi.json")
    small = house["quant-a"].get("/api/auth/verify")
    assert large.headers.get("Content-Encoding") == "gzip"
    assert "Content-Encoding" not in small.headers


def test_the_headers_that_are_promised_are_there(house):
    answer = house["quant-a"].get("/api/v1/strategies/", headers={"X-Request-ID": "my-request-1"})
    assert answer.headers["X-Request-ID"] == "my-request-1"
    assert int(answer.headers["X-RateLimit-Limit"]) > int(answer.headers["X-RateLimit-Remaining"]) > 0
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Server" not in answer.headers
    forged = house["quant-a"].get("/api/v1/strategies/", headers={"X-Request-ID": 'a b"c'})
    assert forged.headers["X-Request-ID"] != 'a b"c'


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "https://trusted.example.com.evil.com", "https://evil-trusted.example.com"]
)
def test_b8_no_page_of_another_origin_is_let_in(house, origin):
    answer = house["quant-a"].get("/api/v1/strategies/", headers={"Origin": origin})
    preflight = house["stranger"].call(
        "OPTIONS", "/api/v1/strategies/", headers={"Origin": origin, "Access-Control-Request-Method": "POST"}
    )
    assert not [name for name in [*answer.headers, *preflight.headers] if name.lower().startswith("access-control-allow-origin")]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-XSRFToken": "guess"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Mode": "no-cors"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_b9_a_request_by_cookie_that_could_be_forged_is_refused(house, headers):
    browser = house["quant-a"].browser()
    given = {**(browser.xsrf if any(name.startswith("Sec") for name in headers) else {}), **headers}
    answer = browser.http.post("/api/v1/strategies/", json=NEW, headers=given)
    assert (answer.status_code, error(answer)["code"]) == (403, "not_allowed")


def test_b9_a_request_by_cookie_from_our_own_pages_is_taken(house):
    browser = house["quant-a"].browser()
    assert (
        browser.http.post("/api/v1/strategies/", json=NEW, headers={**browser.xsrf, "Sec-Fetch-Site": "same-origin"}).status_code
        == 201
    )
    assert (
        browser.http.post("/api/v1/strategies/", content=b"{}", headers={**browser.xsrf, "Content-Type": "text/plain"}).status_code
        == 415
    )


def test_b10_what_a_client_claims_of_its_address_counts_for_nothing(house):
    house["quant-a"].post(
        "/api/auth/login", {"email": "nobody@example.com", "password": PASSWORD}, headers={"X-Forwarded-For": "198.51.100.7"}
    )
    entries = house["admin"].get("/api/auth/audit/", params={"limit": 200}).json()["entries"]
    assert {entry["address"] for entry in entries} <= {"127.0.0.1", "shell"}


def test_health_names_every_component(house):
    for path in ("/health", "/api/v1/status"):
        answer = house["stranger"].get(path)
        assert answer.json()["status"] == "ok"
        assert {component["name"] for component in answer.json()["components"]} >= {"database", "events", "redis"}


def test_head_answers_like_get_without_a_body(house):
    answer = house["quant-a"].call("HEAD", "/api/v1/strategies/")
    assert (answer.status_code, answer.content) == (200, b"")


def test_the_routes_of_the_contract_stand_in_the_table():
    words = {(route.method, route.path.rstrip("/")) for route in ROUTES}
    assert {
        ("POST", "/api/auth/register"),
        ("POST", "/api/auth/login"),
        ("POST", "/api/auth/refresh"),
        ("POST", "/api/auth/logout"),
        ("POST", "/api/auth/logout-all"),
        ("GET", "/api/auth/verify"),
        ("POST", "/api/auth/change-password"),
        ("GET", "/api/v1/status"),
        ("GET", "/health"),
        ("GET", "/api/v1/strategies"),
        ("POST", "/api/v1/strategies"),
        ("PATCH", "/api/v1/strategies/{strategy_id}"),
        ("GET", "/api/v1/strategy-types"),
        ("GET", "/api/v1/events"),
    } <= words
