"""The Chromium of this machine, by whatever name it goes: it prints notebooks, and drives the tests of pages."""

from __future__ import annotations

import shutil

__all__ = ["HOW_IT_COMES", "NAMES", "find_chromium"]

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
HOW_IT_COMES = "apt-get install --no-install-recommends chromium"


def find_chromium() -> str | None:
    """Where it is; None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)
