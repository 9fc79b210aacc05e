"""Accounts over HTTP, against a real server."""

import secrets
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from server_ext.access.permissions import PERMISSIONS
from tests.support.running import PASSWORD


def code(answer):
    return answer.status_code, answer.json()["error"]["code"]


def newcomer(server, house, role="quant"):
    person = server.stranger()
    person.email = f"{secrets.token_hex(6)}@example.com"
    body = {"email": person.email, "name": "New Comer", "password": PASSWORD, "role": role}
    house["admin"].post("/api/auth/users/", body).raise_for_status()
    person.tokens = person.login().json()
    return person


def test_registering_answers_a_pair_of_tokens_and_an_analyst(server, house):
    email = f"{secrets.token_hex(4)}@Example.com"
    answer = server.stranger().post("/api/auth/register", {"email": email, "password": PASSWORD, "name": " Jo  Doe "})
    body = answer.json()
    assert answer.status_code == 201
    assert body["token_type"] == "bearer"
    assert body["expires_in"] == 3600  # as the settings of this server say
    assert (body["user"]["email"], body["user"]["name"], body["user"]["role"]) == (email.lower(), "Jo Doe", "analyst")
    assert answer.headers["Location"] == f"/api/auth/users/{body['user']['id']}"
    assert "password" not in answer.text


def test_a_second_account_of_one_email_is_a_conflict(server, house):
    taken = {"email": house["quant-a"].email.upper(), "password": PASSWORD, "name": "Thief"}
    assert code(server.stranger().post("/api/auth/register", taken)) == (409, "conflict")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "no"),
        ("email", "a@b"),
        ("email", "a b@c.de"),
        ("name", "x"),
        ("password", "short"),
        ("password", "password123"),
        ("role", "admin"),
    ],
)
def test_a_malformed_registration_names_the_field(server, house, field, value):
    body = {"email": "fine@example.com", "password": PASSWORD, "name": "Fine Name", field: value}
    answer = server.stranger().post("/api/auth/register", body)
    assert answer.status_code == 422
    assert list(answer.json()["error"]["fields"]) == [field]


def test_the_set_up_link_works_once(server, house):
    body = {"email": "second@example.com", "password": PASSWORD, "name": "Second", "invitation": server.setup_token()}
    answer = server.stranger().post("/api/auth/register", body)
    assert answer.status_code == 422
    assert "invitation" in answer.json()["error"]["fields"]


def test_an_invitation_names_the_role_and_works_once(server, house):
    made = house["admin"].post("/api/auth/invitations/", {"role": "quant", "team": "blue"}).json()
    body = {"email": f"{secrets.token_hex(4)}@example.com", "password": PASSWORD, "name": "In Vited", "invitation": made["token"]}
    first = server.stranger().post("/api/auth/register", body)
    again = server.stranger().post("/api/auth/register", {**body, "email": "x" + body["email"]})
    assert (first.json()["user"]["role"], first.json()["user"]["team"]) == ("quant", "blue")
    assert again.status_code == 422


def test_verify_says_whose_token_it_is(house):
    answer = house["quant-a"].get("/api/auth/verify")
    assert answer.json()["user"]["email"] == "quant-a@example.com"


def test_verify_says_what_the_token_may_be_used_for(house):
    allowed = {name: set(house[name].get("/api/auth/verify").json()["permissions"]) for name in ("viewer-a", "analyst-a", "admin")}
    assert allowed["admin"] == set(PERMISSIONS)
    assert "research:run" in allowed["analyst-a"]
    assert "jobs:run-notebook" not in allowed["analyst-a"]
    assert not {name for name in allowed["viewer-a"] if name.endswith((":run", ":write", ":manage"))}


