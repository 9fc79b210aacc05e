"""What was tried on the plain set-up, against a real server: viewers, another viewer, an analyst, a stranger, another quant."""

import asyncio
import json
import time
import uuid
from pathlib import Path

import httpx
import pytest
from jupyter_server.services.kernels.connection.base import serialize_binary_message, serialize_msg_to_ws_v1
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from server_ext.doors.configuration import JUPYTER

V1 = "v1.kernel.websocket.jupyter.org"
FORBIDDEN = {403, 404}
LEAVING = {400}


@pytest.fixture(scope="module")
def browsers(house):
    """Everybody's browser, signed in by the login page."""
    return {name: house[name].browser() for name in ("admin", "quant-a", "quant-b", "viewer-a", "viewer-b", "analyst-a")}


@pytest.fixture(scope="module")
def kernel(house):
    """A kernel of quant-a."""
    started = house["quant-a"].post("/api/kernels", {"name": "python3"})
    assert started.status_code == 201, started.text
    yield started.json()["id"]
    house["quant-a"].call("DELETE", f"/api/kernels/{started.json()['id']}")


@pytest.fixture(scope="module")
def dashboard_kernel(server, house, browsers):
    """The kernel behind the dashboard that viewer-a has open."""
    before = {one["id"] for one in house["admin"].get("/api/kernels").json()}
    page = browsers["viewer-a"].http.get("/voila/render/dashboards/overview.ipynb")
    assert page.status_code == 200, page.text[:2000]
    return next(one["id"] for one in house["admin"].get("/api/kernels").json() if one["id"] not in before)


def socket(server, path, headers=None, protocols=(V1,)):
    request = HTTPRequest(server.url.replace("http", "ws") + path, headers=headers or {}, request_timeout=20)
    return websocket_connect(request, subprotocols=list(protocols) or None)


def channels(kernel_id):
    return f"/api/kernels/{kernel_id}/channels?session_id={uuid.uuid4()}"


def as_browser(browser):
    return {"Cookie": browser.cookie_header(), "Origin": browser.server.url}


def frame(kind, content, channel="shell"):
    header = {
        "msg_id": uuid.uuid4().hex,
        "msg_type": kind,
        "username": "",
        "session": "s",
        "date": "2026-01-01T00:00:00Z",
        "version": "5.3",
    }
    return serialize_msg_to_ws_v1([json.dumps(part).encode() for part in (header, {}, {}, content)], channel)


def code(path):
    return {
        "code": f"open({str(path)!r}, 'w').write('ran')",
        "silent": False,
        "store_history": False,
        "user_expressions": {},
        "allow_stdin": False,
    }


def refused_handshake(server, path, headers=None):
    async def attempt():
        try:
            (await socket(server, path, headers)).close()
        except HTTPClientError as error:
            return error.code
        return 101

    return asyncio.run(attempt())


async def send_and_wait(server, path, headers, message, seconds=3.0, protocols=(V1,), *, binary=True, until=b"\0\0no"):
    """Send one message and give every answer that comes within some seconds, or until one holds `until`."""
    connection = await socket(server, path, headers, protocols)
    await connection.write_message(message, binary=binary)
    answers, deadline = [], time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        try:
            answer = await asyncio.wait_for(connection.read_message(), left)
        except TimeoutError:
            break
        if answer is None:
            break
        answers.append(answer)
        if until in (answer if isinstance(answer, bytes) else answer.encode()):
            break
    closed = connection.close_code
    connection.close()
    return answers, closed


JUPYTERS_OWN = [
    ("GET", "/api/contents"),
    ("GET", "/api/contents/private.ipynb"),
    ("PUT", "/api/contents/new.ipynb"),
    ("POST", "/api/contents"),
    ("DELETE", "/api/contents/private.ipynb"),
    ("GET", "/files/private.ipynb"),
    ("GET", "/nbconvert/html/private.ipynb"),
    ("POST", "/nbconvert/html"),
    ("GET", "/api/kernels"),
    ("POST", "/api/kernels"),
    ("GET", "/api/sessions"),
    ("POST", "/api/sessions"),
    ("GET", "/api/terminals"),
    ("POST", "/api/terminals"),
    ("GET", "/api/kernelspecs"),
    ("GET", "/api/config/notebook"),
    ("POST", "/api/shutdown"),
    ("GET", "/api/status"),
    ("GET", "/metrics"),
    ("GET", "/lab"),
    ("GET", "/lab/api/settings"),
    ("GET", "/lab/api/workspaces"),
    ("GET", "/lab/api/extensions"),
    ("POST", "/lab/api/extensions"),
    ("GET", "/lab/api/listings/@jupyterlab/x"),
    ("GET", "/lsp/status"),
    ("GET", "/voila"),
    ("GET", "/voila/tree"),
    ("GET", "/voila/files/logo.png"),
    ("GET", "/voila/render/private.ipynb"),
    ("GET", "/voila/render/..%2fprivate.ipynb"),
    ("GET", "/voila/render/dashboards%2f..%2fprivate.ipynb"),
    ("GET", "/voila/render//private.ipynb"),
    ("GET", "/voila/api/contents/"),
]


