"""The policy over HTTP: read by everybody, set by admins with a reason, versioned, and held to by the gates."""

import pytest

import aurelius_kernel as ak
from aurelius_kernel.artifacts import Store
from aurelius_kernel.gates import Policy
from aurelius_kernel.gates.keeping import policy_in_force
from server_ext.policy import policies
from server_ext.policy.schemas import NewPolicy
from tests.support.running import PASSWORD


@pytest.fixture(scope="module")
def changed(shop, staff):
    """The policy before, and after an admin set another return that the crv gate asks for, through the client."""
    before = staff["viewer-a"].get("/api/v1/policy").json()
    with ak.Client(shop.url) as client:
        client.login("admin@example.com", PASSWORD)
        after = client.set_policy("Returns were too small.", minimum_return=0.06)
    return before, after


def test_the_defaults_are_in_force_until_somebody_sets_others(changed):
    before, _ = changed
    assert (before["version"], before["set_by"], before["created_at"]) == (1, "the defaults", None)
    assert before["hash"] == Policy().hash
    assert before["limits"]["maximum_drawdown"] == 0.25


def test_a_change_is_the_next_version_with_a_name_a_reason_and_the_one_before(staff, changed):
    before, after = changed
    assert (after.version, after.set_by, after.reason) == (2, "Ada Admin", "Returns were too small.")
    assert (after.supersedes, after.limits["minimum_return"]) == (before["hash"], 0.06)
    assert staff["viewer-a"].get("/api/v1/policy").json()["hash"] == after.hash
    versions = staff["analyst-a"].get("/api/v1/policy/versions").json()
    assert [one["version"] for one in versions["policies"]] == [2]


def test_a_change_is_audited_and_everybody_is_told(staff, changed):
    (entry,) = [one for one in audit(staff) if one["action"] == "policy.set"]
    assert (entry["target"], entry["detail"]["limits"]) == ("version 2", {"minimum_return": 0.06})
    told = staff["viewer-a"].get("/api/v1/events", params={"limit": 1000, "events": "policy_changed"}).json()["events"]
    assert [one["data"] for one in told] == [{"version": 2, "set_by": "Ada Admin", "reason": "Returns were too small."}]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"limits": {"maximum_fun": 1.0}, "reason": "no"}, 400, "limit"),
        ({"limits": {"maximum_drawdown": 2.0}, "reason": "too deep"}, 422, "maximum_drawdown"),
        ({"limits": {"version": 9.0}, "reason": "no"}, 400, "limit"),
        ({"limits": {}, "reason": "nothing"}, 422, "limits"),
        ({"limits": {"maximum_drawdown": 0.2}}, 422, "reason"),
        ({"limits": {"maximum_drawdown": 0.25}, "reason": "the same"}, 422, "limits"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_by_field(staff, changed, body, status, field):
    answer = staff["admin"].post("/api/v1/policy", body)
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (status, [field]), answer.text


def test_only_admins_set_the_policy(staff):
    body = {"limits": {"maximum_drawdown": 0.9}, "reason": "more room"}
    assert [staff[who].post("/api/v1/policy", body).status_code for who in ("quant-a", "analyst-a", "viewer-a")] == [403] * 3


def test_every_database_counts_versions_up_and_notebooks_see_them(database, log, origin, admin, tmp_path):
    store = Store(str(tmp_path / "store"))
    with database.writing() as connection:
        policies.set_(connection, log, origin, admin, store, NewPolicy(limits={"maximum_drawdown": 0.2}, reason="calmer"))
        policies.set_(connection, log, origin, admin, store, NewPolicy(limits={"maximum_drawdown": 0.1}, reason="calmer still"))
        limits = policies.in_force(connection)
    assert (limits.version, limits.maximum_drawdown, limits.set_by) == (3, 0.1, admin.name)
    assert policy_in_force(store) == limits


def audit(staff):
    return staff["admin"].get("/api/auth/audit/", params={"limit": 200}).json()["entries"]
