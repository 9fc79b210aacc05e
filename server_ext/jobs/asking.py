"""Questions that need the engine, asked of a process of their own in JSON: neither server nor command line ever loads it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from aurelius_kernel import errors
from aurelius_kernel.errors import AureliusError, RunFailed
from server_ext.jobs.environment import job_environment
from server_ext.settings import Settings

__all__ = ["ask", "environment_of"]

PATIENCE = 900


def ask(module: str, asked: Mapping[str, Any], what: str, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What the module answers; raises the error that it answers with, and RunFailed, naming `what`, for no answer at all.

    `environment` is what the process is told beside what every job is, as the owner of what it counts.
    """
    try:
        done = subprocess.run(  # noqa: S603  our own interpreter and module
            [sys.executable, "-m", module],
            input=json.dumps(asked),
            env={**job_environment(os.environ), **(environment or {})},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise RunFailed(f"{what}: it took longer than {PATIENCE} seconds.") from None
    try:
        told: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        last = next((line for line in reversed(done.stderr.splitlines()) if line.strip()), f"exit code {done.returncode}")
        raise RunFailed(f"{what}: {last.rstrip('.')}.") from None
    if "error" in told:
        raise _revived(told["error"])
    return told


def environment_of(settings: Settings, owner_id: str) -> dict[str, str]:
    """What such a process is told of the platform: whose trials it counts, and where artifacts are."""
    return {"AURELIUS_OWNER": owner_id, **({"AURELIUS_STORE": settings.store} if settings.store else {})}


def _revived(told: Mapping[str, Any]) -> AureliusError:
    """One of our own errors again, code and sentence kept."""
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, AureliusError)]
    kind = next((kind for kind in kinds if kind.code == told["code"]), RunFailed)
    revived = kind.__new__(kind)
    AureliusError.__init__(revived, told["message"], fields=told["fields"])
    return revived
