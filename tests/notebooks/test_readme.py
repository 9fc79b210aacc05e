"""What the README tells a newcomer to type works as it stands."""

from __future__ import annotations

import re
from pathlib import Path


def blocks(root: Path, language: str) -> list[str]:
    """The code blocks of the README in one language."""
    return re.findall(rf"```{language}\n(.*?)```", (root / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL)


def test_the_python_of_the_readme_runs_and_writes_its_report(root, home, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (code,) = blocks(root, "python")
    names: dict = {}
    exec(compile(code, "README.md", "exec"), names)  # noqa: S102  # it is our own page
    assert names["result"].metrics["total_trades"] == 33
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
