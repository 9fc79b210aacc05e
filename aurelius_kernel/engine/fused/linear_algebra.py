"""Lets Numba find scipy's linear algebra without loading all of it.

Before its first function runs, Numba imports `scipy.linalg.cython_blas`, one file, and with it the whole package around it: a fifth
of a second and 15 MB for what no kernel here uses. The file is loaded alone where nothing has loaded the package yet; what is
imported later finds both.
"""

from __future__ import annotations

import importlib.util
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

__all__ = ["load_blas_alone"]

NAME = "scipy.linalg.cython_blas"


def load_blas_alone() -> None:
    """Put scipy's BLAS file among the loaded modules; where it is not to be found, leave everything to Numba."""
    scipy = importlib.util.find_spec("scipy")
    if {NAME, "scipy.linalg"} & sys.modules.keys() or not (scipy and scipy.origin):
        return
    for suffix in EXTENSION_SUFFIXES:
        file = Path(scipy.origin).parent / "linalg" / f"cython_blas{suffix}"
        specification = importlib.util.spec_from_file_location(NAME, file) if file.exists() else None
        if specification and specification.loader:
            module = importlib.util.module_from_spec(specification)
            specification.loader.exec_module(module)
            sys.modules[NAME] = module
            return
