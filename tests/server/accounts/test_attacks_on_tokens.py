"""Forged, stretched and swapped credentials, sent to a real server: 401, the one shape of errors, and never a 500."""

import base64
import hashlib
import hmac
import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

PUBLIC_KEY = (
    rsa.generate_private_key(65537, 2048)
    .public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
)


@pytest.fixture(scope="module")
def key(server):
    """The server's own signing key, so that what is refused is refused for what it says."""
    return (server.folder / "home/secrets/jwt.key").read_text().strip()


@pytest.fixture(scope="module")
def token(house):
    return house["quant-a"].tokens["access_token"]


@pytest.fixture(scope="module")
def claims(token):
    return jwt.decode(token, options={"verify_signature": False})


def part64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(key, header, payload):
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    body = f"{part64(json.dumps(header).encode())}.{part64(raw)}"
    return f"{body}.{part64(hmac.new(key.encode(), body.encode(), hashlib.sha256).digest())}"


def status(house, forged):
    answer = house["stranger"].http.get("/api/auth/verify", headers={"Authorization": f"Bearer {forged}"})
    assert set(answer.json()) == {"error"} or answer.status_code == 200
    return answer.status_code


def test_what_is_signed_by_the_servers_own_key_and_says_the_right_things_opens(house, key, token, claims):
    assert status(house, signed(key, jwt.get_unverified_header(token), claims)) == 200


def test_a1_forged_signatures_and_foreign_keys_are_401(house, key, token, claims):
    header = jwt.get_unverified_header(token)
    body, _, signature = token.rpartition(".")
    forged = [
        jwt.encode(claims, None, "none", headers=header | {"alg": "none"}),
        f"{body}.",
        f"{body}.{signature[:-4]}AAAA",
        signed(PUBLIC_KEY.decode(), header, claims),
        signed(key, header | {"alg": "RS256"}, claims),
        signed(key, header | {"kid": "unknown"}, claims),
        signed(key, header | {"kid": "../../dev/null"}, claims),
        signed(key, header | {"kid": {"a": 1}}, claims),
        signed(key, header | {"jku": "https://evil.example/keys"}, claims),
        signed(key, header | {"jwk": {"kty": "oct", "k": part64(b"mine")}}, claims),
        signed(key, header | {"x5u": "https://evil.example/chain"}, claims),
        signed("", header, claims),
    ]
    assert [status(house, one) for one in forged] == [401] * len(forged)


def test_a2_times_that_are_wrong_missing_or_no_numbers_are_401(house, key, token, claims):
    header, now = jwt.get_unverified_header(token), int(time.time())
    text = json.dumps(claims)
    forged = [
        signed(key, header, claims | {"exp": now - 1}),
        signed(key, header, claims | {"nbf": now + 3_600}),
        signed(key, header, claims | {"iat": now + 3_600}),
        signed(key, header, {name: value for name, value in claims.items() if name != "exp"}),
        signed(key, header, claims | {"exp": "9999999999"}),
        *(signed(key, header, text.replace(str(claims["exp"]), odd).encode()) for odd in ("NaN", "1e999", "1" + "0" * 400)),
        signed(key, header, (text[:-1] + f', "exp": {now + 9_999}}}').encode()),
        signed(key, header, claims | {"role": "admin", "more": True}),
    ]
    assert [status(house, one) for one in forged] == [401] * len(forged)


def test_a4_tokens_of_another_issuer_audience_or_installation_are_401(house, key, token, claims):
    header = jwt.get_unverified_header(token)
    forged = [
        signed(key, header, claims | {"iss": "https://other.example"}),
        signed(key, header, claims | {"aud": "other-api"}),
        signed("another installation's key, of many bytes", header, claims),
    ]
    assert [status(house, one) for one in forged] == [401] * len(forged)


def test_a4_a_token_that_claims_another_role_or_another_account_gets_nothing_by_it(house, key, token, claims):
    header = jwt.get_unverified_header(token)
    promoted = signed(key, header, claims | {"role": "admin"})
    assert house["stranger"].http.get("/api/auth/users/", headers={"Authorization": f"Bearer {promoted}"}).status_code == 403
    assert status(house, signed(key, header, claims | {"sub": house["admin"].id})) == 401
    assert status(house, signed(key, header, claims | {"sid": "0d1f7a2e-0000-4000-8000-000000000000"})) == 401


def test_a3_every_credential_opens_its_own_door_and_no_other(server, house):
    """The full matrix: each kind of secret at each place that takes one."""
    person = server.stranger()
    person.email = "quant-a@example.com"
    person.tokens = person.login().json()
    browser = person.browser()
    cookie = next(value for name, value in browser.http.cookies.items() if name.startswith("aurelius-"))
    invitation = house["admin"].post("/api/auth/invitations/", {"role": "viewer"}).json()["token"]
    kinds = {
        "access": lambda: person.tokens["access_token"],
        "refresh": lambda: person.tokens["refresh_token"],
        "ticket": lambda: person.post("/api/auth/ws-ticket").json()["auth_ticket"],
        "cookie": lambda: cookie,
        "xsrf": lambda: browser.xsrf["X-XSRFToken"],
        "invitation": lambda: invitation,
        "set-up": server.setup_token,
    }
    http = server.stranger().http
    email = {"email": "matrix@example.com", "password": "violet-harbour-42", "name": "Ma Trix"}
    places = {
        "access": lambda secret: http.get("/api/auth/verify", headers={"Authorization": f"Bearer {secret}"}),
        "cookie": lambda secret: http.get("/api/auth/verify", headers={"Cookie": f"aurelius-127-0-0-1-{server.port}={secret}"}),
        "refresh": lambda secret: http.post("/api/auth/refresh", json={"refresh_token": secret[:200]}),
        "invitation": lambda secret: http.post("/api/auth/register", json=email | {"invitation": secret[:200]}),
    }
    opened = {(kind, place) for place, ask in places.items() for kind, secret in kinds.items() if ask(secret()).is_success}
    assert opened == {(kind, kind) for kind in places}
