"""Waivers and promotion over HTTP: an admin lets a check pass on the record, and what is blocked is not promoted."""

import pytest

import aurelius_kernel as ak
from tests.support.running import PASSWORD

REASON = "Paper trading only, for a month."


@pytest.fixture(scope="module")
def waived(shop, staff, judged):
    """A waiver for analyst-a's strategy, the product gate's verdict with it, and the one after it was taken back."""
    gate = {"strategy_id": judged["strategy"]}
    with ak.Client(shop.url) as admin:
        admin.login("admin@example.com", PASSWORD)
        waiver = admin.waive(judged["strategy"], REASON, expires_at="2999-01-01T00:00:00Z")
        during = staff["analyst-a"].post("/api/v1/gates/product-gate", gate, timeout=120).json()
        admin.withdraw_waiver(waiver.id)
        after = staff["analyst-a"].post("/api/v1/gates/product-gate", gate, timeout=120).json()
    return waiver, during, after


def check(verdict, name="deflated_sharpe"):
    return next(one for one in verdict["checks"] if one["check_name"] == name)


def test_a_waiver_says_for_which_run_by_whom_why_and_until_when(waived, judged):
    waiver, _, _ = waived
    assert (waiver.strategy_id, waiver.backtest_id, waiver.check_name) == (
        judged["strategy"],
        judged["backtest"],
        "deflated_sharpe",
    )
    assert (waiver.by, waiver.reason, waiver.expires_at.year, waiver.holds) == ("Ada Admin", REASON, 2999, True)


def test_the_product_gate_rests_on_the_waiver_while_it_holds_and_not_after(waived):
    waiver, during, after = waived
    assert (check(during)["passed"], waiver.hash in check(during)["evidence"]) == (True, "Waived" in check(during)["message"])
    assert waiver.hash not in check(after)["evidence"]
    assert "Waived" not in check(after)["message"]


def test_both_verdicts_were_given_under_the_policy_in_force(staff, waived):
    policy = staff["analyst-a"].get("/api/v1/policy").json()["hash"]
    assert [verdict["policy"] for verdict in waived[1:]] == [policy, policy]


def test_a_waiver_that_was_taken_back_stays_on_record(staff, judged, waived):
    listed = staff["analyst-a"].get("/api/v1/waivers/", params={"strategy_id": judged["strategy"]}).json()
    assert [(one["id"], one["holds"], one["withdrawn_at"] is not None) for one in listed["waivers"]] == [
        (waived[0].id, False, True)
    ]
    assert staff["admin"].call("DELETE", f"/api/v1/waivers/{waived[0].id}").status_code == 409
    assert staff["quant-b"].get("/api/v1/waivers/").json()["total"] == 0


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"check_name": "dev_gate"}, 400, "check_name"),
        ({"reason": "because"}, 422, "reason"),
        ({"expires_at": "2001-01-01T00:00:00Z"}, 422, "expires_at"),
        ({"expires_at": "2999-01-01T00:00:00"}, 422, "expires_at"),
    ],
)
def test_a_waiver_that_makes_no_sense_is_refused_by_field(staff, judged, change, status, field):
    answer = staff["admin"].post("/api/v1/waivers/", {"strategy_id": judged["strategy"], "reason": REASON} | change)
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (status, [field]), answer.text


def test_only_admins_grant_waivers(staff, judged):
    asked = {"strategy_id": judged["strategy"], "reason": REASON}
    assert [staff[who].post("/api/v1/waivers/", asked).status_code for who in ("analyst-a", "quant-a", "viewer-a")] == [403] * 3


def test_a_promotion_is_blocked_with_every_reason_until_all_of_it_holds(staff, judged, waived):
    analyst = staff["analyst-a"]
    asked = {"strategy_id": judged["strategy"], "reason": "It is time."}
    answer = analyst.post("/api/v1/promotions/", asked, timeout=120)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "conflict")
    for failed in (one["check_name"] for one in waived[2]["checks"] if not one["passed"]):
        assert failed in answer.json()["error"]["message"]
    assert analyst.get("/api/v1/promotions/").json() == {"total": 0, "promotions": []}
    assert staff["quant-b"].post("/api/v1/promotions/", asked).status_code == 404
    assert staff["viewer-a"].post("/api/v1/promotions/", asked).status_code == 403
