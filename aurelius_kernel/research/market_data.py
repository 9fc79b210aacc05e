"""The bars of a run: from the catalogue or the caller, as a strategy sees them and as the engine does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from aurelius_kernel import data
from aurelius_kernel.data.content import stamps
from aurelius_kernel.data.holdout import HOLDOUT_CUT, HOLDOUT_OPENED
from aurelius_kernel.errors import ImpossibleRequest, InvalidField, UnknownName
from aurelius_kernel.hashing import content_hash
from aurelius_kernel.model import PRICES, BacktestSpec, Bars, Panel, Provenance
from aurelius_kernel.research.recent_markets import RecentMarkets

__all__ = ["OWN_BARS", "MarketData", "gather"]

OWN_BARS = "own"
"""The source named by a spec whose bars the caller handed over."""
THURSDAY, SATURDAY = 3, 5
"""Days of the week; that of the first day of 1970, from which days are counted, and the first of the weekend."""
NANOSECONDS_A_DAY = 86_400_000_000_000


@dataclass(frozen=True, kw_only=True, eq=False)
class MarketData:
    """The bars of a run twice: by name for the strategy, aligned for the engine; with their provenance.

    `frames` also hold the references, series that the strategy reads and does not trade; the panel does not. `data_hash` is over
    both and the essence of their provenance; `dataset` stands for the instruments and their origin whatever the dates, and for all
    of what the caller handed over. `flags` names what the instruments do not have in common, calendar, adjustment or fidelity, and
    whether a locked last stretch was left out, or shown to a gate.
    """

    frames: Bars
    panel: Panel
    provenance: Mapping[str, Provenance]
    data_hash: str
    dataset: str
    flags: tuple[str, ...]

    @property
    def bars(self) -> Bars:
        """The frames, lent: whoever writes to them writes to a copy."""
        return Lent(self.frames)


def gather(
    spec: BacktestSpec,
    references: Sequence[str] = (),
    bars: Mapping[str, pd.DataFrame] | None = None,
    *,
    instruments: tuple[str, ...] | None = None,
) -> MarketData:
    """The bars that a spec asks for, or of those of its instruments that are named, and the references beside them.

    Bars of the caller's own that were gathered for the same question lately are not made ready again. Raises what
    `data.load_bars`, `data.normalise_bars` and `data.panel` raise.
    """
    traded = instruments or spec.instruments
    if bars is None:
        chosen = spec.on(traded)
        return _market(chosen, references, *_from_catalogue(chosen, references), own=False)
    asked = traded, tuple(references), spec.start, spec.end, spec.frequency
    given = _given(spec, traded, references, bars)
    if market := _recent.find(asked, given):
        return market
    frames = data.normalise_bars(given)
    provenance = {name: Provenance(provider="the caller", calendar=_guess_calendar(frame)) for name, frame in frames.items()}
    market = _market(spec.on(traded), references, frames, provenance, own=True)
    market = replace(market, panel=_shared(market.panel, frames))
    _recent.keep(asked, given, frames, market)
    return market


def _shared(panel: Panel, frames: Bars) -> Panel:
    """The panel in the memory of the frame that it was made of, where that is one and whole: half of what many of them take."""
    frame = frames[panel.instruments[0]]
    if len(panel.instruments) > 1 or len(frame) != len(panel.index) or panel.close_only[0]:
        return panel
    rows = frame.to_numpy().T.view()
    rows.flags.writeable = True  # nobody writes; kernels are compiled for arrays that say so
    opens, high, low, close, volume = (row[:, None] for row in rows)
    return replace(panel, open=opens, high=high, low=low, close=close, volume=volume)


class Lent(Mapping[str, pd.DataFrame]):
    """Frames of which everyone who looks has a copy of their own; it shares memory until it is written to."""

    def __init__(self, frames: Bars) -> None:
        self._frames, self._copies = frames, dict[str, pd.DataFrame]()

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._copies:
            self._copies[name] = self._frames[name].copy(deep=False)
        return self._copies[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._frames)

    def __len__(self) -> int:
        return len(self._frames)


_recent = RecentMarkets[MarketData]()


def _market(
    spec: BacktestSpec, references: Sequence[str], frames: Bars, provenance: Mapping[str, Provenance], *, own: bool
) -> MarketData:
    traded = {name: provenance[name] for name in spec.instruments}
    calendar = _densest({source.calendar for source in traded.values()}, spec.frequency)

    def aligned(chosen: Sequence[str]) -> Panel:
        own = {name: frames[name] for name in chosen}
        return data.panel(own, start=spec.start, end=spec.end, calendar=calendar, frequency=spec.frequency)

    panel = aligned(spec.instruments)
    beside = {name: aligned([name]) for name in references}
    visible = {name: _visible(frames[name], panel, bool(panel.close_only[at])) for at, name in enumerate(spec.instruments)}
    visible |= {name: _visible(frames[name], panel, bool(own.close_only[0])) for name, own in beside.items()}
    return MarketData(
        frames=visible,
        panel=panel,
        provenance=provenance,
        data_hash=_combined(panel, beside, provenance),
        dataset=_dataset(spec, frames, traded, own=own),
        flags=(*_differences(traded), *_of_holdout(provenance)),
    )


def _combined(panel: Panel, beside: Mapping[str, Panel], provenance: Mapping[str, Provenance]) -> str:
    return content_hash(
        {
            "bars": panel.data_hash,
            "references": {name: own.data_hash for name, own in beside.items()},
            "provenance": {name: source.essence() for name, source in provenance.items()},
        }
    )


def _dataset(spec: BacktestSpec, frames: Bars, traded: Mapping[str, Provenance], *, own: bool) -> str:
    """The data set of what is traded; bars of the caller's own are told apart by their number, their ends and their sum."""
    told: dict[str, Any] = {name: source.essence() for name, source in traded.items()}
    if own:
        told = {name: _trace(frames[name]) for name in traded}
    return content_hash({"frequency": spec.frequency, "instruments": told})


