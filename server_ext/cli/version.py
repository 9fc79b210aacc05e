"""Which Aurelius this is."""

from __future__ import annotations

import tomllib
from importlib import metadata

from aurelius_kernel.assets import asset

__all__ = ["version"]


def version() -> str:
    """The version of the installed distribution, or of the checkout where none is installed."""
    try:
        return metadata.version("aurelius")
    except metadata.PackageNotFoundError:
        return str(tomllib.loads(asset("pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
