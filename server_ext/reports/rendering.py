"""Reports drawn by a process of their own the first time they are asked for, and kept in the home's `reports` folder."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from aurelius_kernel.errors import ImpossibleRequest, InvalidField, RunFailed
from aurelius_kernel.hashing import content_hash
from aurelius_kernel.home import home

__all__ = ["FORMATS", "drawn"]

FORMATS: Final = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=UTF-8",
    "json": "application/json",
}
"""The media type of each format."""
SECONDS = 150
PROGRAMS = {"notebook": "notebook_rendering", "validation": "validation_rendering"}
"""Which program draws what needs more than `rendering` loads."""
REFUSALS = {"invalid_field": InvalidField, "impossible_request": ImpossibleRequest}


def drawn(store: str, format: str, asked: Mapping[str, Any]) -> bytes:
    """The content of the report that is asked for: its kind, and what that takes by hash.

    The same question has one answer, so it is kept under the hash of the question. Raises RunFailed when it cannot be drawn,
    InvalidField or ImpossibleRequest when it makes no sense.
    """
    path = home() / "reports" / f"{content_hash(dict(asked))}.{format}"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        _draw({**asked, "store": store or None, "path": str(path)}, path)
    return path.read_bytes()


def _draw(asked: Mapping[str, Any], path: Path) -> None:
    command = [sys.executable, "-m", f"aurelius_kernel.reporting.{PROGRAMS.get(asked['kind'], 'rendering')}"]
    try:
        done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603  (our own program)
    except subprocess.TimeoutExpired:
        raise RunFailed(f"The report took longer than {SECONDS} seconds.") from None
    if done.returncode == 0 and path.is_file():
        return
    told = json.loads(done.stdout) if done.stdout.startswith("{") else {}
    if told.get("code") in REFUSALS:
        raise REFUSALS[told["code"]](told["message"], fields=told["fields"])
    reason = told.get("message") or (done.stderr.strip().splitlines() or ["no reason given"])[-1]
    raise RunFailed(f"The report could not be made: {reason[:300]}")
