"""What is already known of a sweep that is not finished: kept as it goes, so that a killed one is taken up where it was."""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from aurelius_kernel.artifacts.files import UNFINISHED, Files
from aurelius_kernel.engine.sweeping import Evaluation
from aurelius_kernel.research.sweep.combinations import combinations_hash
from aurelius_kernel.research.sweep.text import reasons_of
from aurelius_kernel.research.sweep.where import Columns

__all__ = ["Checkpoint", "Span", "Tile", "rows_of"]

Span: TypeAlias = tuple[int, int]
"""The first row of a tile and the one after its last."""

INTERVAL = 2.0
FAILED = "failed"


@dataclass(frozen=True, kw_only=True, eq=False)
class Tile:
    """The evaluated rows of one span, and the seconds that it took where it was done; 0 where nobody knows."""

    span: Span
    evaluation: Evaluation
    seconds: float = 0.0


class Checkpoint:
    """Finished tiles on their way to the disk: told of each, it writes what is new every two seconds.

    They are files of writes cut off, so what is never taken up again goes when the store is cleaned. `evaluated` is called with the
    spans before they are written. Without files, only that happens.
    """

    def __init__(self, files: Files | None, identity: str, evaluated: Callable[[list[Tile]], None]) -> None:
        self.files, self.prefix, self.evaluated = files, f"sweep-{identity[:32]}-", evaluated
        self.waiting: list[Tile] = []
        self.left = [tile for path in self._paths() if (tile := _read(files, path))] if files else []
        self.last = time.monotonic()

    def found(self, columns: Columns) -> Iterator[Tile]:
        """The tiles that an earlier attempt has left, as far as they are of these very combinations."""
        for tile, of in self.left:
            if of == combinations_hash(rows_of(columns, tile.span)):
                yield tile

    def add(self, span: Span, evaluation: Evaluation, columns: Columns) -> None:
        """Note that a tile is finished."""
        self.waiting.append(Tile(span=span, evaluation=evaluation))
        if time.monotonic() - self.last >= INTERVAL:
            self.flush(columns)

    def flush(self, columns: Columns, *, finished: bool = False) -> None:
        """Put down what is new; of a finished sweep, only that it was evaluated."""
        waiting, self.waiting = self.waiting, []
        if waiting:
            self.evaluated(waiting)
        if self.files and not finished:
            for tile in _merged(waiting):
                begin, end = tile.span
                self.files.write(f"{UNFINISHED}/{self.prefix}{begin}-{end}.parquet", _written(tile, columns))
        self.last = time.monotonic()

    def clear(self) -> None:
        """Remove what was kept: the sweep is complete."""
        for path in self._paths():
            if self.files:
                self.files.delete(path)

    def _paths(self) -> list[str]:
        if not self.files:
            return []
        return [f"{UNFINISHED}/{name}" for name in self.files.names(UNFINISHED) if name.startswith(self.prefix)]


def rows_of(columns: Columns, span: Span) -> Columns:
    """The combinations of a span."""
    return {name: column[slice(*span)] for name, column in columns.items()}


def _merged(tiles: list[Tile]) -> Iterator[Tile]:
    """Neighbouring tiles as one."""
    group: list[Tile] = []
    for tile in sorted(tiles, key=lambda tile: tile.span):
        if group and group[-1].span[1] != tile.span[0]:
            yield _joined(group)
            group = []
        group.append(tile)
    if group:
        yield _joined(group)


def _joined(tiles: list[Tile]) -> Tile:
    begin = tiles[0].span[0]
    failed = {row + tile.span[0] - begin: reason for tile in tiles for row, reason in tile.evaluation.failed.items()}
    values = np.concatenate([tile.evaluation.values for tile in tiles])
    return Tile(span=(begin, tiles[-1].span[1]), evaluation=Evaluation(values=values, failed=failed))


def _written(tile: Tile, columns: Columns) -> bytes:
    values, failed = tile.evaluation.values, tile.evaluation.failed
    table = pd.DataFrame(values, columns=[str(column) for column in range(values.shape[1])])
    table[FAILED] = reasons_of(failed, len(values))
    table.attrs = {"span": list(tile.span), "of": combinations_hash(rows_of(columns, tile.span))}
    content = io.BytesIO()
    table.to_parquet(content, compression="zstd", index=False)
    return content.getvalue()


def _read(files: Files, path: str) -> tuple[Tile, str] | None:
    """The tile in a file and the hash of its combinations; None for a file that is no such thing."""
    with contextlib.suppress(OSError, ValueError, KeyError):
        table = pd.read_parquet(io.BytesIO(files.read(path)))
        begin, end = table.attrs["span"]
        reasons = enumerate(table.pop(FAILED).to_list())
        failed = {row: reason for row, reason in reasons if isinstance(reason, str)}
        evaluation = Evaluation(values=table.to_numpy(np.float64), failed=failed)
        if len(table) == end - begin:
            return Tile(span=(begin, end), evaluation=evaluation), table.attrs["of"]
    return None
