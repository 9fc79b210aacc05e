"""What the page on sweeps tells people to type works as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import aurelius_kernel as ak


def blocks(root: Path, language: str) -> list[str]:
    """The code blocks of the page in one language."""
    page = (root / "docs/how-to/sweep.md").read_text(encoding="utf-8")
    found = re.findall(r"^```(\w*)\n(.*?)^```$", page, flags=re.DOTALL | re.MULTILINE)
    return [text for name, text in found if name == language]


def test_the_python_of_the_page_runs_from_top_to_bottom(root, home):
    names: dict = {}
    for code in blocks(root, "python"):
        exec(compile(code, "sweep.md", "exec"), names)  # noqa: S102  # it is our own page
    assert (len(names["found"]), names["plan"].combinations, names["apart"].trials) == (75, 10_000, 8)
    assert isinstance(names["best"].strategy, ak.Strategy)


def test_the_plan_on_the_page_has_the_lines_of_a_real_one(root, home):
    plan = ak.plan_sweep("trend_following", grid={"fast": range(5, 55), "slow": range(60, 260)}, instruments=["GOOG"])
    (shown,) = (block for block in blocks(root, "") if block.startswith("combinations"))
    measured = ("time", "memory")
    assert [line for line in shown.splitlines() if not line.startswith(measured)] == [
        line for line in str(plan).splitlines() if not line.startswith(measured)
    ]
