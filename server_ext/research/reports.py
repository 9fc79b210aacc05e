"""Reports as files: drawn by a process of their own the first time they are asked for, and kept in the home's `reports` folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

from aurelius_kernel.errors import RunFailed
from aurelius_kernel.home import home

__all__ = ["FORMATS", "report"]

FORMATS: Final = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=UTF-8",
    "json": "application/json",
}
"""The media type of each format."""
SECONDS = 120


def report(store: str, result: str, format: str) -> bytes:
    """The content of a result's report; raises RunFailed when it cannot be drawn."""
    path = home() / "reports" / f"{result}.{format}"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        _draw(store, result, path)
    return path.read_bytes()


def _draw(store: str, result: str, path: Path) -> None:
    command = [sys.executable, "-m", "server_ext.research.rendering", store, result, str(path)]
    try:
        subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=True)  # noqa: S603  (our own program)
    except subprocess.TimeoutExpired:
        raise RunFailed(f"The report took longer than {SECONDS} seconds.") from None
    except subprocess.CalledProcessError as error:
        reason = (error.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise RunFailed(f"The report could not be made: {reason[:300]}") from None
