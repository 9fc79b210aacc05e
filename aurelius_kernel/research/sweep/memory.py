"""Amounts of memory as people write them, and how many combinations fit in one."""

from __future__ import annotations

import re

from aurelius_kernel.errors import InvalidField

__all__ = ["amount", "bytes_of", "row_bytes"]

UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40}
WRITTEN = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?i?B)?\s*", re.IGNORECASE)
COPIES = 3
"""A row is held as an array, as a table and as a file in the making."""


def bytes_of(memory: int | str) -> int:
    """The bytes in an amount such as 500MB or 2GiB; raises InvalidField for anything else."""
    found = WRITTEN.fullmatch(memory) if isinstance(memory, str) else None
    if isinstance(memory, int) and not isinstance(memory, bool) and memory > 0:
        return memory
    if not found or float(found[1]) <= 0.0:
        raise InvalidField.of("memory", f"must be an amount such as 500MB or 2GiB, not {memory!r:.40}")
    return int(float(found[1]) * UNITS[(found[2] or "").upper()])


def amount(size: float) -> str:
    """A number of bytes as a person reads it."""
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1_000:
            return f"{size:.3g} {unit}"
        size /= 1_000
    return f"{size:,.3g} TB"


def row_bytes(columns: int) -> int:
    """What one combination of so many parameters and metrics takes."""
    return COPIES * 8 * columns