@pytest.mark.parametrize("who", ["viewer-a", "viewer-b", "analyst-a", "stranger"])
@pytest.mark.parametrize(("method", "path"), JUPYTERS_OWN)
def test_b3_jupyters_own_doors_are_closed(house, browsers, who, method, path):
    answers = [house[who].call(method, path, {} if method != "GET" else None)]
    if who in browsers:
        answers.append(browsers[who].http.request(method, path, headers=browsers[who].xsrf))
    for answer in answers:
        moved = answer.status_code == 302 and "/login" in answer.headers["Location"]
        assert answer.status_code in FORBIDDEN | (LEAVING if ".." in path else set()) or (who == "stranger" and moved), (
            answer.status_code,
            answer.text[:300],
        )
        assert "secret source" not in answer.text


@pytest.mark.parametrize("who", ["viewer-a", "analyst-a", "stranger"])
@pytest.mark.parametrize("path", ["/terminals/websocket/1", "/lsp/ws/pylsp", "/api/events/subscribe", "/lab/api/translations/ws"])
def test_b3_no_other_socket_opens(server, browsers, who, path):
    headers = as_browser(browsers[who]) if who in browsers else {"Origin": server.url}
    assert refused_handshake(server, path, headers) in {*FORBIDDEN, *({302} if who == "stranger" else ())}


@pytest.mark.parametrize("who", ["viewer-a", "viewer-b", "analyst-a", "quant-b", "stranger"])
def test_b3_a_foreign_kernels_socket_does_not_open(server, browsers, kernel, who):
    headers = as_browser(browsers[who]) if who in browsers else {"Origin": server.url}
    assert refused_handshake(server, channels(kernel), headers) in FORBIDDEN


def test_b3_another_viewers_dashboard_kernel_does_not_open(server, browsers, dashboard_kernel):
    for who in ("viewer-b", "analyst-a", "quant-b"):
        assert refused_handshake(server, channels(dashboard_kernel), as_browser(browsers[who])) == 404


@pytest.mark.parametrize("how", ["v1", "legacy", "binary"])
def test_b3_a_viewer_cannot_run_code_in_the_kernel_of_its_own_dashboard(server, browsers, dashboard_kernel, tmp_path, how):
    content = code(tmp_path / "ran")
    told = {
        "header": {
            "msg_id": "m",
            "msg_type": "execute_request",
            "session": "s",
            "username": "",
            "version": "5.3",
            "date": "2026-01-01T00:00:00Z",
        }
    }
    plain = {**told, "parent_header": {}, "metadata": {}, "content": content}
    message, protocols, binary = {
        "v1": (frame("execute_request", content), (V1,), True),
        "legacy": (json.dumps({**plain, "channel": "shell"}), (), False),
        "binary": (serialize_binary_message({**plain, "channel": "shell", "buffers": []}), (), True),
    }[how]
    for channel in ("shell", "control") if how == "v1" else ("shell",):
        sent = frame("execute_request", content, channel) if how == "v1" else message
        path, headers = channels(dashboard_kernel), as_browser(browsers["viewer-a"])
        asyncio.run(send_and_wait(server, path, headers, sent, 1.5, protocols, binary=binary))
    assert not (tmp_path / "ran").exists()


def test_a_viewer_may_talk_to_the_widgets_of_its_own_dashboard(server, browsers, dashboard_kernel):
    path, headers = channels(dashboard_kernel), as_browser(browsers["viewer-a"])
    answers, _ = asyncio.run(
        send_and_wait(server, path, headers, frame("comm_info_request", {"target_name": "jupyter.widget"}), 5.0)
    )
    assert any(b"comm_info_reply" in answer for answer in answers)


