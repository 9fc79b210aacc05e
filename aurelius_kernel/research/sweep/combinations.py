"""The parameter sets of a sweep: those of a grid that the constraint keeps, or drawn ones."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aurelius_kernel.errors import ImpossibleRequest
from aurelius_kernel.research.sweep.grid import Space
from aurelius_kernel.research.sweep.where import Columns, Where, wanted

__all__ = ["combinations_hash", "drawn", "of_grid"]

MOST_LOOKED_AT = 100_000_000
CHUNK = 1 << 20
ROUNDS = 100


def of_grid(space: Space, where: Where, fixed: Mapping[str, Any], most: int) -> Columns:
    """Every combination of a grid that the constraint keeps, as columns.

    Raises ImpossibleRequest with the size of a grid that is too large, before any of it is made, and where nothing is left.
    """
    size = space.size or 0
    if where is None and size > most:
        raise _too_many(size, most)
    if size > MOST_LOOKED_AT:
        raise ImpossibleRequest.of("grid", f"has {size:,} combinations, and where can look through {MOST_LOOKED_AT:,} at most")
    chunks, found = list[dict[str, NDArray[Any]]](), 0
    for begin in range(0, size, CHUNK):
        columns = space.columns(np.arange(begin, min(begin + CHUNK, size)))
        if where is not None:
            kept = wanted(where, columns, fixed)
            columns = {name: column[kept] for name, column in columns.items()}
        chunks.append(columns)
        found += len(next(iter(columns.values())))
        if found > most:
            raise _too_many(found, most)
    if not found:
        raise ImpossibleRequest.of("where", f"leaves nothing of the {size:,} combinations of the grid")
    return chunks[0] if len(chunks) == 1 else {name: np.concatenate([chunk[name] for chunk in chunks]) for name in chunks[0]}


def drawn(space: Space, where: Where, fixed: Mapping[str, Any], count: int, seed: int, most: int) -> Columns:
    """`count` different combinations that the constraint keeps, each as likely; fewer where there are no more.

    Raises ImpossibleRequest for more than fit, and where none of many draws is kept.
    """
    if count > most:
        raise _too_many(count, most)
    if space.size is not None and space.size <= 2 * count and len(space.axes) == len(space.dimensions):
        columns = of_grid(space, where, fixed, MOST_LOOKED_AT)
        rows = np.sort(np.random.default_rng(seed).permutation(len(next(iter(columns.values()))))[:count])
        return {name: column[rows] for name, column in columns.items()}
    random, found, looked_at = np.random.default_rng(seed), dict[str, NDArray[Any]](), 0
    for _ in range(ROUNDS):
        more = space.drawn(random, max(2 * count, 1_000))
        looked_at += len(next(iter(more.values())))
        kept = wanted(where, more, fixed)
        found = _different(
            {name: np.concatenate([found[name], column[kept]]) if found else column[kept] for name, column in more.items()}
        )
        if len(next(iter(found.values()))) >= count:
            break
    if not len(next(iter(found.values()))):
        raise ImpossibleRequest.of("where", f"keeps none of {looked_at:,} combinations drawn")
    return {name: column[:count] for name, column in found.items()}


def combinations_hash(columns: Columns) -> str:
    """The sha256 over the parameter sets: each column's name, kind and values."""
    digest = hashlib.sha256()
    for name, column in columns.items():
        digest.update(f"{name} {column.dtype.kind} {len(column)}\n".encode())
        digest.update(_content(column))
    return digest.hexdigest()


def _content(column: NDArray[Any]) -> bytes:
    if column.dtype.kind == "f":
        return np.asarray(np.where(np.isnan(column), np.nan, column) + 0.0).tobytes()  # every NaN the same, every zero positive
    return column.tobytes() if column.dtype.kind in "iub" else repr(column.tolist()).encode()


def _different(columns: Columns) -> dict[str, NDArray[Any]]:
    """Each set once, in the order in which it first came."""
    places = [
        np.unique(column.astype(str) if column.dtype == object else column, return_inverse=True)[1] for column in columns.values()
    ]
    _, first = np.unique(np.stack(places), axis=1, return_index=True)
    rows = np.sort(first)
    return {name: column[rows] for name, column in columns.items()}


def _too_many(size: int, most: int) -> ImpossibleRequest:
    room = f"more than the {most:,} that the memory given holds"
    return ImpossibleRequest.of("grid", f"has {size:,} combinations, {room}; narrow it, draw samples, or give more memory")
