"""What an account did in the falls that everybody remembers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from aurelius_kernel.metrics.drawdown import max_drawdown
from aurelius_kernel.typing import FloatArray

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["EPISODES", "Episode", "EpisodeOutcome", "through_episodes"]


@dataclass(frozen=True)
class Episode:
    """A fall of the S&P 500 from one close to another: the highest day before it, and the lowest of it."""

    name: str
    first: date
    last: date


@dataclass(frozen=True, kw_only=True)
class EpisodeOutcome:
    """What an account did from the close of an episode's first day to that of its last; fractions.

    `worst` is the deepest fall within it, at most 0; `is_whole` is false where the account has only a part of the episode.
    """

    episode: Episode
    total_return: float
    worst: float
    bars: int
    is_whole: bool


EPISODES = (
    Episode("Black Monday", date(1987, 10, 13), date(1987, 10, 19)),
    Episode("Invasion of Kuwait", date(1990, 7, 16), date(1990, 10, 11)),
    Episode("Asian crisis", date(1997, 10, 7), date(1997, 10, 27)),
    Episode("Russian default and LTCM", date(1998, 7, 17), date(1998, 8, 31)),
    Episode("Dot-com bust", date(2000, 3, 24), date(2002, 10, 9)),
    Episode("11 September 2001", date(2001, 9, 10), date(2001, 9, 21)),
    Episode("Global financial crisis", date(2007, 10, 9), date(2009, 3, 9)),
    Episode("Fall of Lehman Brothers", date(2008, 9, 19), date(2008, 11, 20)),
    Episode("Flash crash and Greece", date(2010, 4, 23), date(2010, 7, 2)),
    Episode("Euro crisis and downgrade of the US", date(2011, 4, 29), date(2011, 10, 3)),
    Episode("Devaluation of the yuan", date(2015, 7, 20), date(2015, 8, 25)),
    Episode("Oil and China, winter 2016", date(2015, 11, 3), date(2016, 2, 11)),
    Episode("Volmageddon", date(2018, 1, 26), date(2018, 2, 8)),
    Episode("Fourth quarter of 2018", date(2018, 9, 20), date(2018, 12, 24)),
    Episode("Covid", date(2020, 2, 19), date(2020, 3, 23)),
    Episode("Inflation and rates, 2022", date(2022, 1, 3), date(2022, 10, 12)),
    Episode("Failure of Silicon Valley Bank", date(2023, 3, 6), date(2023, 3, 13)),
    Episode("Unwinding of the yen carry", date(2024, 7, 16), date(2024, 8, 5)),
)
"""Oldest first; the days are those of the S&P 500's closes, as published by S&P Dow Jones Indices."""


def through_episodes(equity: pd.Series) -> list[EpisodeOutcome]:
    """What an account did in each episode of which it has two days or more, oldest first.

    `equity` is its value by time; a day is that of the time in UTC. Where it begins or ends within an episode, the part it has
    counts, and is said not to be the whole.
    """
    utc = equity.tz_convert(None).index if getattr(equity.index, "tz", None) else equity.index
    days = utc.to_numpy().astype("datetime64[D]")
    values = equity.to_numpy(dtype=float)
    found = (_outcome(episode, days, values) for episode in EPISODES)
    return [outcome for outcome in found if outcome is not None]


def _outcome(episode: Episode, days: NDArray[np.datetime64], values: FloatArray) -> EpisodeOutcome | None:
    first, last = np.datetime64(episode.first), np.datetime64(episode.last)
    start = max(int(days.searchsorted(first, side="right")) - 1, 0)
    end = int(days.searchsorted(last, side="right"))
    part = values[start:end]
    if len(part) < 2 or days[end - 1] <= first:
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        total = part[-1] / part[0] - 1.0
        worst = max_drawdown(part[1:] / part[:-1] - 1.0)
    is_whole = bool(days[0] <= first and days[-1] >= last)
    return EpisodeOutcome(episode=episode, total_return=float(total), worst=worst, bars=len(part) - 1, is_whole=is_whole)
