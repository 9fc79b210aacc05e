"""The law book: what holds of every strategy, built-in or a user's own, checked on bars.

`check_laws` gives the broken ones, each with the bar where it shows. The laws:

shape          as many decisions as bars, for the instruments given
quiet          no decision before the warm-up
repeatable     the same bars give the same decisions, and stay as they were
missing        no decision on a bar whose prices are missing
future_cut     cutting the future off changes no earlier decision
future_changed changing the future changes no earlier decision
memory         more history before the warm-up changes no decision (not for a strategy that is `expanding`)
constant       prices that never move give no entry and no position
scale          prices in another unit give the same decisions (for a strategy that is `scale_invariant`)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from aurelius_kernel.errors import ImpossibleRequest
from aurelius_kernel.model import PRICES, Bars, Signals
from aurelius_kernel.strategies.base import Strategy, named_frames
from aurelius_kernel.strategies.differences import Difference, active, changes, first_difference
from aurelius_kernel.strategies.frames import union_index, which_are_bars
from aurelius_kernel.typing import BoolArray, FloatArray, IntArray

__all__ = ["LAWS", "Violation", "check_laws"]

LAWS = ("shape", "quiet", "repeatable", "missing", "future_cut", "future_changed", "memory", "constant", "scale")
SCALES = (4.0, 2.0**-10)
"""Powers of two, so that scaling rounds nothing."""


@dataclass(frozen=True, kw_only=True)
class Violation:
    """One broken law: the bar and the instrument where it shows first, and a sentence that says how."""

    law: str
    bar: pd.Timestamp | None
    instrument: str | None
    message: str


def check_laws(strategy: Strategy, bars: Bars | pd.DataFrame, *, cuts: int = 48, seed: int = 0) -> list[Violation]:
    """The laws that the strategy breaks on these bars, at most one violation each; empty when it obeys them all.

    Decisions of the wrong shape end the check. The future is cut at about `cuts` bars: on bars where decisions change, where a
    peek shows, on those just before them, and on bars spread evenly. Raises what `strategy.signals` raises for bars that it
    cannot decide on.
    """
    frames = named_frames(bars)
    copies = {name: frame.copy(deep=True) for name, frame in frames.items()}
    signals = strategy.signals(frames)
    trial = Trial(strategy, copies, signals, cuts, np.random.default_rng(seed))
    if misshapen := list(_shape(trial)):
        return misshapen
    checks = (
        _quiet(trial),
        _repeatable(trial, frames),
        _missing(trial),
        _future_cut(trial),
        _future_changed(trial),
        _memory(trial),
        _constant(trial),
        _scale(trial),
    )
    return [violation for check in checks if (violation := next(check, None))]


@dataclass(frozen=True, eq=False)
class Trial:
    """A strategy on trial: its bars, its decisions on all of them, and where to look."""

    strategy: Strategy
    bars: Bars
    signals: Signals
    cuts: int
    random: np.random.Generator

    @property
    def traded(self) -> Bars:
        """The frames of the instruments, without those that are there for reference."""
        return {name: self.bars[name] for name in self.strategy.traded(self.bars)}

    def again(self, bars: Bars) -> Signals | None:
        """The decisions on other bars; None where there are too few to decide on."""
        try:
            return self.strategy.signals(bars)
        except ImpossibleRequest:
            return None

    def violation(self, law: str, difference: Difference, how: str) -> Violation:
        """The violation that a difference between decisions shows."""
        bar = self.signals.index[difference.row]
        instrument = self.signals.instruments[difference.column]
        change = f"{difference.kind} of {instrument} on {bar:%Y-%m-%d %H:%M} is {difference.before}, and {difference.after} {how}"
        return Violation(law=law, bar=bar, instrument=instrument, message=f"{change}.")


def _shape(trial: Trial) -> Iterator[Violation]:
    wanted, names = union_index(trial.traded), tuple(trial.traded)
    if not trial.signals.index.equals(wanted) or trial.signals.instruments != names:
        got = f"{len(trial.signals.index)} bars of {', '.join(trial.signals.instruments)}"
        message = f"Decisions for {got}, not for {len(wanted)} bars of {', '.join(names)}."
        yield Violation(law="shape", bar=None, instrument=None, message=message)


def _quiet(trial: Trial) -> Iterator[Violation]:
    for row, column in np.argwhere(active(trial.signals)[: trial.strategy.warm_up]):
        bar, instrument = trial.signals.index[row], trial.signals.instruments[column]
        message = f"A decision on {instrument} after {row} bars; the warm-up is {trial.strategy.warm_up}."
        yield Violation(law="quiet", bar=bar, instrument=instrument, message=message)


def _repeatable(trial: Trial, given: Bars) -> Iterator[Violation]:
    for name, frame in trial.bars.items():
        if not frame.equals(given[name]):
            yield Violation(law="repeatable", bar=None, instrument=name, message=f"The strategy has changed the bars of {name}.")
    if (again := trial.again(trial.bars)) and (found := first_difference(trial.signals, again)):
        yield trial.violation("repeatable", found, "when asked again")


def _missing(trial: Trial) -> Iterator[Violation]:
    for name, frame in trial.traded.items():
        stamps = pd.DatetimeIndex(frame.index)
        gone = stamps[_spread(len(stamps), 8)].union(trial.signals.index[changes(trial.signals)[:8]]).intersection(stamps)
        holes = frame.astype(np.float64)
        holes.loc[gone] = np.nan
        again = trial.again({**trial.bars, name: holes})
        decided = () if again is None else gone[active(again)[again.index.get_indexer(gone), again.instruments.index(name)]]
        for bar in decided:
            message = f"A decision on {name} on {bar:%Y-%m-%d %H:%M}, where its prices are missing."
            yield Violation(law="missing", bar=bar, instrument=name, message=message)


def _future_cut(trial: Trial) -> Iterator[Violation]:
    for row in _rows_to_cut(trial, trial.cuts):
        last = trial.signals.index[row]
        again = trial.again({name: frame.loc[:last] for name, frame in trial.bars.items()})
        if again and (found := first_difference(trial.signals, again, stop=row + 1)):
            yield trial.violation("future_cut", found, f"when the data ends on {last:%Y-%m-%d %H:%M}")


def _future_changed(trial: Trial) -> Iterator[Violation]:
    for row in _rows_to_cut(trial, max(trial.cuts // 3, 3)):
        last = trial.signals.index[row]
        again = trial.again({name: _shaken(frame, last, trial.random) for name, frame in trial.bars.items()})
        if again and (found := first_difference(trial.signals, again, stop=row + 1)):
            yield trial.violation("future_changed", found, f"when prices after {last:%Y-%m-%d %H:%M} are others")


def _memory(trial: Trial) -> Iterator[Violation]:
    if trial.strategy.expanding:
        return
    index, needed = trial.signals.index, trial.strategy.warm_up
    common = _bars_in_common(trial.traded, index)
    counted = np.cumsum(common)
    for row in _rows_to_cut(trial, max(trial.cuts // 2, 3)):
        if not common[row] or counted[row] <= needed:
            continue
        start = int(np.searchsorted(counted, counted[row] - needed))
        again = trial.again({name: frame.loc[index[start] :] for name, frame in trial.bars.items()})
        if again and (found := first_difference(trial.signals, again, start=row, offset=start)):
            yield trial.violation("memory", found, f"when the data begins {row - start} bars before {index[row]:%Y-%m-%d %H:%M}")


def _constant(trial: Trial) -> Iterator[Violation]:
    still = {name: frame.assign(**dict.fromkeys(PRICES, _a_price(frame))) for name, frame in trial.traded.items()}
    again = trial.again({**trial.bars, **still})
    if again is None:
        return
    for row, column in np.argwhere(active(again, opening=True)):
        bar, instrument = again.index[row], again.instruments[column]
        message = f"A position in {instrument} on {bar:%Y-%m-%d %H:%M}, when its price has never moved."
        yield Violation(law="constant", bar=bar, instrument=instrument, message=message)


def _scale(trial: Trial) -> Iterator[Violation]:
    if not trial.strategy.scale_invariant:
        return
    for factor in SCALES:
        scaled = {name: frame.assign(**{price: frame[price] * factor for price in PRICES}) for name, frame in trial.bars.items()}
        again = trial.again(scaled)
        if again and (found := first_difference(trial.signals, again, price_factor=factor)):
            yield trial.violation("scale", found, f"when every price is multiplied by {factor:g}")


def _rows_to_cut(trial: Trial, count: int) -> IntArray:
    """Rows on which decisions change, those just before them, and rows spread evenly, all from the warm-up on."""
    warm_up, bars = trial.strategy.warm_up, len(trial.signals.index)
    changed = changes(trial.signals)
    changed = changed[_spread(len(changed), max(count // 3, 1))] if len(changed) else changed
    rows = np.concatenate([changed, changed - 1, warm_up + _spread(bars - warm_up, max(count // 3, 1))])
    return np.unique(rows[(rows >= warm_up) & (rows < bars)])


def _spread(length: int, count: int) -> IntArray:
    return np.unique(np.linspace(0, length - 1, min(count, length)).round().astype(np.int64))


def _shaken(frame: pd.DataFrame, last: pd.Timestamp, random: np.random.Generator) -> pd.DataFrame:
    """The frame with every bar after `last` at another price and volume."""
    later = np.asarray(frame.index > last)
    factor = np.where(later, np.exp(random.normal(0.0, 0.3, len(frame))), 1.0)
    busy = np.where(later, np.exp(random.normal(0.0, 1.0, len(frame))), 1.0)
    return frame.assign(**{price: frame[price] * factor for price in PRICES}, volume=frame["volume"] * busy)


def _bars_in_common(bars: Bars, index: pd.DatetimeIndex) -> BoolArray:
    common = np.ones(len(index), dtype=np.bool_)
    for frame in bars.values():
        own = np.zeros(len(index), dtype=np.bool_)
        own[index.get_indexer(pd.DatetimeIndex(frame.index)[which_are_bars(frame)[0]])] = True
        common &= own
    return common


def _a_price(frame: pd.DataFrame) -> float:
    whole, _ = which_are_bars(frame)
    closes: FloatArray = frame["close"].to_numpy(np.float64)[whole]
    return float(closes[0]) if len(closes) else 1.0
