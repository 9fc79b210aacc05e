"""Where machine code is kept between processes: a folder that can be written to, settled before Numba compiles anything."""

from __future__ import annotations

import os
import sys
import tempfile
import warnings
from pathlib import Path

from aurelius_kernel.home import home

__all__ = ["FOLDER"]

VARIABLE = "NUMBA_CACHE_DIR"


def settled() -> Path:
    """Choose the folder, tell Numba of it, and return it: that of `NUMBA_CACHE_DIR`, else `numba` in the home.

    Numba without a folder it may write to cannot compile, and vectorbt hangs. Where the one chosen cannot be written to, it is one
    of this process alone, with a warning: what is compiled is then compiled again next time.
    """
    given = os.environ.get(VARIABLE)
    folder = Path(given) if given else home() / "numba"
    if not _can_write(folder):
        chosen, folder = folder, Path(tempfile.mkdtemp(prefix="aurelius-numba-"))
        warnings.warn(f"{chosen} cannot be written to, so compiled code is not kept; {VARIABLE} names another.", stacklevel=2)
    os.environ[VARIABLE] = str(folder)
    if "numba" in sys.modules:
        sys.modules["numba"].config.CACHE_DIR = str(folder)
    return folder


def _can_write(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


FOLDER = settled()
"""Chosen when this is imported, so import it before anything that compiles."""
