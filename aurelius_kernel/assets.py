"""The files that come with Aurelius beside its code: notebooks, dashboards and report templates."""

from __future__ import annotations

import site
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from aurelius_kernel.errors import NotFound

__all__ = ["asset"]


def asset(path: str) -> Path:
    """The file or folder of that relative path, as `notebooks/backtest.ipynb`: from the checkout, else from the installation.

    Raises NotFound when it is in neither, or when the path leads out of them.
    """
    relative = PurePosixPath(path)
    if not relative.is_absolute() and ".." not in relative.parts:
        for root in _roots():
            if (found := root / relative).exists():
                return found
    raise NotFound(f"Aurelius has no file {path!r}; installing it again brings back what is missing.", fields={"path": "not found"})


def _roots() -> Iterator[Path]:
    checkout = Path(__file__).parent.parent
    if (checkout / "pyproject.toml").is_file():
        yield checkout
    yield Path(sys.prefix) / "share" / "aurelius"
    yield Path(site.getuserbase()) / "share" / "aurelius"
