"""The markets that were lately made of bars of the caller's own: found again by what is in the bars, whoever holds them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

import numpy as np
import pandas as pd

from aurelius_kernel.data.columns import recognise
from aurelius_kernel.model import COLUMNS, Bars
from aurelius_kernel.typing import FloatArray, IntArray

__all__ = ["RecentMarkets"]

Market = TypeVar("Market")

MOST_BYTES = 96_000_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Seen:
    """What was in a frame: its stamps, and the columns that count, of shape (columns, bars), with their places in the frame.

    `names` and `index` are the frame's own, which nobody can change: another frame may have the same ones, and is told apart.
    """

    names: pd.Index
    index: pd.DatetimeIndex
    stamps: IntArray
    places: Sequence[int] | None
    columns: FloatArray

    @classmethod
    def of(cls, frame: pd.DataFrame, checked: pd.DataFrame) -> Seen:
        """The content of a frame, as it is in the checked one that was made of it."""
        places = {str(name): place for place, name in enumerate(frame.columns)}
        found = recognise(frame.columns)
        there = [row for row, name in enumerate(COLUMNS) if name in found]
        columns, wanted = checked.to_numpy().T, [places[found[COLUMNS[row]]] for row in there]
        return cls(
            names=frame.columns,
            index=cast("pd.DatetimeIndex", frame.index),
            stamps=_times(frame),
            places=None if wanted == list(range(frame.shape[1])) else wanted,
            columns=columns if len(there) == len(COLUMNS) else columns[there],
        )

    def is_in(self, frame: pd.DataFrame) -> bool:
        """Whether the frame has the same content to the last bit."""
        values = frame.to_numpy()
        if values.dtype != np.float64 or not self._is_shaped_as(frame):
            return False
        return _same_bits(values.T if self.places is None else values.T[self.places], self.columns)

    def _is_shaped_as(self, frame: pd.DataFrame) -> bool:
        """Whether columns and stamps are the same: at once told of the very same ones, which nobody can change."""
        names, index = frame.columns, cast("pd.DatetimeIndex", frame.index)
        if index is not self.index:
            alike = index.dtype == self.index.dtype and index.freq == self.index.freq
            if not (alike and _same_bits(_times(frame), self.stamps)):
                return False
        return names is self.names or names.tolist() == self.names.tolist()

    @property
    def bytes(self) -> int:
        """What it takes in memory."""
        return self.stamps.nbytes + self.columns.nbytes


class RecentMarkets(Generic[Market]):
    """Markets by what was asked and by the content of every frame; the one not asked for longest goes first.

    Frames are compared bit by bit with what is kept, so that one that was changed since is another one. Threads may share it.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes, self.bytes = most_bytes, 0
        self._kept = OrderedDict[Hashable, tuple[Sequence[Seen], Market]]()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, asked: Hashable, frames: Mapping[str, pd.DataFrame]) -> Market | None:
        """The market that was made of such frames when the same was asked; None where there is none."""
        key = _key(asked, frames)
        with self._lock:
            found = self._kept.get(key) if key else None
            if found:
                self._kept.move_to_end(key)
        if found and all(seen.is_in(frame) for seen, frame in zip(found[0], frames.values(), strict=True)):
            return found[1]
        return None

    def keep(self, asked: Hashable, frames: Mapping[str, pd.DataFrame], checked: Bars, market: Market) -> None:
        """Remember the market that was made of the frames, and of the checked ones that they became."""
        key = _key(asked, frames)
        if not key:
            return
        seen = [Seen.of(frame, checked[name]) for name, frame in frames.items()]
        size = sum(one.bytes for one in seen)
        with self._lock:
            self._drop(key)
            if size <= self.most_bytes:
                self._kept[key] = seen, market
                self.bytes += size
            while self.bytes > self.most_bytes:
                self._drop(next(iter(self._kept)))

    def _drop(self, key: Hashable) -> None:
        if key in self._kept:
            self.bytes -= sum(seen.bytes for seen in self._kept.pop(key)[0])


def _times(frame: pd.DataFrame) -> IntArray:
    """The stamps in the index's own unit."""
    return cast("pd.DatetimeIndex", frame.index).asi8


def _same_bits(one: FloatArray | IntArray, other: FloatArray | IntArray) -> bool:
    """Whether two arrays of eight-byte numbers have the same shape and bits."""
    return one.shape == other.shape and bool((one.view(np.int64) == other.view(np.int64)).all())


def _key(asked: Hashable, frames: Mapping[str, pd.DataFrame]) -> Hashable | None:
    """What is at once told of a question and its frames; None for what is no frame of bars."""
    for frame in frames.values():
        if type(frame) is not pd.DataFrame or not isinstance(frame.index, pd.DatetimeIndex):
            return None
    return asked, tuple((name, len(frame)) for name, frame in frames.items())
