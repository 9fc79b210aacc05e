"""`aurelius gates`: judged in a process of its own, told to people and to machines."""

from __future__ import annotations

import pytest

from aurelius_kernel.artifacts import Store


@pytest.fixture
def reference(demo, at_home):
    return demo[1].document["hash"]


def test_a_stored_result_is_verified_and_what_is_wrong_exits_1(aurelius, reference):
    judged = aurelius("gates", "verify", reference[:10], "--probes", 20, "--json")
    report = judged.document
    assert judged.code == (0 if report["passed"] else 1)
    assert report["result"] == reference
    assert report["findings"][0]["rule_id"] == "lookahead_bias"
    assert Store().record(report["hash"]).kind == "verification_report"


def test_gates_are_told_to_people_line_by_line(aurelius, reference):
    told = aurelius("gates", "dev", reference)
    assert told.code == 0
    assert "✓ replay_identical" in told.out
    assert told.out.startswith("Dev gate passed")


def test_readiness_exits_1_until_it_is_green_and_says_what_to_do(aurelius, reference):
    told = aurelius("gates", "readiness", reference, "--maturity", "candidate")
    assert told.code == 1
    assert "→ next" in told.out


def test_a_policy_is_shown_and_changed_with_a_name_and_a_reason(aurelius, empty_home):
    before = aurelius("gates", "policy", "--json").document
    after = aurelius("gates", "policy", "--set", "maximum_drawdown=0.4", "--by", "Ada", "--reason", "A trial.", "--json").document
    assert (before["version"], after["version"], after["maximum_drawdown"], after["supersedes"]) == (1, 2, 0.4, before["hash"])
    assert aurelius("gates", "policy", "--json").document == after


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["dev", "0123456789"], "No artifact has a hash"),
        (["policy", "--set", "maximum_drawdown=0.4"], "must say who changes the policy"),
        (["policy", "--set", "maximum_drawdwon=0.4", "--by", "Ada", "--reason", "A trial."], "did you mean maximum_drawdown"),
        (["policy", "--by", "Ada"], "must name the limit"),
        (["prodct", "0123456789"], "did you mean product"),
    ],
)
def test_what_is_asked_wrongly_is_told_in_a_sentence(aurelius, empty_home, arguments, sentence):
    refused = aurelius("gates", *arguments)
    assert (refused.code, sentence in refused.err) == (2, True)


def test_what_is_no_result_is_not_judged(aurelius, empty_home):
    address = Store().put_document({}, kind="backtest_spec")
    refused = aurelius("gates", "dev", address, "--json")
    assert (refused.code, "of the kind backtest_spec" in refused.err) == (2, True)
