"""How the engine's code is compiled: without the interpreter's lock, and cached until any file of this folder changes."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit

from aurelius_kernel.hashing import sha256_hex

__all__ = ["kernel", "part"]

Function = TypeVar("Function", bound=Callable[..., Any])

OPTIONS = {"nogil": True, "error_model": "numpy"}
SOURCES = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
STAMP = sha256_hex(SOURCES + version("vectorbt").encode())


def part(function: Function) -> Function:
    """A compiled function that only kernels call; it is compiled and cached inside them."""
    return cast("Function", njit(**OPTIONS)(function))


def kernel(function: Function) -> Function:
    """A compiled function that Python calls; its machine code is kept on disk.

    Numba looks only at the file of the function itself when it decides whether cached code is stale. A kernel is made of parts
    from several files, so the stamp is taken over all of them.
    """
    dispatcher = njit(cache=True, **OPTIONS)(function)
    dispatcher._cache._cache_file._source_stamp = STAMP  # noqa: SLF001  # numba has no public door to it
    return cast("Function", dispatcher)
