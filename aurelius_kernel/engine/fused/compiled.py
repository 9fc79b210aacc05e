"""The decorators of the sweep's compiled code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit

from aurelius_kernel.engine.compiled import OPTIONS, compiler
from aurelius_kernel.engine.fused.linear_algebra import load_blas_alone

__all__ = ["kernel", "part", "routine"]

Function = TypeVar("Function", bound=Callable[..., Any])

load_blas_alone()

kernel = compiler(Path(__file__).parent).kernel

INNER = OPTIONS | {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
"""Code that only other compiled code calls needs no way in from Python, which takes half the time to compile."""


def part(function: Function) -> Function:
    """A compiled function that only kernels call, always in line: a call would cost more than what most of them do."""
    return cast("Function", njit(forceinline=True, **INNER)(function))


def routine(function: Function) -> Function:
    """A compiled function that only kernels call, too large to be repeated wherever it is called."""
    return cast("Function", njit(**INNER)(function))