def _trace(frame: pd.DataFrame) -> list[Any]:
    edges = [str(frame.index[0]), str(frame.index[-1])] if len(frame) else []
    return [len(frame), *edges, float(frame["close"].sum())]


def _from_catalogue(spec: BacktestSpec, references: Sequence[str]) -> tuple[Bars, Mapping[str, Provenance]]:
    """What is traded from the source that was asked for, references from wherever they are found first."""
    if spec.source == OWN_BARS:
        raise InvalidField.of("bars", "are needed again: this run was made on bars of the caller's own")
    bars, provenance = data.load(spec.instruments, spec.frequency, spec.source, spec.start, spec.end)
    if not references:
        return bars, provenance
    more, origin = data.load(references, spec.frequency, start=spec.start, end=spec.end)
    return {**bars, **more}, {**provenance, **origin}


def _given(spec: BacktestSpec, traded: Sequence[str], references: Sequence[str], bars: Mapping[str, pd.DataFrame]) -> Bars:
    """The frames that the run is about, of all that the caller handed over."""
    if unknown := [name for name in traded if name not in bars]:
        raise UnknownName("instrument", unknown[0], bars)
    if missing := [name for name in references if name not in bars]:
        beside = f"which {spec.strategy.type} reads beside {', '.join(traded)}"
        raise ImpossibleRequest.of("bars", f"lack {missing[0]}, {beside}")
    return {name: bars[name] for name in (*traded, *references)}


def _guess_calendar(frame: pd.DataFrame) -> str:
    days = pd.DatetimeIndex(frame.index).asi8 // NANOSECONDS_A_DAY
    return "24/7" if ((days + THURSDAY) % 7 >= SATURDAY).mean() > 1 / 10 else "XNYS"


def _densest(calendars: set[str], frequency: str) -> str:
    return max(sorted(calendars), key=lambda name: data.periods_per_year(name, frequency))


def _visible(frame: pd.DataFrame, panel: Panel, close_only: bool) -> pd.DataFrame:
    """The frame within the panel's window; closes stand in for the prices that a data set of closes does not have."""
    own, shown = stamps(frame), panel.index.asi8
    window = frame if shown[0] <= own[0] and own[-1] <= shown[-1] else frame.loc[panel.index[0] : panel.index[-1]]
    return window.assign(**dict.fromkeys(PRICES, window["close"])) if close_only else window


def _of_holdout(provenance: Mapping[str, Provenance]) -> tuple[str, ...]:
    """Whether a lock has cut some of the bars, or a gate was shown what lies past it."""
    noticed = {flag for source in provenance.values() for flag in source.quality_flags}
    return tuple(flag for flag in (HOLDOUT_CUT, HOLDOUT_OPENED) if flag in noticed)


def _differences(provenance: Mapping[str, Provenance]) -> tuple[str, ...]:
    read: dict[str, Callable[[Provenance], str]] = {
        "mixed_calendars": lambda source: source.calendar,
        "mixed_adjustment": lambda source: source.adjustment,
        "mixed_fidelity": lambda source: source.fidelity,
    }
    return tuple(flag for flag, of in read.items() if len({of(source) for source in provenance.values()}) > 1)
