"""The notebooks of validation find what a call finds, and show what they are about."""

import json

import pytest

import aurelius_kernel as ak

WALK = {
    "grid": {"fast": [5, 10], "slow": [20, 40]},
    "instruments": ["GOOG"],
    "end": "2007-12-31",
    "train_days": 200,
    "test_days": 100,
    "embargo": 20,
    "seed": 7,
}


@pytest.fixture(scope="module")
def again(home):
    return ak.walk_forward("trend_following", **WALK, keep=False)


def test_both_notebooks_and_a_call_in_this_process_find_the_same_validation(executed, again):
    assert {executed[name].result for name in ("walk_forward.ipynb", "overfitting.ipynb")} == {again.hash}


def test_the_validation_hands_over_its_verdict(executed, again):
    found = executed["walk_forward.ipynb"].found
    assert (found["kind"], found["passed"], found["trials"]) == ("walk_forward_result", again.passed, 4 * len(again))
    assert found["stability"] == pytest.approx(again.stability)


@pytest.mark.parametrize(("name", "figures"), [("walk_forward.ipynb", 2), ("overfitting.ipynb", 3)])
def test_each_notebook_shows_its_figures(executed, name, figures):
    cells = json.loads(executed[name].content)["cells"]
    shown = [output for cell in cells for output in cell.get("outputs", []) if "image/svg+xml" in output.get("data", {})]
    assert len(shown) == figures
