"""Environments for peers, made once under `var/bench-envs`: nothing of theirs comes into the project's own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

__all__ = ["environment"]

FOLDER = Path(__file__).resolve().parents[2] / "var" / "bench-envs"


def environment(name: str, *packages: str) -> Path | None:
    """The Python of an environment that has these packages; None where it cannot be made, after saying why."""
    folder = FOLDER / name
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    complete = folder / "complete"
    if complete.exists() and complete.read_text() == " ".join(packages):
        return python
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    for command in _commands(folder, python, packages):
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
        if done.returncode:
            print(f"no {name}: {(done.stderr or done.stdout).strip().splitlines()[-1]}", file=sys.stderr)
            return None
    complete.write_text(" ".join(packages))
    return python


def _commands(folder: Path, python: Path, packages: tuple[str, ...]) -> list[list[str]]:
    beside = Path(sys.executable).with_name("uv")
    uv = str(beside) if beside.exists() else shutil.which("uv")
    if uv:
        return [
            [uv, "venv", "--quiet", "--python", sys.executable, str(folder)],
            [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(python), *packages],
        ]
    return [[sys.executable, "-m", "venv", str(folder)], [str(python), "-m", "pip", "install", "--quiet", *packages]]
