"""The command line, called in this process or as a process of its own, on a home that is filled once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aurelius_kernel.data import install_samples
from server_ext.cli.main import main

COMMAND = [sys.executable, "-m", "server_ext.cli"]


@dataclass(frozen=True)
class Outcome:
    """What a call left: exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


@pytest.fixture
def aurelius(capsys, monkeypatch):
    """Call the command line in this process."""
    monkeypatch.setattr(signal, "signal", lambda *_: None)

    def call(*arguments: object) -> Outcome:
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        return Outcome(left.value.code, *capsys.readouterr())

    return call


@pytest.fixture(scope="session")
def shell():
    """Call the command line as a process of its own."""

    def call(*arguments: object, **variables: str) -> Outcome:
        command = [*COMMAND, *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env={**os.environ, **variables})
        return Outcome(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture
def start():
    """Start the command line as a process of its own, and end it when the test is over."""
    started = []

    def call(*arguments: object, **variables: str) -> subprocess.Popen[str]:
        command = [*COMMAND, *map(str, arguments)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        started.append(subprocess.Popen(command, text=True, env={**os.environ, **variables}, **pipes))
        return started[-1]

    yield call
    for process in started:
        process.kill()
        process.communicate(timeout=10)


@pytest.fixture(scope="session")
def filled_home(tmp_path_factory) -> Path:
    """A home with the samples in its catalogue; only for calls that write nothing, or to the store."""
    home = tmp_path_factory.mktemp("filled")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AURELIUS_HOME", str(home))
        install_samples()
    return home


@pytest.fixture
def at_home(filled_home, monkeypatch) -> Path:
    """The filled home, in force."""
    monkeypatch.setenv("AURELIUS_HOME", str(filled_home))
    return filled_home


@pytest.fixture
def empty_home(tmp_path, monkeypatch) -> Path:
    """A home with nothing in it, in force."""
    monkeypatch.setenv("AURELIUS_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def tree():
    """Everything under a folder, with sizes and times of change."""

    def look(folder: Path) -> dict[str, tuple[int, int]]:
        return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}

    return look


@pytest.fixture(scope="session")
def demo(filled_home, shell) -> list[Outcome]:
    """The demo, run twice on the filled home: as tables and as JSON."""
    return [shell("demo", *more, AURELIUS_HOME=str(filled_home)) for more in ([], ["--json"])]