def test_a3_only_an_access_token_opens_the_api(server, house):
    person = newcomer(server, house)
    ticket = person.post("/api/auth/ws-ticket").json()["auth_ticket"]
    for token in (person.tokens["refresh_token"], ticket, server.setup_token()):
        assert code(person.http.get("/api/auth/verify", headers={"Authorization": f"Bearer {token}"})) == (401, "invalid_token")
    for token in (person.tokens["access_token"], ticket):
        assert person.http.post("/api/auth/refresh", json={"refresh_token": token[:200]}).status_code == 401
    assert person.get("/api/auth/verify").status_code == 200


def test_a5_a_logout_ends_the_access_token_at_once(server, house):
    person = newcomer(server, house)
    assert person.post("/api/auth/logout").status_code == 204
    assert person.get("/api/auth/verify").status_code == 401
    assert person.http.post("/api/auth/refresh", json={"refresh_token": person.tokens["refresh_token"]}).status_code == 401


def test_a5_logout_all_ends_every_session_cookies_too(server, house):
    person = newcomer(server, house)
    browser, other = person.browser(), person.login().json()
    assert browser.http.get("/api/auth/verify").status_code == 200
    person.post("/api/auth/logout-all")
    assert browser.http.get("/api/auth/verify").status_code == 401
    assert browser.http.get("/api/me").status_code == 403
    assert person.http.get("/api/auth/verify", headers={"Authorization": f"Bearer {other['access_token']}"}).status_code == 401


def test_a5_a_change_of_role_and_a_switched_off_account_are_felt_at_once(server, house):
    person = newcomer(server, house)
    assert house["admin"].call("PATCH", f"/api/auth/users/{person.id}", {"role": "viewer"}).json()["role"] == "viewer"
    assert person.get("/api/auth/verify").status_code == 401
    person.tokens = person.login().json()
    assert code(person.post("/api/v1/strategies/", {"name": "x", "strategy_type": "trend_following"})) == (403, "not_allowed")
    assert house["admin"].call("DELETE", f"/api/auth/users/{person.id}").status_code == 204
    assert person.get("/api/auth/verify").status_code == 401
    assert code(person.login()) == (401, "invalid_credentials")


def test_a5_a_new_password_ends_the_other_sessions(server, house):
    person = newcomer(server, house)
    other = person.login().json()
    new = {"current_password": PASSWORD, "new_password": "another-harbour-43"}
    assert code(person.post("/api/auth/change-password", {**new, "current_password": "wrong"})) == (401, "invalid_credentials")
    assert person.post("/api/auth/change-password", new).status_code == 204
    assert person.get("/api/auth/verify").status_code == 200
    assert person.http.get("/api/auth/verify", headers={"Authorization": f"Bearer {other['access_token']}"}).status_code == 401
    assert person.login().status_code == 401
    assert person.login("another-harbour-43").status_code == 200


def test_a6_a_refresh_token_used_twice_ends_its_family(server, house):
    person = newcomer(server, house)
    elsewhere = person.login().json()
    spent = person.tokens["refresh_token"]
    fresh = person.http.post("/api/auth/refresh", json={"refresh_token": spent}).json()
    assert code(person.http.post("/api/auth/refresh", json={"refresh_token": spent})) == (401, "invalid_token")
    assert person.http.post("/api/auth/refresh", json={"refresh_token": fresh["refresh_token"]}).status_code == 401
    assert person.http.get("/api/auth/verify", headers={"Authorization": f"Bearer {fresh['access_token']}"}).status_code == 401
    assert person.http.get("/api/auth/verify", headers={"Authorization": f"Bearer {elsewhere['access_token']}"}).status_code == 200


def test_a6_reuse_is_written_into_the_audit_log(server, house):
    person = newcomer(server, house)
    spent = {"refresh_token": person.tokens["refresh_token"]}
    for _ in range(2):
        person.http.post("/api/auth/refresh", json=spent)
    newest = house["admin"].get("/api/auth/audit/", params={"limit": 1}).json()["entries"][0]
    assert (newest["action"], newest["outcome"]) == ("session.refresh_reused", "revoked")