def test_a_quant_runs_code_in_a_kernel_of_its_own(server, house, kernel, tmp_path):
    headers = house["quant-a"].bearer()
    asyncio.run(
        send_and_wait(
            server, channels(kernel), headers, frame("execute_request", code(tmp_path / "ran")), 15.0, until=b"execute_reply"
        )
    )
    assert (tmp_path / "ran").read_text() == "ran"


@pytest.mark.parametrize("data", [b"\xff" * 8, b"\xff\xff\xff\x7f" * 2])
@pytest.mark.parametrize("protocols", [(V1,), ()])
def test_a_frame_out_of_bounds_closes_its_socket_and_the_server_goes_on(
    server, house, browsers, dashboard_kernel, kernel, data, protocols
):
    for kernel_id, headers in ((dashboard_kernel, as_browser(browsers["viewer-a"])), (kernel, house["quant-a"].bearer())):
        _, closed = asyncio.run(send_and_wait(server, channels(kernel_id), headers, data, 3.0, protocols))
        assert closed == 1007
    start = time.perf_counter()
    assert httpx.get(server.url + "/health").status_code == 200
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize("who", ["quant-b", "viewer-a", "viewer-b", "analyst-a"])
def test_b2_foreign_kernels_are_not_there(house, kernel, who):
    person = house[who]
    for method, path in [("GET", ""), ("DELETE", ""), ("POST", "/interrupt"), ("POST", "/restart")]:
        refused = person.call(method, f"/api/kernels/{kernel}{path}")
        unknown = person.call(method, f"/api/kernels/{uuid.uuid4()}{path}")
        assert refused.status_code == unknown.status_code >= 400
    assert person.post(f"/voila/api/shutdown/{kernel}").status_code == 404
    assert house["quant-a"].get(f"/api/kernels/{kernel}").status_code == 200


def test_b2_kernels_and_sessions_are_listed_to_their_owner_only(house, kernel):
    body = {"path": "same.ipynb", "name": "", "type": "notebook", "kernel": {"name": "python3"}}
    made = {who: house[who].post("/api/sessions", body).json() for who in ("quant-a", "quant-b")}
    assert made["quant-a"]["kernel"]["id"] != made["quant-b"]["kernel"]["id"]
    for who in ("quant-a", "quant-b"):
        assert house[who].post("/api/sessions", body).json()["id"] == made[who]["id"]
        assert [session["id"] for session in house[who].get("/api/sessions").json()] == [made[who]["id"]]
    listed = {one["id"] for one in house["quant-b"].get("/api/kernels").json()}
    assert listed == {made["quant-b"]["kernel"]["id"]}
    theirs, mine = made["quant-a"], made["quant-b"]
    assert house["quant-b"].get(f"/api/sessions/{theirs['id']}").status_code == 404
    assert house["quant-b"].call("DELETE", f"/api/sessions/{theirs['id']}").status_code == 404
    stolen = {"kernel": {"id": theirs["kernel"]["id"], "name": "python3"}}
    assert house["quant-b"].call("PATCH", f"/api/sessions/{mine['id']}", stolen).status_code >= 400
    assert house["quant-b"].post("/api/sessions", {**body, "path": "steal.ipynb", **stolen}).status_code >= 400
    assert house["quant-a"].get(f"/api/sessions/{theirs['id']}").status_code == 200
    for who, session in made.items():
        assert house[who].call("DELETE", f"/api/sessions/{session['id']}").status_code == 204


def test_a_viewer_closes_its_own_dashboard(house, browsers):
    browser = browsers["viewer-b"]
    before = {one["id"] for one in house["admin"].get("/api/kernels").json()}
    assert browser.http.get("/voila/render/dashboards/overview.ipynb").status_code == 200
    (kernel_id,) = {one["id"] for one in house["admin"].get("/api/kernels").json()} - before
    assert browsers["viewer-a"].http.post(f"/voila/api/shutdown/{kernel_id}", headers=browsers["viewer-a"].xsrf).status_code == 404
    assert browser.http.post(f"/voila/api/shutdown/{kernel_id}", headers=browser.xsrf).status_code == 204
    assert kernel_id not in {one["id"] for one in house["admin"].get("/api/kernels").json()}


