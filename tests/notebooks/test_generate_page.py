"""The page about generation: its code runs, and does what the page says."""

from __future__ import annotations

import re


def test_the_code_of_the_page_runs(root, home, capsys):
    page = (root / "docs/how-to/generate.md").read_text(encoding="utf-8")
    names: dict = {}
    for block in re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL):
        exec(compile(block, "generate.md", "exec", dont_inherit=True), names)  # noqa: S102  the page's own code
    printed = capsys.readouterr().out
    assert names["best"].keeps_limits
    assert names["o"].finished
    assert names["child"].change.cause == "the reader"
    assert "reader says that it trades too much" in printed
