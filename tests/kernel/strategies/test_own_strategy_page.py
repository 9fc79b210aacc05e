"""The page about strategies of one's own: its code runs, and does what the page says."""

from __future__ import annotations

import re

import pytest

from aurelius_kernel.strategies import LAWS, Strategy


@pytest.fixture
def page(root):
    return (root / "docs/how-to/own-strategy.md").read_text(encoding="utf-8")


@pytest.fixture
def run_page(page, stocks, monkeypatch):
    monkeypatch.setattr(Strategy, "families", dict(Strategy.families))

    def run(text):
        names = {"bars": {"IBM": stocks["IBM"]}, "__name__": "own_strategy"}
        for block in re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL):
            exec(compile(block, "own-strategy.md", "exec", dont_inherit=True), names)  # noqa: S102  # the page's own code
        return names

    return run


def test_the_strategy_of_the_page_keeps_every_law(page, run_page, capsys):
    names = run_page(page)
    assert names["strategy"].signals(names["bars"]).entries.sum() > 10
    assert capsys.readouterr().out == ""


def test_the_leak_that_the_page_shows_is_found(page, run_page, capsys):
    honest = 'change = bars["close"].pct_change()\n'
    assert honest in page
    run_page(page.replace(honest, 'change = bars["close"].pct_change().shift(-1)\n'))
    printed = capsys.readouterr().out
    shown = re.search(r"```\n(future_cut .*?)\n```", page).group(1)
    assert shown in printed


def test_the_page_names_every_law(page):
    assert set(re.findall(r"`(\w+)`", page)) >= set(LAWS)