def test_a7_a_lost_refresh_is_answered_again_under_its_key(server, house):
    person = newcomer(server, house)
    body = {"refresh_token": person.tokens["refresh_token"]}
    first = person.http.post("/api/auth/refresh", json=body, headers={"Idempotency-Key": "k"}).json()
    again = person.http.post("/api/auth/refresh", json=body, headers={"Idempotency-Key": "k"}).json()
    assert again["refresh_token"] == first["refresh_token"]


def test_a7_fifty_refreshes_at_once_give_one_pair(server, house):
    person = newcomer(server, house)
    body = {"refresh_token": person.tokens["refresh_token"]}
    with ThreadPoolExecutor(25) as pool:
        answers = list(
            pool.map(lambda _: httpx.post(server.url + "/api/auth/refresh", json=body, timeout=30).status_code, range(50))
        )
    assert sorted(answers) == [200] + [401] * 49


def test_a8_an_unknown_email_and_a_wrong_password_are_answered_alike(server, house):
    wrong = server.stranger()
    off = newcomer(server, house)
    house["admin"].call("DELETE", f"/api/auth/users/{off.id}")
    answers = []
    for email, password in ((house["quant-b"].email, "wrong"), ("nobody@example.com", PASSWORD), (off.email, PASSWORD)):
        answer = wrong.http.post("/api/auth/login", json={"email": email, "password": password})
        error = answer.json()["error"]
        answers.append((answer.status_code, error["code"], error["message"], str(error["fields"])))
    assert len(set(answers)) == 1
    assert answers[0][:2] == (401, "invalid_credentials")


def test_a10_a_flood_of_sign_ins_does_not_slow_the_rest(server, house):
    """Measured against the same reads before the flood, since other work on the machine slows both."""
    taken, stop = [], threading.Event()

    def read():
        with httpx.Client(base_url=server.url, headers=house["quant-b"].bearer()) as client:
            while not stop.is_set():
                start = time.perf_counter()
                assert client.get("/api/auth/verify").status_code == 200
                taken.append(time.perf_counter() - start)
                time.sleep(0.005)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    time.sleep(1)
    calm = len(taken)
    flood = {"email": "nobody2@example.com", "password": "guess"}
    with ThreadPoolExecutor(50) as pool, httpx.Client(base_url=server.url, timeout=60) as crowd:
        codes = set(pool.map(lambda _: crowd.post("/api/auth/login", json=flood).status_code, range(200)))
    stop.set()
    reader.join(10)
    before, during = (statistics.quantiles(part, n=20)[-1] for part in (taken[:calm], taken[calm:]))
    assert codes <= {401, 429, 503}
    assert during < max(0.1, 10 * before)


def test_the_last_admin_stays(house):
    admin = house["admin"]
    assert code(admin.call("PATCH", f"/api/auth/users/{admin.id}", {"role": "viewer"})) == (409, "conflict")
    assert code(admin.call("DELETE", f"/api/auth/users/{admin.id}")) == (409, "conflict")


def test_lists_of_accounts_are_paged_and_filtered(house):
    admin = house["admin"]
    everyone = admin.get("/api/auth/users", params={"limit": 200}).json()
    viewers = admin.get("/api/auth/users/", params={"role": "viewer", "q": "viewer-", "limit": 1, "skip": 1}).json()
    assert everyone["total"] == len(everyone["users"])
    assert viewers["total"] == 2
    assert [user["email"] for user in viewers["users"]] == ["viewer-a@example.com"]


def test_the_audit_log_tells_what_was_done_newest_first(house):
    pages = audit_pages(house["admin"])
    assert {"user.created", "login.ok"} <= {entry["action"] for page in pages for entry in page}
    for page in pages:
        assert [entry["seq"] for entry in page] == sorted((entry["seq"] for entry in page), reverse=True)


def audit_pages(admin):
    """The whole audit log, a page at a time."""
    pages, skip = [], 0
    while page := admin.get("/api/auth/audit/", params={"limit": 200, "skip": skip}).json()["entries"]:
        pages.append(page)
        skip += len(page)
    return pages
