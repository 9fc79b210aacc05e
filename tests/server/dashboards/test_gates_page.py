"""The page of gates: the verdicts of the API, the score behind them, and the gates as buttons for those who may."""

import pytest

from aurelius_kernel.views import pages

NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.fixture(scope="module")
def verdict(staff, studied):
    """The verdict of the product gate on a strategy that passed neither of the others."""
    answer = staff["analyst-a"].post("/api/v1/gates/product-gate", {"strategy_id": studied["strategy"]}, timeout=300)
    assert answer.status_code == 200, answer.text
    return answer.json()


def scorecard():
    part = pages.gates.scorecard()
    part.work.join(300)
    return part.value


def test_the_list_says_of_each_strategy_what_each_gate_decided(staff, looking, studied, verdict):
    looking(staff["analyst-a"])
    shown = pages.gates.head().value
    assert f"gates.ipynb?strategy_id={studied['strategy']}" in shown
    assert "✗ failed" in shown
    assert f">{verdict['band']}</span>" in shown


def test_the_list_shows_no_strategy_of_others(staff, looking, studied, verdict):
    looking(staff["quant-b"])
    assert studied["strategy"] not in pages.gates.head().value


def test_every_check_stands_with_what_was_found(staff, looking, studied, verdict):
    looking(staff["analyst-a"], strategy_id=studied["strategy"])
    shown = pages.gates.verdicts().value
    assert "Product gate, it is more than luck: not passed" in shown
    for check in verdict["checks"]:
        assert check["check_name"].replace("_", " ") in shown
        assert check["evidence"] == [] or check["evidence"][0][:10] in shown
    assert f"validation.ipynb?validation_id={verdict['validation_id']}" in shown


def test_the_scorecard_says_what_keeps_it_from_promotion_and_what_to_do(staff, looking, studied, verdict):
    looking(staff["analyst-a"], strategy_id=studied["strategy"])
    shown = scorecard()
    told = staff["analyst-a"].get(f"/api/v1/gates/{studied['strategy']}/status", timeout=300).json()
    assert f"{told['readiness']['score']:.0f} of 100" in shown
    assert told["promotion_block_reasons"][0].split(":")[0] in shown
    assert "Not ready" in shown
    for one in told["readiness"]["deductions"]:
        assert one["reason"].split(".")[0] in shown


def test_a_strategy_that_no_gate_has_judged_says_so(staff, looking):
    analyst = staff["analyst-a"]
    made = analyst.post("/api/v1/strategies/", {"name": "Not judged", "strategy_type": "breakout", "parameters": {}}).json()["id"]
    looking(analyst, strategy_id=made)
    assert "No gate has judged it yet" in scorecard()
    assert pages.gates.verdicts().value == ""


def test_the_gates_are_buttons_for_those_who_may(staff, looking, studied):
    looking(staff["analyst-a"], strategy_id=studied["strategy"])
    shown = pages.gates.head().value
    for gate in ("dev", "crv", "product"):
        assert f"data-act='{gate}_gate' data-id='{studied['strategy']}'" in shown


@pytest.mark.parametrize("strategy_id", ["nope", NOBODY, "<script>"])
def test_a_strategy_that_is_not_there_is_said_to_be_missing(staff, looking, strategy_id):
    looking(staff["viewer-a"], strategy_id=strategy_id)
    shown = pages.gates.head().value
    assert "There is no such strategy" in shown
    assert "data-act" not in shown
    assert scorecard() == pages.gates.verdicts().value == ""


def test_a_gate_that_cannot_judge_yet_says_why(staff, looking):
    analyst = staff["analyst-a"]
    made = analyst.post("/api/v1/strategies/", {"name": "Never run", "strategy_type": "breakout", "parameters": {}}).json()["id"]
    looking(analyst, strategy_id=made)
    outcome = pages.gates.head().hands.do("dev_gate", made)
    assert (outcome.kind, "run one first" in outcome.text) == ("bad", True)


def test_a_crafted_click_of_a_viewer_is_refused(staff, looking, studied):
    looking(staff["viewer-a"], strategy_id=studied["strategy"])
    outcome = pages.gates.head().hands.do("dev_gate", studied["strategy"])
    assert (outcome.kind, "you are viewer" in outcome.text) == ("bad", True)


def test_the_policy_in_force_stands_with_its_limits(staff, looking):
    looking(staff["viewer-a"])
    shown = pages.promotion.terms().value
    policy = staff["viewer-a"].get("/api/v1/policy").json()
    assert policy["hash"][:10] in shown
    assert shown.count("<tr>") == 1 + len(policy["limits"])
    assert pages.promotion.asking().children == ()


def test_a_promotion_that_the_gates_forbid_says_why(staff, looking, studied, verdict):
    looking(staff["analyst-a"], strategy_id=studied["strategy"])
    (form,) = pages.promotion.asking().children
    form.submit({"reason": "it is time"})
    assert form.outcome["kind"] == "bad", form.outcome
    assert form.outcome["text"]


def test_an_admin_waives_a_check_and_everybody_reads_why(staff, looking, studied, verdict):
    looking(staff["admin"], strategy_id=studied["strategy"])
    form = pages.promotion.asking().children[1]
    form.submit({"check_name": "no_such_check", "reason": "x"})
    assert (form.outcome["kind"], list(form.outcome["fields"])) == ("bad", ["check_name"])
    form.submit({"check_name": "deflated_sharpe", "reason": "a <longer> record is known"})
    assert form.outcome["kind"] == "good", form.outcome
    looking(staff["analyst-a"], strategy_id=studied["strategy"])
    shown = pages.promotion.terms().value
    assert "a &lt;longer&gt; record is known" in shown
    assert "✓ holds" in shown


def test_a_backtest_is_brought_before_a_gate_from_its_own_page(staff, looking, studied):
    looking(staff["analyst-a"], backtest_id=studied["backtest"])
    head = pages.backtest.head()
    assert f"data-act='judge_product' data-id='{studied['backtest']}'" in head.value
    outcome = head.hands.do("judge_product", studied["backtest"])
    assert (outcome.href, "gate is not passed" in outcome.text) == (f"gates.ipynb?strategy_id={studied['strategy']}", True)
