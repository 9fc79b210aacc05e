"""`aurelius warmup`: compile what a first backtest needs."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import click

from aurelius_kernel.errors import RunFailed
from server_ext.cli.answer import Answer, facts
from server_ext.cli.command import AureliusCommand
from server_ext.cli.progress import progress
from server_ext.jobs.environment import job_environment, numba_cache

__all__ = ["command"]

WARM_UP = "from aurelius_kernel.engine import warm_up; warm_up()"
PATIENCE = 900


@click.command(cls=AureliusCommand)
def command() -> Answer:
    """Compile and cache the engine, in a process of its own: half a minute the first time, seconds after that."""
    started = time.monotonic()
    with progress("compiling the engine"):
        done = _compile()
    if done.returncode:
        last = next((line for line in reversed(done.stderr.splitlines()) if line.strip()), f"exit code {done.returncode}")
        raise RunFailed(f"The engine could not be compiled: {last.rstrip('.')}.")
    seconds = round(time.monotonic() - started, 1)
    cache = numba_cache(os.environ)
    return Answer({"cache": str(cache), "seconds": seconds}, [facts([("compiled code", cache), ("seconds", seconds)])])


def _compile() -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(  # noqa: S603  our own interpreter and a constant
            [sys.executable, "-c", WARM_UP],
            env=job_environment(os.environ),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise RunFailed(f"The engine was not compiled within {PATIENCE} seconds.") from None