def test_a5_a_kernel_socket_closes_when_its_session_ends(server, house):
    person = server.stranger()
    person.email = "leaver@example.com"
    body = {"email": person.email, "name": "Le Aver", "password": "violet-harbour-42", "role": "quant"}
    house["admin"].post("/api/auth/users/", body).raise_for_status()
    person.tokens = person.login().json()
    kernel_id = person.post("/api/kernels", {"name": "python3"}).json()["id"]

    async def leave():
        connection = await socket(server, channels(kernel_id), person.bearer())
        await connection.write_message(frame("kernel_info_request", {}), binary=True)
        await asyncio.wait_for(connection.read_message(), 10)
        await asyncio.to_thread(person.post, "/api/auth/logout")
        start = time.monotonic()
        while await asyncio.wait_for(connection.read_message(), 5) is not None:
            pass
        return connection.close_code, time.monotonic() - start

    closed, seconds = asyncio.run(leave())
    assert closed == 4401
    assert seconds < 1
    house["admin"].call("DELETE", f"/api/kernels/{kernel_id}")


def test_w1_a_kernel_socket_needs_credentials(server, house, kernel):
    assert refused_handshake(server, channels(kernel)) == 403
    assert refused_handshake(server, channels(kernel) + f"&token={house['quant-a'].tokens['access_token']}") == 403
    assert refused_handshake(server, channels(kernel), {"Authorization": "Bearer nonsense"}) == 403


def test_w2_a_cookie_opens_a_kernel_socket_from_our_own_pages_only(server, browsers):
    started = browsers["quant-a"].http.post("/api/kernels", json={"name": "python3"}, headers=browsers["quant-a"].xsrf).json()["id"]
    cookie = {"Cookie": browsers["quant-a"].cookie_header()}
    for origin in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": server.url + ".evil.example"}):
        assert refused_handshake(server, channels(started), {**cookie, **origin}) == 403
    assert refused_handshake(server, channels(started), {**cookie, "Origin": server.url}) == 101
    browsers["quant-a"].http.delete(f"/api/kernels/{started}", headers=browsers["quant-a"].xsrf)


def test_a_bearer_makes_no_cookie_and_a_bad_one_never_falls_back_to_it(server, house, browsers):
    answer = house["quant-a"].get("/api/kernels")
    assert "aurelius-" not in answer.headers.get("Set-Cookie", "")
    both = browsers["quant-a"].http.get("/api/kernels", headers={"Authorization": "Bearer nonsense"})
    assert both.status_code == 403
    assert browsers["quant-a"].http.get("/api/auth/verify", headers={"Authorization": "Bearer nonsense"}).status_code == 401


def test_a_token_in_the_address_opens_nothing(server, house):
    token = house["admin"].tokens["access_token"]
    assert httpx.get(f"{server.url}/api/kernels?token={token}").status_code == 403
    assert httpx.get(f"{server.url}/lab?token={token}").status_code == 302


@pytest.mark.parametrize(("who", "lands"), [("quant-a", "/lab"), ("viewer-a", "/home"), ("analyst-a", "/home")])
def test_everybody_lands_where_the_role_belongs(browsers, who, lands):
    assert (browsers[who].entered.status_code, browsers[who].entered.headers["Location"]) == (302, "/home")
    page = browsers[who].http.get("/", follow_redirects=True)
    assert (page.status_code, page.url.path) == (200, lands)


def test_a_viewers_start_page_names_its_dashboards_and_the_api_can_be_read(browsers):
    assert "/voila/render/dashboards/overview.ipynb" in browsers["viewer-a"].http.get("/home").text
    assert "/api/v1/strategies/{strategy_id}" in browsers["viewer-a"].http.get("/docs/api").text


def test_the_session_cookie_is_out_of_scripts_reach(browsers):
    entered = browsers["quant-a"].entered
    cookie = next(value for name, value in entered.headers.multi_items() if name == "set-cookie" and "aurelius-" in value)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    "next_page", ["https://evil.example", "//evil.example", "/\\evil.example", "https:evil.example", "javascript:alert(1)"]
)
def test_the_login_page_sends_nobody_elsewhere(server, browsers, next_page):
    answer = browsers["viewer-a"].http.get("/login", params={"next": next_page})
    assert answer.status_code == 302
    assert answer.headers["Location"] in {"/home", "/%5Cevil.example"}


def test_b10_a_foreign_host_name_is_refused(server, browsers):
    for path in ("/health", "/login", "/lab", "/api/kernels", "/api/v1/strategies/"):
        assert httpx.get(server.url + path, headers={"Host": "evil.example"}).status_code == 400
    assert httpx.get(server.url + "/health", headers={"Host": f"localhost:{server.port}"}).status_code == 200


def test_the_installed_configuration_is_the_one_that_is_served():
    installed = Path(__file__).parents[3] / "etc/jupyter/jupyter_server_config.json"
    assert json.loads(installed.read_text()) == JUPYTER
