"""A Dask cluster of processes of its own, as an operator runs one: a scheduler and workers that can be lost one by one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.running import free_port


@dataclass
class DaskCluster:
    """A scheduler at a fixed address; `workers` are those that were started, dead ones too."""

    folder: Path
    environment: dict[str, str]
    port: int = field(default_factory=free_port)
    scheduler: subprocess.Popen | None = None
    workers: list[subprocess.Popen] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def start_scheduler(self) -> None:
        self.scheduler = self._run("scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard")

    def add_worker(self) -> subprocess.Popen:
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(self.folder))
        self.workers.append(self._run("worker", self.address, "--host", "127.0.0.1", *options))
        return self.workers[-1]

    def lose(self, process: subprocess.Popen) -> None:
        process.kill()
        process.wait(10)

    def end(self) -> None:
        for process in filter(None, [*self.workers, self.scheduler]):
            process.kill()
        for process in filter(None, [*self.workers, self.scheduler]):
            process.wait(10)

    def _run(self, *words: str) -> subprocess.Popen:
        log = (self.folder / f"dask-{words[0]}-{time.monotonic_ns()}.log").open("wb")
        with log:
            command = [sys.executable, "-m", "dask", *words]
            return subprocess.Popen(command, cwd=self.folder, env={**os.environ, **self.environment}, stdout=log, stderr=log)
