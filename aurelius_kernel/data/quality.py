"""What is odd about bars though no rule forbids it: reported with the data, never repaired."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from aurelius_kernel.data.calendars import is_session, session_days, sessions_between
from aurelius_kernel.data.catalogue import Catalogue
from aurelius_kernel.data.loading import find
from aurelius_kernel.data.names import DAY, DEFAULT_SOURCE, bar_minutes
from aurelius_kernel.model import Record
from aurelius_kernel.typing import BoolArray, FloatArray

__all__ = ["ROBUST_SIGMAS", "STALE_BARS", "Finding", "QualityReport", "check", "inspect_bars", "quality_flags"]

ROBUST_SIGMAS = 12.0
STALE_BARS = 5
MAD_TO_SIGMA = 1.4826
"""A normal distribution's standard deviation over its median absolute deviation (Rousseeuw & Croux 1993, eq. 1.2)."""
SHOWN = 20

Kind = Literal["missing_session", "off_session", "large_move", "stale_price", "zero_volume", "missing_volume"]
SENTENCES: dict[Kind, str] = {
    "missing_session": "sessions of the calendar without a bar",
    "off_session": "bars on days without a session",
    "large_move": f"moves beyond {ROBUST_SIGMAS:g} robust standard deviations",
    "stale_price": f"runs of {STALE_BARS} bars or more with one and the same close",
    "zero_volume": "bars without volume",
    "missing_volume": "bars whose volume is not known, among others where it is",
}


class Finding(Record):
    """One kind of oddity: how often it occurs, and the days or times of the first twenty."""

    kind: Kind
    count: int
    sentence: str
    times: Annotated[tuple[str, ...], Field(strict=False)]


class QualityReport(Record):
    """What is odd about one instrument's bars in the catalogue."""

    instrument: str
    source: str
    frequency: str
    rows: int
    data_hash: str
    findings: Annotated[tuple[Finding, ...], Field(strict=False)]


def check(
    instrument: str, frequency: str = "1d", source: str = DEFAULT_SOURCE, *, catalogue: Catalogue | None = None
) -> QualityReport:
    """Read an instrument's bars, verify their hash and report what is odd about them; the errors are those of `load_bars`."""
    catalogue = catalogue or Catalogue()
    dataset, entry = find(catalogue.manifest(), instrument, frequency, source)
    return QualityReport(
        instrument=instrument,
        source=dataset.source,
        frequency=frequency,
        rows=entry.rows,
        data_hash=entry.data_hash,
        findings=inspect_bars(
            catalogue.read(dataset, [instrument])[instrument], calendar=entry.provenance.calendar, frequency=frequency
        ),
    )


def inspect_bars(bars: pd.DataFrame, *, calendar: str, frequency: str) -> tuple[Finding, ...]:
    """Every kind of oddity that the bars show; an empty tuple when there is none.

    Sessions are looked at for bars of a day or less. A move is the difference of log closes; it is large when it is further from
    the median move than twelve standard deviations, estimated by the median absolute deviation, which no large move inflates.
    """
    found = [*_sessions(bars, calendar, frequency), *_prices(bars), *_volume(bars)]
    return tuple(_finding(kind, times, day_only=kind == "missing_session") for kind, times in found if len(times))


def quality_flags(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The findings in the short form that a provenance carries: how many of what."""
    return tuple(f"{finding.count} {finding.sentence}" for finding in findings)


def _sessions(bars: pd.DataFrame, calendar: str, frequency: str) -> Iterator[tuple[Kind, pd.DatetimeIndex]]:
    if bar_minutes(frequency) > DAY:
        return
    days = session_days(calendar, pd.DatetimeIndex(bars.index), daily=bar_minutes(frequency) == DAY)
    yield "missing_session", sessions_between(calendar, days.min(), days.max()).difference(days)
    yield "off_session", pd.DatetimeIndex(bars.index[~is_session(calendar, days)])


def _prices(bars: pd.DataFrame) -> Iterator[tuple[Kind, pd.DatetimeIndex]]:
    close = bars["close"].to_numpy(np.float64)
    index = pd.DatetimeIndex(bars.index)
    yield "large_move", index[1:][_is_large(np.diff(np.log(close)))]
    changed = np.flatnonzero(np.concatenate([[True], close[1:] != close[:-1], [True]]))
    yield "stale_price", index[changed[:-1][np.diff(changed) >= STALE_BARS]]


def _volume(bars: pd.DataFrame) -> Iterator[tuple[Kind, pd.DatetimeIndex]]:
    volume = bars["volume"].to_numpy(np.float64)
    index = pd.DatetimeIndex(bars.index)
    yield "zero_volume", index[volume == 0.0]
    unknown = np.isnan(volume)
    yield "missing_volume", index[unknown & ~unknown.all()]


def _is_large(moves: FloatArray) -> BoolArray:
    if moves.size == 0:
        return np.zeros(0, dtype=np.bool_)
    distance = np.abs(moves - np.median(moves))
    sigma = MAD_TO_SIGMA * float(np.median(distance))
    return np.asarray((sigma > 0.0) & (distance > ROBUST_SIGMAS * sigma), dtype=np.bool_)


def _finding(kind: Kind, times: pd.DatetimeIndex, *, day_only: bool) -> Finding:
    pattern = "%Y-%m-%d" if day_only else "%Y-%m-%dT%H:%M:%SZ"
    return Finding(kind=kind, count=len(times), sentence=SENTENCES[kind], times=tuple(times[:SHOWN].strftime(pattern)))
