"""One peer at work: a process that is sent a line for each run and answers with its seconds."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from benchmarks.sweep_peers.work import Work

__all__ = ["Peer", "in_turn"]

HERE = Path(__file__).parent


class Peer:
    """A peer that has done its work once; `results` are what it found, `seconds` the times of its runs since."""

    def __init__(self, script: str, work: Work, python: Path, settings: Mapping[str, str] | None = None) -> None:
        self.folder = tempfile.TemporaryDirectory()
        question, answer = Path(self.folder.name) / "work.npz", Path(self.folder.name) / "results.npz"
        work.write(question)
        self.process = subprocess.Popen(
            [str(python), str(HERE / f"{script}.py"), str(question), str(answer)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "TQDM_DISABLE": "1", **(settings or {})},
        )
        self.seconds: list[float] = []
        self._heard()
        with np.load(answer) as told:
            self.results = {name: told[name] for name in told}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.process.kill()
        self.process.wait()
        self.folder.cleanup()

    def run(self) -> None:
        """Do the work once more."""
        self._say("again\n")
        self.seconds.append(float(self._heard()))

    @property
    def median(self) -> float:
        """The middle one of its times."""
        return statistics.median(self.seconds)

    def peak(self) -> float:
        """The most memory it has had, in megabytes; it ends with that."""
        if self.process.stdin:
            self.process.stdin.close()
        return float(self._heard())

    def _say(self, line: str) -> None:
        if self.process.stdin:
            self.process.stdin.write(line)
            self.process.stdin.flush()

    def _heard(self) -> str:
        line = self.process.stdout.readline() if self.process.stdout else ""
        if not line:
            raise RuntimeError(f"{self.process.args!r} ended without an answer")
        return line.strip()


def in_turn(peers: Sequence[Peer], rounds: int) -> None:
    """Let all of them do their work by turns, so that a busy machine slows them alike."""
    for _ in range(rounds):
        for peer in peers:
            peer.run()
