"""How the engine's code is compiled: without the interpreter's lock, and cached until any file of its folder changes."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar, cast

from numba import njit

from aurelius_kernel.engine import code_cache  # noqa: F401  first of all: it chooses where machine code is kept
from aurelius_kernel.hashing import sha256_hex

__all__ = ["Compiler", "compiler"]

Function = TypeVar("Function", bound=Callable[..., Any])

OPTIONS = {"nogil": True, "error_model": "numpy"}


class Decorator(Protocol):
    """A decorator that leaves the signature as readers and type checkers see it."""

    def __call__(self, function: Function, /) -> Function: ...


class Compiler(NamedTuple):
    """The two decorators of a folder of compiled code.

    A `part` is called by kernels only, and is compiled and cached inside them. A `kernel` is called by Python; its machine code is
    kept on disk.
    """

    part: Decorator
    kernel: Decorator


def compiler(folder: Path, *packages: str) -> Compiler:
    """The decorators for the code of `folder`, which may also have compiled code of `packages` inside it.

    Numba looks only at the file of the function itself when it decides whether cached code is stale. A kernel is made of parts
    from several files, so its stamp is taken over all of them.
    """
    sources = b"".join(path.read_bytes() for path in sorted(folder.glob("*.py")))
    stamp = sha256_hex(sources + "".join(map(version, packages)).encode())

    def part(function: Function) -> Function:
        return cast("Function", njit(**OPTIONS)(function))

    def kernel(function: Function) -> Function:
        dispatcher = njit(cache=True, **OPTIONS)(function)
        dispatcher._cache._cache_file._source_stamp = stamp  # noqa: SLF001  # numba has no public door to it
        return cast("Function", dispatcher)

    return Compiler(part, kernel)
