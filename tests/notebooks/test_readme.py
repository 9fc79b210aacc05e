"""What the README tells a newcomer to type works as it stands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest


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


def commands(root: Path) -> list[list[str]]:
    """The `aurelius` lines of the README's shell blocks, without their comments."""
    lines = [line.partition("#")[0].split() for block in blocks(root, "sh") for line in block.splitlines()]
    return [words[1:] for words in lines if words[:1] == ["aurelius"]]


def test_the_readme_shows_commands(root):
    assert len(commands(root)) >= 3


@pytest.mark.parametrize("at", range(3))
def test_a_command_of_the_readme_succeeds(root, home, executed, at):
    words = [word.replace("HASH", executed["backtest.ipynb"].result) for word in commands(root)[at]]
    done = subprocess.run(
        [Path(sys.executable).with_name("aurelius"), *words], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
