"""Where the windows lie: days of training, an embargo, days of test, as rows of the bars."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from aurelius_kernel.errors import NotEnoughBars
from aurelius_kernel.typing import IntArray
from aurelius_kernel.validation.splits import WalkForward

__all__ = ["Calendar", "Window"]


@dataclass(frozen=True, kw_only=True)
class Window:
    """Rows of the bars, first and one past the last: what is learnt from, and what is judged."""

    number: int
    train: tuple[int, int]
    test: tuple[int, int]


class Calendar:
    """The days that have bars, and where in the bars each begins.

    Bars longer than a day count for as many days as they span: a year of weekly bars is 252 days of a stock exchange.
    """

    def __init__(self, index: pd.DatetimeIndex, bars_a_year: float, days_a_year: float) -> None:
        self.index = index
        day = index.tz_convert("UTC").normalize()
        self.starts: IntArray = np.append(np.flatnonzero(np.r_[True, day[1:] != day[:-1]]), len(index))
        self.scale = min(1.0, bars_a_year / days_a_year)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def units(self, days: int) -> int:
        """So many days, as entries of this calendar; at least one for any number above 0."""
        return max(round(days * self.scale), min(days, 1))

    def days_of(self, bars: int) -> int:
        """The entries that so many bars in a row may touch."""
        return int(np.ceil(bars * len(self) / len(self.index))) if bars else 0

    def windows(self, train: int, test: int, embargo: int, *, anchored: bool) -> Iterator[Window]:
        """The windows of so many entries each, one test after the other; raises NotEnoughBars when not even one fits."""
        splitter = WalkForward(train, test, anchored=anchored, embargo=embargo)
        if len(self) < splitter.shortest:
            what = f"One window ({train} training, {embargo} embargo and {test} test days)"
            a_day = len(self.index) / max(len(self), 1)
            raise NotEnoughBars(int(np.ceil(splitter.shortest * a_day)), len(self.index), what)
        for number, split in enumerate(splitter.split(len(self))):
            yield Window(number=number, train=self._rows(split.train), test=self._rows(split.test))

    def first_day(self, row: int) -> date:
        """The day, in UTC, of a bar."""
        found: date = self.index[row].date()
        return found

    def _rows(self, entries: IntArray) -> tuple[int, int]:
        return int(self.starts[entries[0]]), int(self.starts[entries[-1] + 1])
