"""Guessing, spraying, locking out and telling accounts apart, against a server behind a proxy that says where callers come from."""

import itertools
import secrets
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import httpx
import pytest

from tests.support.running import PASSWORD, Server, people
from tests.support.timing import medians

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def behind(tmp_path_factory):
    """A server that believes the X-Forwarded-For of this machine, and takes accounts by invitation only."""
    environment = {"AURELIUS_TRUSTED_PROXIES": "127.0.0.1", "AURELIUS_REGISTRATION": "invite"}
    server = Server(tmp_path_factory.mktemp("behind"), environment).start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def crowd(behind):
    return people(behind, "quant-a", "quant-b", "viewer-a")


@cache
def client(url):
    return httpx.Client(base_url=url, timeout=30)


def elsewhere():
    """An address that nobody came from before."""
    number = next(_numbers)
    return f"203.{number // 65_536}.{number // 256 % 256}.{number % 256}"


def attempt(server, email, password, address=None):
    headers = {"X-Forwarded-For": address or elsewhere()}
    return client(server.url).post("/api/auth/login", json={"email": email, "password": password}, headers=headers)


def told(answer):
    """What an answer tells, but for its request id."""
    error = answer.json()["error"]
    return answer.status_code, error["code"], error["message"], str(error["fields"])


def test_a8_an_unknown_a_wrong_and_a_switched_off_account_take_the_same_time(behind, crowd):
    """In turns, each from an address of its own, medians within a tenth of each other; 200 of each where the machine is busy."""
    crowd["admin"].call("DELETE", f"/api/auth/users/{crowd['viewer-a'].id}").raise_for_status()

    def guess(email):
        def once(_number):
            body = {"email": email, "password": "wrong-guess-1"}
            answer = client(behind.url).post("/api/auth/login", json=body, headers={"X-Forwarded-For": elsewhere()})
            assert answer.status_code == 401

        return once

    emails = {"unknown": "nobody@example.com", "wrong": "admin@example.com", "off": "viewer-a@example.com"}
    found, apart = medians({name: guess(email) for name, email in emails.items()}, within=0.1)
    assert apart <= 0.1, found


def test_a8_registering_without_an_invitation_does_not_tell_which_accounts_there_are(behind, crowd):

    def register(email):
        body = {"email": email, "password": PASSWORD, "name": "New Comer"}
        return client(behind.url).post("/api/auth/register", json=body, headers={"X-Forwarded-For": elsewhere()})

    taken, free = (register(email) for email in ("quant-a@example.com", "somebody-new@example.com"))
    assert told(taken) == told(free)
    assert taken.status_code == 403
    found, apart = medians(
        {"taken": lambda _: register("quant-a@example.com"), "free": lambda number: register(f"new-{number}@example.com")},
        within=0.1,
        start=20,
    )
    assert apart <= 0.1, found


def test_a9_a_thousand_guesses_from_fifty_addresses_are_throttled_and_lock_nobody_out(behind, crowd):
    """A hundred failures fill the account's count: from then on each address has one guess, and the right password gets in."""
    victim, home = crowd["quant-a"].email, elsewhere()
    assert attempt(behind, victim, PASSWORD, home).status_code == 200
    addresses = [elsewhere() for _ in range(50)]
    with ThreadPoolExecutor(8) as pool:
        guesses = list(pool.map(lambda number: attempt(behind, victim, f"guess-{number}", addresses[number % 50]), range(1_000)))
    refused = [guess for guess in guesses if guess.status_code == 429]
    assert {guess.status_code for guess in guesses} == {401, 429}
    assert len(refused) >= 850
    assert all(0 < int(guess.headers["Retry-After"]) <= 3_600 for guess in refused)
    assert attempt(behind, victim, PASSWORD, addresses[0]).status_code == 429
    assert attempt(behind, victim, "wrong-once-more").status_code == 401
    assert attempt(behind, victim, PASSWORD).status_code == 200
    assert attempt(behind, victim, PASSWORD, home).status_code == 200
    assert crowd["quant-a"].get("/api/auth/verify").status_code == 200
    assert attempt(behind, crowd["quant-b"].email, PASSWORD).status_code == 200


def test_a9_addresses_of_one_ipv6_customer_are_one(behind, crowd):
    email = crowd["quant-b"].email
    answers = [attempt(behind, email, "guess", f"2001:db8:7:7::{number:x}").status_code for number in range(1, 13)]
    assert answers == [401] * 10 + [429] * 2
    assert attempt(behind, email, "guess", "2001:db8:7:8::1").status_code == 401


def test_a10_one_password_tried_on_many_accounts_from_one_address_is_throttled(behind, crowd):
    address = elsewhere()
    with ThreadPoolExecutor(4) as pool:
        emails = [f"{secrets.token_hex(4)}@example.com" for _ in range(130)]
        answers = list(pool.map(lambda email: attempt(behind, email, PASSWORD, address).status_code, emails))
    assert set(answers) == {401, 429}
    assert answers.count(429) >= 20
    assert attempt(behind, crowd["quant-b"].email, PASSWORD, address).status_code == 429
    assert attempt(behind, crowd["quant-b"].email, PASSWORD).status_code == 200


def test_a10_what_a_client_says_of_its_address_before_the_proxy_counts_for_nothing(behind, crowd):
    address = elsewhere()
    answers = [
        attempt(behind, "nobody-else@example.com", "guess", f"198.51.100.{number}, {address}").status_code for number in range(12)
    ]
    assert answers == [401] * 10 + [429] * 2


def invited(crowd):
    return crowd["admin"].post("/api/auth/invitations/", {"role": "viewer"}).json()["token"]


def register(server, crowd, password):
    email = f"{secrets.token_hex(6)}@example.com"
    body = {"email": email, "password": password, "name": "New Comer", "invitation": invited(crowd)}
    return email, client(server.url).post("/api/auth/register", json=body, headers={"X-Forwarded-For": elsewhere()})


@pytest.mark.parametrize("password", ["seven77", "x" * 1_025, "x7" * 2_100, "password1", "iloveyou", "ok\0okokok", "a" * 20, ""])
def test_a14_a_password_that_is_short_too_long_common_or_malformed_is_refused_by_field(behind, crowd, password):
    _, answer = register(behind, crowd, password)
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, ["password"])
    assert not password or password not in answer.text


def test_a14_a_long_password_counts_to_its_last_character(behind, crowd):
    password = secrets.token_hex(60)
    email, made = register(behind, crowd, password)
    assert made.status_code == 201
    assert attempt(behind, email, password).status_code == 200
    assert [attempt(behind, email, wrong).status_code for wrong in (password[:-1], password[:72], password + "x")] == [401] * 3


def test_a14_a_password_is_the_same_from_every_keyboard(behind, crowd):
    password = unicodedata.normalize("NFC", "pâté-crème-Ⅷ")
    email, made = register(behind, crowd, password)
    assert made.status_code == 201
    assert attempt(behind, email, unicodedata.normalize("NFD", password)).status_code == 200
    assert attempt(behind, email, "pate-creme-8").status_code == 401
