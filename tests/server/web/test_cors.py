"""B8: a page of an origin that is listed may call the API with a token, and no other page may."""

import pytest

LISTED = "https://trusted.example.com"
STRATEGIES = "/api/v1/strategies/"


def allowed(answer):
    """What a browser is told that the page may do."""
    return {name: value for name, value in answer.headers.items() if name.startswith("access-control-")}


def preflight(person, origin, method="POST"):
    headers = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization"}
    return person.call("OPTIONS", STRATEGIES, headers=headers)


def test_b8_a_listed_origin_is_told_before_it_asks_what_it_may_send(house):
    answer = preflight(house["stranger"], LISTED)
    told = allowed(answer)
    assert (answer.status_code, answer.content, answer.headers["Vary"]) == (204, b"", "Origin")
    assert told["access-control-allow-origin"] == LISTED
    assert {"GET", "POST"} <= set(told["access-control-allow-methods"].split(", "))
    assert {"authorization", "content-type", "idempotency-key"} <= set(told["access-control-allow-headers"].lower().split(", "))
    assert int(told["access-control-max-age"]) > 0


def test_b8_a_listed_origin_reads_answers_and_refusals_alike(house):
    made = house["quant-a"].post(STRATEGIES, {"name": "x", "strategy_type": "trend_following"}, headers={"Origin": LISTED})
    read = house["quant-a"].get(f"{STRATEGIES}{made.json()['id']}", headers={"Origin": LISTED})
    refused = house["stranger"].get(STRATEGIES, headers={"Origin": LISTED})
    missing = house["quant-a"].get(f"{STRATEGIES}none", headers={"Origin": LISTED})
    assert [answer.status_code for answer in (made, read, refused, missing)] == [201, 200, 401, 404]
    for answer in (made, read, refused, missing):
        assert allowed(answer)["access-control-allow-origin"] == LISTED
        assert {"ETag", "Retry-After", "X-Request-ID"} <= set(allowed(answer)["access-control-expose-headers"].split(", "))
        assert "Origin" in answer.headers["Vary"].split(", ")


def test_b8_a_page_elsewhere_never_acts_by_the_cookie_of_who_looks_at_it(house):
    browser = house["quant-a"].browser()
    body = {"name": "forged", "strategy_type": "trend_following"}
    from_page = {"Origin": LISTED, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}
    forged = browser.http.post(STRATEGIES, json=body, headers={**from_page, **browser.xsrf})
    assert forged.status_code == 403
    for answer in (forged, preflight(house["stranger"], LISTED), house["quant-a"].get(STRATEGIES, headers={"Origin": LISTED})):
        assert "access-control-allow-credentials" not in allowed(answer)


@pytest.mark.parametrize(
    "origin",
    [
        *("https://evil.example", "null", "*", "https://trusted.example.com.evil.com", "https://evil-trusted.example.com"),
        *("http://trusted.example.com", "https://trusted.example.com:8443", "https://TRUSTED.example.com", f"{LISTED}/"),
    ],
)
def test_b8_an_origin_that_is_not_listed_to_the_letter_is_told_nothing(house, origin):
    asked = house["quant-a"].get(STRATEGIES, headers={"Origin": origin})
    for answer in (asked, preflight(house["stranger"], origin)):
        told = allowed(answer)
        told.pop("access-control-allow-methods", None)
        assert told == {}
        assert "Origin" in answer.headers["Vary"].split(", ")
