"""The decorators of the sweep's compiled code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit

from aurelius_kernel.engine.compiled import OPTIONS, compiler

__all__ = ["kernel", "part", "routine"]

Function = TypeVar("Function", bound=Callable[..., Any])

routine, kernel = compiler(Path(__file__).parent)


def part(function: Function) -> Function:
    """A compiled function that only kernels call, always in line: a call would cost more than what most of them do."""
    return cast("Function", njit(forceinline=True, **OPTIONS)(function))
