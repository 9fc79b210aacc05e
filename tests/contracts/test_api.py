"""The wire contract, call by call: what a client may send, what it gets, and that the OpenAPI document says the same.

The tables are the contract, written down here by hand; a call that changes shape breaks clients, and this test.
"""

import pytest

from server_ext.access.permissions import PERMISSIONS, PUBLIC
from server_ext.routes import ROUTES
from server_ext.web.document import document

USER = "id email name role is_active created_at"
PAIR = "access_token refresh_token token_type expires_in user"
STRATEGY = "id owner_id name strategy_type status version parameters created_at updated_at"
SHARE = "id email team shared_by created_at"

CALLS = {
    # method and path: what may be sent (a star where it must), the status, and what is answered at least
    "GET /health": ("", 200, "status components"),
    "GET /api/v1/status": ("", 200, "status components"),
    "POST /api/auth/register": ("email* password* name* invitation", 201, PAIR),
    "POST /api/auth/login": ("email* password* otp", 200, PAIR),
    "POST /api/auth/refresh": ("refresh_token*", 200, PAIR),
    "POST /api/auth/logout": ("", 204, ""),
    "POST /api/auth/logout-all": ("", 204, ""),
    "GET /api/auth/verify": ("", 200, "user"),
    "POST /api/auth/change-password": ("current_password* new_password*", 204, ""),
    "POST /api/auth/ws-ticket": ("", 201, "auth_ticket expires_in"),
    "GET /api/auth/users/": ("skip limit role q", 200, "total users"),
    "POST /api/auth/users/": ("email* password* name* role team", 201, USER),
    "GET /api/auth/users/{user_id}": ("", 200, USER),
    "PATCH /api/auth/users/{user_id}": ("name role team is_active", 200, USER),
    "DELETE /api/auth/users/{user_id}": ("", 204, ""),
    "GET /api/v1/strategies/": ("skip limit type status q", 200, "total strategies"),
    "POST /api/v1/strategies/": ("name* strategy_type* parameters", 201, STRATEGY),
    "POST /api/v1/strategies/generate": (
        "goal* risk_preference max_strategies instruments seed tries start_date end_date data_source",
        201,
        "request_id strategies generation_time_ms",
    ),
    "GET /api/v1/strategies/{strategy_id}": ("", 200, "strategy versions"),
    "PATCH /api/v1/strategies/{strategy_id}": ("name parameters status", 200, STRATEGY),
    "DELETE /api/v1/strategies/{strategy_id}": ("", 204, ""),
    "POST /api/v1/strategies/{strategy_id}/validate": ("", 200, "valid issues"),
    "GET /api/v1/strategies/{strategy_id}/shares/": ("", 200, "total shares"),
    "POST /api/v1/strategies/{strategy_id}/shares/": ("email team", 201, SHARE),
    "DELETE /api/v1/strategies/{strategy_id}/shares/{share_id}": ("", 204, ""),
    "GET /api/v1/strategy-types": ("", 200, "total strategy_types"),
    "GET /api/v1/data/instruments": ("skip limit q frequency", 200, "total instruments"),
    "GET /api/v1/data/{instrument}/bars": ("skip limit start end frequency source", 200, "total bars"),
    "POST /api/v1/data/import": (
        "instrument* timezone calendar adjustment frequency source licence stamps on_error replace",
        201,
        "rows_taken rows_refused refused",
    ),
    "GET /api/v1/policy": ("", 200, "version hash limits set_by reason supersedes"),
    "POST /api/v1/policy": ("limits* reason*", 201, "version hash limits set_by reason supersedes"),
    "GET /api/v1/policy/versions": ("skip limit", 200, "total policies"),
    "GET /api/v1/waivers/": ("skip limit strategy_id", 200, "total waivers"),
    "POST /api/v1/waivers/": ("strategy_id* backtest_id check_name reason* expires_at", 201, "id hash by reason expires_at holds"),
    "DELETE /api/v1/waivers/{waiver_id}": ("", 204, ""),
    "GET /api/v1/promotions/": ("skip limit strategy_id state", 200, "total promotions"),
    "POST /api/v1/promotions/": ("strategy_id* reason*", 201, "id state two_persons requested_by approvals verdict scorecard"),
    "GET /api/v1/promotions/{promotion_id}": ("", 200, "id state two_persons requested_by approvals verdict scorecard"),
    "POST /api/v1/promotions/{promotion_id}/decide": ("decision* note", 200, "id state approvals"),
    "POST /api/v1/promotions/{promotion_id}/withdraw": ("", 200, "id state approvals"),
    "POST /api/v1/reflexion/{strategy_id}/run": (
        "feedback failed backtest_id train_size_days window_size_days timeout",
        202,
        "reflexion_id job_id status",
    ),
    "GET /api/v1/reflexion/{strategy_id}/history": ("skip limit", 200, "total reflexions"),
    "POST /api/v1/orchestrator/runs": (
        (
            "goal strategy_id risk_preference instruments start_date end_date window_size_days train_size_days initial_capital seed"
            " data_source costs options timeout priority"
        ),
        202,
        "run_id job_id status",
    ),
    "GET /api/v1/orchestrator/runs": ("skip limit strategy_id status", 200, "total runs"),
    "GET /api/v1/orchestrator/runs/{run_id}": ("", 200, "id status stages passed strategy_id"),
    "GET /api/v1/dashboard/stats": ("", 200, "strategies backtests jobs_running best_sharpe_ratio"),
    "GET /api/v1/notebooks/": ("notebook", 200, "total notebooks"),
    "GET /api/v1/events": ("after limit events", 200, "events upto epoch oldest"),
    "GET /ws/stats": (
        "",
        200,
        "total_connections unique_users connections_by_user messages_sent queue_high_water replays",
    ),
}
WITHOUT_SIGNING_IN = {
    "GET /health",
    "GET /api/v1/status",
    "GET /api/v1/openapi.json",
    "POST /api/auth/register",
    "POST /api/auth/login",
    "POST /api/auth/refresh",
}
READERS_ONLY = {"viewer", "analyst", "quant", "admin"}


