"""Where the data that candidates may be measured on ends: what comes after stays unseen, for validation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import reduce

import numpy as np
import pandas as pd

from aurelius_kernel import data
from aurelius_kernel.errors import ImpossibleRequest, InvalidField, NotEnoughBars
from aurelius_kernel.model import Record
from aurelius_kernel.research.backtest import Day
from aurelius_kernel.typing import BoolArray

__all__ = ["Stretch", "common_stamps", "stretch_of"]

LEAST_SEEN = 60


class Stretch(Record):
    """The days of a generation: candidates are measured from `start` to `seen_until`; nothing looks at the rest, to `end`."""

    start: date
    seen_until: date
    end: date
    seen_bars: int
    unseen_bars: int


def common_stamps(
    instruments: Sequence[str],
    *,
    start: Day,
    end: Day,
    frequency: str,
    source: str,
    bars: Mapping[str, pd.DataFrame] | None,
) -> pd.DatetimeIndex:
    """The times of the bars over the days that all instruments have in common, of any of them; nothing else is looked at.

    Raises ImpossibleRequest for instruments without a common day, and what loading bars raises.
    """
    if bars is None:
        frames, _ = data.load(instruments, frequency, source, start, end)
    else:
        frames = data.normalise_bars({name: bars[name] for name in instruments})
    stamps = [pd.DatetimeIndex(frame.index) for frame in frames.values()]
    first, last = max(index[0] for index in stamps), min(index[-1] for index in stamps)
    every = reduce(lambda one, other: one.union(other), stamps)
    days = pd.DatetimeIndex(every[(every >= first) & (every <= last)])
    days = days[_between(days, start, end)]
    if not len(days):
        raise ImpossibleRequest.of("instruments", f"{', '.join(instruments)} have no day in common")
    return days


def stretch_of(days: pd.DatetimeIndex, unseen: float) -> Stretch:
    """The days of these bars, cut so that the last `unseen` share of them stays unseen; the cut falls between two days of UTC.

    Raises InvalidField for a share outside 0 … 0.9, NotEnoughBars for fewer than 60 bars to measure on.
    """
    if not 0.0 <= unseen <= 0.9:
        raise InvalidField.of("unseen", f"must be between 0 and 0.9, a share of the bars, not {unseen!r:.40}")
    wanted = len(days) - round(unseen * len(days))
    until = days[wanted - 1].date()
    if wanted < len(days) and days[wanted].date() == until:
        until -= timedelta(days=1)
    seen = int((days < pd.Timestamp(until, tz="UTC") + timedelta(days=1)).sum())
    if seen < LEAST_SEEN:
        raise NotEnoughBars(LEAST_SEEN, seen, "Measuring candidates")
    return Stretch(start=days[0].date(), seen_until=until, end=days[-1].date(), seen_bars=seen, unseen_bars=len(days) - seen)


def _between(days: pd.DatetimeIndex, start: Day, end: Day) -> BoolArray:
    first = pd.Timestamp(start, tz="UTC") if start else days[0]
    last = pd.Timestamp(end, tz="UTC") + timedelta(days=1) - timedelta(microseconds=1) if end else days[-1]
    return np.asarray((days >= first) & (days <= last))
