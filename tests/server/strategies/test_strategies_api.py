"""Strategies over HTTP: made, changed into versions, and nobody else's business."""

import pytest

NEW = {"name": "Trend", "strategy_type": "trend_following", "parameters": {"fast": 5}}


@pytest.fixture
def made(house):
    return house["quant-a"].post("/api/v1/strategies/", NEW).json()


def test_a_strategy_is_made_with_every_default_filled_in(house):
    answer = house["quant-a"].post("/api/v1/strategies/", NEW)
    body = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1/strategies/{body['id']}"
    assert (body["name"], body["version"], body["status"], body["owner_id"]) == ("Trend", 1, "active", house["quant-a"].id)
    assert (body["parameters"]["fast"], body["parameters"]["slow"]) == (5, 100)
    assert body["created_at"].endswith("Z")


def test_other_parameters_make_a_new_version_and_the_old_one_stays(house, made):
    changed = house["quant-a"].call("PATCH", f"/api/v1/strategies/{made['id']}", {"parameters": {"slow": 50}}).json()
    detail = house["quant-a"].get(f"/api/v1/strategies/{made['id']}").json()
    assert (changed["version"], changed["parameters"]["fast"], changed["parameters"]["slow"]) == (2, 5, 50)
    assert detail["strategy"] == changed
    assert [(version["version"], version["parameters"]["slow"]) for version in detail["versions"]] == [(2, 50), (1, 100)]


def test_the_same_parameters_make_no_version(house, made):
    same = house["quant-a"].call("PATCH", f"/api/v1/strategies/{made['id']}", {"parameters": {"fast": 5}}).json()
    assert same == made


def test_a_change_that_makes_no_sense_changes_nothing(house, made):
    refused = house["quant-a"].call("PATCH", f"/api/v1/strategies/{made['id']}", {"parameters": {"fast": 500}})
    empty = house["quant-a"].call("PATCH", f"/api/v1/strategies/{made['id']}", {})
    assert (refused.status_code, empty.status_code) == (422, 422)
    assert house["quant-a"].get(f"/api/v1/strategies/{made['id']}").json()["strategy"] == made


def test_a_strategy_can_be_archived_and_found_by_filter(house, made):
    person = house["quant-a"]
    person.call("PATCH", f"/api/v1/strategies/{made['id']}", {"status": "archived", "name": "Shelved 7%"})
    found = person.get("/api/v1/strategies/", params={"status": "archived", "type": "trend_following", "q": "7%"}).json()
    assert [strategy["id"] for strategy in found["strategies"]] == [made["id"]]
    assert person.get("/api/v1/strategies/", params={"q": "%"}).json()["total"] == found["total"]


def test_a_deleted_strategy_is_gone(house, made):
    assert house["quant-a"].call("DELETE", f"/api/v1/strategies/{made['id']}").status_code == 204
    assert house["quant-a"].get(f"/api/v1/strategies/{made['id']}").status_code == 404
    assert house["quant-a"].call("DELETE", f"/api/v1/strategies/{made['id']}").status_code == 404


def test_a_list_is_newest_first_and_its_pages_fit_together(house):
    person = house["analyst-a"]
    ids = [person.post("/api/v1/strategies/", {**NEW, "name": str(number)}).json()["id"] for number in range(5)]
    pages = [person.get("/api/v1/strategies/", params={"skip": skip, "limit": 2}).json() for skip in (0, 2, 4)]
    listed = [strategy["id"] for page in pages for strategy in page["strategies"]]
    assert listed == ids[::-1]
    assert {page["total"] for page in pages} == {5}


def test_b2_another_users_strategy_is_not_there(house, made):
    for who in ("quant-b", "analyst-a", "viewer-a"):
        person = house[who]
        for method, body in (("GET", None), ("PATCH", {"name": "mine"}), ("DELETE", None)):
            expected = 403 if who == "viewer-a" and method != "GET" else 404
            assert person.call(method, f"/api/v1/strategies/{made['id']}", body).status_code == expected
        assert person.post(f"/api/v1/strategies/{made['id']}/validate").status_code == 404
        assert made["id"] not in person.get("/api/v1/strategies/", params={"limit": 200}).text
        assert made["id"] not in person.get("/api/v1/events", params={"limit": 1000}).text
    assert house["admin"].get(f"/api/v1/strategies/{made['id']}").status_code == 200


def test_a_strategy_is_checked_for_real(house, made):
    person = house["quant-a"]
    assert person.post(f"/api/v1/strategies/{made['id']}/validate").json() == {"valid": True, "issues": []}
    person.call("PATCH", f"/api/v1/strategies/{made['id']}", {"status": "archived"})
    checked = person.post(f"/api/v1/strategies/{made['id']}/validate").json()
    assert (checked["valid"], checked["issues"][0]["field"]) == (True, "status")


def test_every_family_is_told_with_its_parameters(house):
    families = house["viewer-a"].get("/api/v1/strategy-types").json()
    trend = next(family for family in families["strategy_types"] if family["type"] == "trend_following")
    fast = next(parameter for parameter in trend["parameters"] if parameter["parameter"] == "fast")
    assert families["total"] == len(families["strategy_types"])
    assert (fast["type"], fast["default"], fast["low"], fast["high"]) == ("integer", 20, 2, 500)
    assert all(parameter["description"] for family in families["strategy_types"] for parameter in family["parameters"])


def test_what_happens_to_a_strategy_is_told_to_its_owner(house):
    person = house["quant-b"]
    start = person.get("/api/v1/events", params={"limit": 1000}).json()["upto"]
    made = person.post("/api/v1/strategies/", NEW).json()
    person.call("PATCH", f"/api/v1/strategies/{made['id']}", {"name": "Renamed"})
    page = person.get("/api/v1/events", params={"after": start}).json()
    assert [event["type"] for event in page["events"]] == ["strategy_created", "strategy_updated"]
    assert page["events"][1]["data"]["strategies"][0]["name"] == "Renamed"
    assert [event["seq"] for event in page["events"]] == sorted(event["seq"] for event in page["events"])
    only = person.get("/api/v1/events", params={"after": start, "events": "strategy_updated"}).json()
    assert [event["type"] for event in only["events"]] == ["strategy_updated"]
    assert page["upto"] >= page["events"][-1]["seq"]