@pytest.fixture(scope="module")
def api():
    return document(ROUTES, "1")


def operation(api, call):
    method, _, path = call.partition(" ")
    return api["paths"][path][method.lower()]


def resolved(api, schema):
    return api["components"]["schemas"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def sent(api, call):
    """What may be sent, by name; a star marks what must be."""
    told = operation(api, call)
    names = [one["name"] + "*" * one["required"] for one in told["parameters"] if one["in"] == "query"]
    body = told.get("requestBody", {}).get("content", {}).get("application/json")
    if body is not None:
        schema = resolved(api, body["schema"])
        names += [name + "*" * (name in schema.get("required", [])) for name in schema["properties"]]
    return set(names)


@pytest.mark.parametrize("call", CALLS)
def test_a_call_takes_what_the_contract_says(api, call):
    assert sent(api, call) == set(CALLS[call][0].split())


@pytest.mark.parametrize("call", CALLS)
def test_a_call_answers_what_the_contract_says(api, call):
    _, status, answered = CALLS[call]
    responses = operation(api, call)["responses"]
    assert [code for code in responses if code[0] == "2"] == [str(status)]
    content = responses[str(status)].get("content")
    fields = resolved(api, content["application/json"]["schema"])["properties"] if content else {}
    assert set(answered.split()) - set(fields) == set()
    assert bool(fields) == bool(answered)


@pytest.mark.parametrize("call", CALLS)
def test_every_refusal_has_the_one_shape_of_errors(api, call):
    responses = operation(api, call)["responses"]
    refusals = {code: answer for code, answer in responses.items() if code[0] in "45"}
    assert {answer["content"]["application/json"]["schema"]["$ref"] for answer in refusals.values()} == {
        "#/components/schemas/ErrorAnswer"
    }
    assert {"401", "422", "429", "500", "503"} <= set(refusals)
    assert "404" in refusals or "{" not in call


def test_an_error_says_code_message_fields_and_request_id(api):
    error = api["components"]["schemas"]["ErrorAnswer"]["properties"]["error"]
    assert set(resolved(api, error)["properties"]) == {"code", "message", "fields", "request_id"}


def test_nothing_else_answers_without_signing_in(api):
    public = {f"{route.method} {route.path}" for route in ROUTES if route.permission == PUBLIC}
    assert public == WITHOUT_SIGNING_IN
    assert {call for call in CALLS if not operation(api, call)["security"]} == WITHOUT_SIGNING_IN - {"GET /api/v1/openapi.json"}


@pytest.mark.parametrize(
    ("call", "field", "default", "low", "high"),
    [
        ("GET /api/v1/strategies/", "limit", 50, 1, 200),
        ("GET /api/v1/strategies/", "skip", 0, 0, 10_000_000),
        ("GET /api/auth/users/", "limit", 50, 1, 200),
        ("GET /api/v1/data/instruments", "limit", 50, 1, 200),
        ("GET /api/v1/events", "after", 0, 0, 2**53),
    ],
)
def test_lists_are_paged_as_the_contract_says(api, call, field, default, low, high):
    found = next(one["schema"] for one in operation(api, call)["parameters"] if one["name"] == field)
    assert (found["default"], found["minimum"], found["maximum"]) == (default, low, high)


def test_every_call_that_creates_takes_an_idempotency_key(api):
    creating = [call for call, (_, status, _) in CALLS.items() if status == 201]
    takes = [call for call in creating if "Idempotency-Key" in {one["name"] for one in operation(api, call)["parameters"]}]
    assert takes == creating


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        ("strategies:read", READERS_ONLY),
        ("strategies:write", {"analyst", "quant", "admin"}),
        ("data:read", READERS_ONLY),
        ("data:write", {"analyst", "quant", "admin"}),
        ("events:read", READERS_ONLY),
        ("events:watch", {"admin"}),
        ("users:manage", {"admin"}),
        ("audit:read", {"admin"}),
        ("jupyter:execute", {"quant", "admin"}),
    ],
)
def test_roles_may_what_the_contract_says(permission, roles):
    assert PERMISSIONS[permission] == roles
