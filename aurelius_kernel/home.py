"""Where Aurelius keeps its catalogue and its store, and for whom it works."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

__all__ = ["home", "owner", "store_location"]


def home() -> Path:
    """The data folder: `AURELIUS_HOME` where it is set, else the platform's folder for a user's application data."""
    chosen = os.environ.get("AURELIUS_HOME")
    return Path(chosen).expanduser().absolute() if chosen else Path(platformdirs.user_data_dir("aurelius", appauthor=False))


def store_location() -> str:
    """Where artifacts are kept: the folder or fsspec URL in `AURELIUS_STORE` where it is set, else `store` in the home."""
    return os.environ.get("AURELIUS_STORE") or str(home() / "store")


def owner() -> str:
    """For whom work is counted: `AURELIUS_OWNER`, which the platform sets for the jobs of an account, else `local`."""
    return os.environ.get("AURELIUS_OWNER") or "local"
