import json
import os

import pytest

from aurelius_kernel.artifacts import Store


@pytest.fixture
def store(empty_home):
    return Store()


@pytest.fixture
def result(store):
    spec = store.put_document({"capital": 1.0, "dates": [1, 2]}, kind="backtest_spec")
    return store.put_document({"metrics": {"sharpe": 1.0}}, kind="backtest_result", parents={"spec": spec})


def test_the_list_is_newest_first_and_can_be_narrowed(aurelius, store, result):
    listed = aurelius("artifacts", "list", "--kind", "backtest_result", "--json").document
    assert (listed["total"], [one["address"] for one in listed["artifacts"]]) == (1, [result])
    assert [line.split()[1] for line in aurelius("artifacts", "list").out.splitlines()[1:]] == ["backtest_result", "backtest_spec"]


def test_an_artifact_is_shown_with_where_it_comes_from(aurelius, result):
    shown = aurelius("artifacts", "show", result[:8])
    assert shown.code == 0
    assert [line for line in shown.out.splitlines() if "spec: backtest_spec" in line] != []
    told = aurelius("artifacts", "show", result[:8], "--json").document
    assert [(step["role"], step["kind"]) for step in told["lineage"]] == [("self", "backtest_result"), ("spec", "backtest_spec")]


def test_the_content_of_an_artifact_can_be_written_to_a_file(aurelius, result, tmp_path):
    assert aurelius("artifacts", "show", result, "--output", tmp_path / "new" / "result.json").code == 0
    assert json.loads((tmp_path / "new" / "result.json").read_text()) == {"metrics": {"sharpe": 1.0}}


def test_two_artifacts_are_compared_field_by_field_and_series_are_told_once(aurelius, store):
    left, right = (store.put_document({"seed": seed, "equity": [seed, seed]}, kind="result") for seed in (1, 2))
    found = aurelius("artifacts", "diff", left, right)
    assert [line.split()[:2] for line in found.out.splitlines()[1:]] == [["equity[]", "2"], ["seed", "1"]]
    assert len(aurelius("artifacts", "diff", left, right, "--json").document) == 3
    assert aurelius("artifacts", "diff", left, left).out == "They are the same.\n"


def test_a_sound_store_verifies(aurelius, result):
    assert aurelius("artifacts", "verify", "--json").document == {"checked": 2, "faults": []}


def test_a_damaged_store_says_where_and_exits_1(aurelius, store, result):
    store.files.write(f"objects/{result[:2]}/{result}", b"{}")
    found = aurelius("artifacts", "verify", "--json")
    assert (found.code, [fault["where"] for fault in found.document["faults"]]) == (1, [result])
    assert aurelius("artifacts", "verify", result[:8]).code == 1


def test_cleaning_says_first_what_could_go_and_removes_it_when_told_to(aurelius, store, result, empty_home):
    pinned = store.put_document({"is": "pinned"}, kind="text")
    store.pins.set("mine", pinned)
    for file in (empty_home / "store" / "objects").rglob("*"):
        os.utime(file, (0, 0))
    fresh = store.put_document({"is": "fresh"}, kind="text")
    said = aurelius("artifacts", "gc", "--json").document
    assert (said["removed"], {one["kind"] for one in said["artifacts"]}) == (False, {"backtest_result", "backtest_spec"})
    assert len(list(store.hashes())) == 4
    assert aurelius("artifacts", "gc", "--apply").code == 0
    assert sorted(store.hashes()) == sorted([pinned, fresh])


def test_a_pinned_name_can_be_used_until_it_is_taken_away(aurelius, result):
    assert aurelius("artifacts", "pin", result[:8], "best").code == 0
    assert aurelius("artifacts", "show", "best", "--json").document["artifact"]["address"] == result
    assert aurelius("artifacts", "unpin", "best").code == 0
    assert aurelius("artifacts", "show", "best").code == 2
    assert aurelius("artifacts", "unpin", "best").code == 2


@pytest.mark.parametrize("reference", ["ffffffff", "abc", "../../etc/passwd"])
def test_what_is_not_in_the_store_is_asked_wrongly(aurelius, result, reference):
    refused = aurelius("artifacts", "show", reference)
    assert (refused.code, refused.err.count("\n")) == (2, 1)
