"""Where Aurelius keeps its catalogue and its store on this machine."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

__all__ = ["home"]


def home() -> Path:
    """The data folder: `AURELIUS_HOME` where it is set, else the platform's folder for a user's application data."""
    chosen = os.environ.get("AURELIUS_HOME")
    return Path(chosen).expanduser().absolute() if chosen else Path(platformdirs.user_data_dir("aurelius", appauthor=False))
