"""The page about judging a result: its code runs, and prints what the page says."""

from __future__ import annotations

import re

import pytest

from aurelius_kernel import data
from aurelius_kernel.gates import RULES


@pytest.fixture
def page(root):
    return (root / "docs/how-to/gates.md").read_text(encoding="utf-8")


def test_the_page_runs_and_prints_what_it_says(page, home, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    data.install_samples()
    names = {"__name__": "gates_page"}
    for block in re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL):
        exec(compile(block, "gates.md", "exec", dont_inherit=True), names)  # noqa: S102  # the page's own code
    printed = capsys.readouterr().out
    shown = [re.search(r"```\n(  ✗ drawdown_limit.*?)\n```", page).group(1), *re.findall(r"  # (sharpe_ratio is reported.*)", page)]
    assert [line for line in shown if line not in printed] == []
    assert names["known"]["GOOG"].index[-1] < names["bars"]["GOOG"].index[-1]
    assert names["ak"].gates.policy_in_force().version == 2
    assert not names["product"].passed
    assert (tmp_path / "report.json").exists()


def test_the_reference_lists_every_rule(root):
    reference = (root / "docs/reference/rules.md").read_text(encoding="utf-8")
    assert [name for name in RULES if f"## {name}\n" not in reference] == []
