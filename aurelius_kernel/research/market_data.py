"""The bars of a run: from the catalogue or the caller, as a strategy sees them and as the engine does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from aurelius_kernel import data
from aurelius_kernel.errors import InvalidField, UnknownName
from aurelius_kernel.model import PRICES, BacktestSpec, Bars, Panel, Provenance

__all__ = ["OWN_BARS", "MarketData", "gather"]

OWN_BARS = "own"
"""The source named by a spec whose bars the caller handed over."""
SATURDAY = 5


@dataclass(frozen=True, kw_only=True, eq=False)
class MarketData:
    """The bars of a run twice: by instrument for the strategy, aligned for the engine; with their provenance.

    `flags` names what the instruments do not have in common: calendar, adjustment or fidelity.
    """

    bars: Bars
    panel: Panel
    provenance: Mapping[str, Provenance]
    flags: tuple[str, ...]


def gather(spec: BacktestSpec, bars: Mapping[str, pd.DataFrame] | None = None) -> MarketData:
    """The bars that a spec asks for; the errors are those of `data.load_bars` and `data.normalise_bars`."""
    frames, provenance = _given(spec, bars) if bars is not None else _from_catalogue(spec)
    calendar = _densest({source.calendar for source in provenance.values()}, spec.frequency)
    panel = data.panel(frames, start=spec.start, end=spec.end, calendar=calendar, frequency=spec.frequency)
    visible = {name: _visible(frames[name], panel, column) for column, name in enumerate(spec.instruments)}
    return MarketData(bars=visible, panel=panel, provenance=provenance, flags=_differences(provenance))


def _from_catalogue(spec: BacktestSpec) -> tuple[Bars, Mapping[str, Provenance]]:
    if spec.source == OWN_BARS:
        raise InvalidField.of("bars", "are needed again: this run was made on bars of the caller's own")
    return data.load(spec.instruments, spec.frequency, spec.source, spec.start, spec.end)


def _given(spec: BacktestSpec, bars: Mapping[str, pd.DataFrame]) -> tuple[Bars, Mapping[str, Provenance]]:
    for name in spec.instruments:
        if name not in bars:
            raise UnknownName("instrument", name, bars)
    frames = data.normalise_bars({name: bars[name] for name in spec.instruments})
    return frames, {name: Provenance(provider="the caller", calendar=_guess_calendar(frame)) for name, frame in frames.items()}


def _guess_calendar(frame: pd.DataFrame) -> str:
    days = pd.DatetimeIndex(frame.index)
    return "24/7" if (days.day_of_week >= SATURDAY).mean() > 1 / 10 else "XNYS"


def _densest(calendars: set[str], frequency: str) -> str:
    return max(sorted(calendars), key=lambda name: data.periods_per_year(name, frequency))


def _visible(frame: pd.DataFrame, panel: Panel, column: int) -> pd.DataFrame:
    """The frame within the panel's window; closes stand in for the prices that a data set of closes does not have."""
    window = frame.loc[panel.index[0] : panel.index[-1]]
    if not panel.close_only[column]:
        return window
    return window.assign(**dict.fromkeys(PRICES, window["close"]), volume=window.get("volume", np.nan))


def _differences(provenance: Mapping[str, Provenance]) -> tuple[str, ...]:
    read: dict[str, Callable[[Provenance], str]] = {
        "mixed_calendars": lambda source: source.calendar,
        "mixed_adjustment": lambda source: source.adjustment,
        "mixed_fidelity": lambda source: source.fidelity,
    }
    return tuple(flag for flag, of in read.items() if len({of(source) for source in provenance.values()}) > 1)
