"""Goals over HTTP: strategies of one's own, measured, told of in one event, and made once under one key."""

import pytest

import aurelius_kernel as ak
from server_ext.generation.service import Found, keep
from server_ext.strategies import service as strategies
from server_ext.strategies.schemas import StrategyFilter
from tests.support.running import PASSWORD

GENERATE = "/api/v1/strategies/generate"
ASKED = {"goal": "momentum on GOOG, drawdown < 60%", "max_strategies": 2, "tries": 8, "end_date": "2008-12-31"}
KEY = {"Idempotency-Key": "generate-once"}


@pytest.fixture(scope="module")
def answer(staff):
    return staff["analyst-a"].post(GENERATE, ASKED, headers=KEY, timeout=120)


@pytest.fixture(scope="module")
def made(answer):
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_goal_becomes_measured_strategies_the_best_first(made):
    assert [one["rank"] for one in made["strategies"]] == [1, 2]
    assert made["strategies"][0]["strategy_type"] == "ts_momentum"
    assert all(0.0 <= one["confidence"] <= 1.0 and one["status"] == "active" for one in made["strategies"])
    assert 2 <= made["trials"] <= 8
    assert made["generation_time_ms"] > 0
    assert made["stretch"]["unseen_bars"] > 0


def test_drawdowns_are_percent_numbers_and_limits_hold_or_the_strategy_is_marked(made):
    for one in made["strategies"]:
        assert -100.0 <= one["metrics"]["max_drawdown"] < -1.0
        assert one["keeps_limits"] is (one["metrics"]["max_drawdown"] >= -60.0)
        assert one["keeps_limits"] is (not one["broken"])


def test_the_strategies_are_rows_of_whoever_asked(staff, answer, made):
    best = made["strategies"][0]
    kept = staff["analyst-a"].get(answer.headers["Location"]).json()["strategy"]
    assert kept == {name: best[name] for name in kept}
    assert kept["owner_id"] == staff["analyst-a"].id
    assert staff["quant-b"].get(answer.headers["Location"]).status_code == 404


def test_the_generation_itself_is_in_the_store_under_its_hash(shop, made, monkeypatch):
    monkeypatch.setenv("AURELIUS_HOME", str(shop.folder / "home"))
    kept = ak.Generation.load(made["result"])
    assert [one.spec.strategy.parameters for one in kept.candidates] == [one["parameters"] for one in made["strategies"]]


def test_one_event_tells_of_all_of_them(staff, made):
    events = staff["analyst-a"].get("/api/v1/events", params={"limit": 1000}).json()["events"]
    told = [event["data"] for event in events if event["data"].get("request_id") == made["request_id"]]
    assert [(one["strategy_count"], [each["id"] for each in one["strategies"]]) for one in told] == [
        (2, [one["id"] for one in made["strategies"]])
    ]


def test_the_same_key_gives_the_same_strategies_at_once_and_refuses_another_goal(staff, made):
    again = staff["analyst-a"].post(GENERATE, ASKED, headers=KEY)
    assert (again.status_code, again.json()) == (201, made)
    other = staff["analyst-a"].post(GENERATE, ASKED | {"goal": "breakout on GOOG"}, headers=KEY)
    assert (other.status_code, other.json()["error"]["code"]) == (409, "conflict")


def test_the_same_goal_and_seed_find_the_same_strategies_through_the_client(shop, staff, made):
    with ak.Client(shop.url) as client:
        client.login("quant-b@example.com", PASSWORD)
        found = client.generate(**ASKED)
    assert [one.parameters for one in found.strategies] == [one["parameters"] for one in made["strategies"]]
    assert [one.confidence for one in found.strategies] == [one["confidence"] for one in made["strategies"]]
    assert found.result == made["result"]


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"goal": ""}, 422, "goal"),
        ({"goal": "\u200b "}, 422, "goal"),
        ({"goal": "momentum on GOOG, sharpe > 2 and sharpe < 1"}, 400, "goal"),
        ({"max_strategies": 21}, 422, "max_strategies"),
        ({"max_strategies": 0}, 422, "max_strategies"),
        ({"risk_preference": "reckless"}, 422, "risk_preference"),
        ({"instruments": ["NOPE"]}, 400, "instruments"),
        ({"start_date": "2009-01-01"}, 400, "start_date"),
        ({"seed": -1}, 422, "seed"),
    ],
)
def test_a_goal_that_makes_no_sense_is_refused_by_field(staff, change, status, field):
    refused = staff["analyst-a"].post(GENERATE, ASKED | change, timeout=60)
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (status, [field]), refused.text


def test_viewers_and_strangers_generate_nothing(staff):
    assert staff["viewer-a"].post(GENERATE, ASKED).status_code == 403
    assert staff["stranger"].post(GENERATE, ASKED).status_code == 401


def test_every_database_keeps_all_candidates_or_none(database, log, actor, made):
    candidate = {"metrics": {"sharpe_ratio": 1.0, "max_drawdown": -0.2}, "confidence": 0.5, "broken": [], "why": None}
    specs = [{"strategy": {"type": one["strategy_type"], "parameters": one["parameters"]}} for one in made["strategies"]]
    told = {
        "spec": {"goal": {"text": "momentum"}, "stretch": {}},
        "candidates": [candidate | {"spec": spec} for spec in specs],
        "hash": "0" * 64,
        "trials": 8,
        "trials_ever": 8,
        "notes": [],
    }
    with database.writing() as connection:
        kept = keep(connection, log, actor, Found(told=told, seconds=1.5))
    assert (kept.generation_time_ms, kept.strategies[0].metrics) == (1500, {"sharpe_ratio": 1.0, "max_drawdown": -20.0})
    specs[1]["strategy"]["parameters"] = {"lookback": -1}
    with pytest.raises(ak.AureliusError), database.writing() as connection:
        keep(connection, log, actor, Found(told=told, seconds=1.5))
    with database.writing() as connection:
        assert strategies.list_(connection, actor, StrategyFilter()).total == 2
