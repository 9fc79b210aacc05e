"""Other futures and other pasts: the bars as they would have been known, so that a strategy can be asked again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from aurelius_kernel.errors import ImpossibleRequest, InvalidField
from aurelius_kernel.gates.violation import stamp
from aurelius_kernel.model import PRICES, Bars, Signals
from aurelius_kernel.strategies import Strategy
from aurelius_kernel.strategies.differences import Difference, changes, first_difference
from aurelius_kernel.typing import FloatArray, IntArray

__all__ = ["Answer", "Probe", "ask", "probe", "probes_at", "rows_to_probe", "spread"]

METHODS = ("cut", "perturb", "begin")
TURNS = (1.6, 1 / 1.6)
"""After a perturbed bar the market jumps to this, every other time up and down, and goes its own way from there."""


@dataclass(frozen=True, kw_only=True)
class Probe:
    """One change of the bars: `cut` ends them with the bar `at`, `perturb` changes all after it, `begin` starts them with it."""

    method: str
    at: pd.Timestamp
    seed: int = 0

    def bars(self, bars: Bars) -> dict[str, pd.DataFrame]:
        """The bars after the change."""
        if self.method == "cut":
            return {name: frame.loc[: self.at] for name, frame in bars.items()}
        if self.method == "begin":
            return {name: frame.loc[self.at :] for name, frame in bars.items()}
        random = np.random.default_rng(self.seed)
        return {name: _another_future(frame, self.at, random, TURNS[self.seed % 2]) for name, frame in bars.items()}

    def document(self) -> dict[str, Any]:
        """The change as evidence holds it."""
        return {"method": self.method, "at": stamp(self.at), "seed": self.seed}

    def __str__(self) -> str:
        how = {"cut": "the data ends on", "perturb": "everything is another after", "begin": "the data begins on"}[self.method]
        return f"{how} {self.at:%Y-%m-%d %H:%M}"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a strategy said to a probe: its first other decision, or the error it fails with. An honest one has neither."""

    probe: Probe
    difference: Difference | None = None
    failure: str = ""


def probe(bars: Bars, replay: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    """The bars as the evidence of a look ahead or of a warm-up changed them; asked on these, the strategy decides otherwise.

    `replay` is that of the evidence. Raises InvalidField for one that changes no bars.
    """
    if replay.get("method") not in METHODS:
        raise InvalidField.of("replay", f"must name one of the methods {', '.join(METHODS)}, not {replay.get('method')!r}")
    return Probe(method=replay["method"], at=pd.Timestamp(replay["at"]), seed=int(replay.get("seed", 0))).bars(bars)


def ask(strategy: Strategy, bars: Bars, signals: Signals, change: Probe, rows: slice, offset: int = 0) -> Answer | None:
    """What the strategy says after a change of the bars, compared on `rows` of its decisions; None where it is left too few bars.

    `offset` is how many rows the changed bars begin later.
    """
    changed = change.bars(bars)
    try:
        again = strategy.signals(changed)
    except ImpossibleRequest as refusal:
        few = any(len(frame) <= strategy.warm_up for frame in changed.values())
        return None if few else Answer(probe=change, failure=refusal.message)
    except Exception as error:  # noqa: BLE001  a rule may fail in any way when its future is taken away
        return Answer(probe=change, failure=f"{type(error).__name__}: {error}")
    wanted = signals.index[offset:] if change.method == "begin" else signals.index[: rows.stop]
    if again.instruments != signals.instruments or not again.index[: len(wanted)].equals(wanted):
        return Answer(probe=change, failure=f"it decides on {len(again.index)} bars of {', '.join(again.instruments)}")
    found = first_difference(signals, again, start=rows.start, stop=rows.stop, offset=offset)
    return Answer(probe=change, difference=found)


def rows_to_probe(signals: Signals, warm_up: int, count: int) -> IntArray:
    """Up to `count` rows from the warm-up on: densely where decisions change and beside it, spread evenly elsewhere.

    All rows, where there are no more than that.
    """
    bars = len(signals.index)
    if bars - warm_up <= count:
        return np.arange(warm_up, bars)
    changed = changes(signals)
    near = np.unique(np.concatenate([changed, changed - 1, changed + 1]))
    near = near[(near >= warm_up) & (near < bars)]
    dense = near[spread(len(near), 2 * count // 3)] if len(near) else near
    return np.union1d(dense, warm_up + spread(bars - warm_up, count - len(dense)))


def spread(length: int, count: int) -> IntArray:
    """Up to `count` positions of `length`, evenly from the first to the last."""
    return (
        np.unique(np.linspace(0, length - 1, max(min(count, length), 1)).round().astype(np.int64))
        if length
        else np.empty(0, np.int64)
    )


def probes_at(index: pd.DatetimeIndex, rows: IntArray, method: str) -> Iterator[tuple[int, Probe]]:
    """One probe a row; its seed is the row, so that the same case always asks the same."""
    for row in rows.tolist():
        yield row, Probe(method=method, at=index[row], seed=row)


def _another_future(frame: pd.DataFrame, last: pd.Timestamp, random: np.random.Generator, turn: float) -> pd.DataFrame:
    """The frame with other bars after `last`: another level, another path, other ranges and other volumes, and bars still."""
    begin = int(frame.index.searchsorted(last, side="right"))
    later = len(frame) - begin
    if not later:
        return frame
    opens, high, low, close = (frame[name].to_numpy(np.float64)[begin:] for name in PRICES)
    opens, close = opens * _path(random, later, turn), close * _path(random, later, turn)
    reach = random.uniform(0.0, 0.06, later)
    top, bottom = np.fmax(opens, close) * (1.0 + reach), np.fmin(opens, close) * (1.0 - reach)
    columns = {
        "open": opens,
        "high": np.where(np.isnan(high), np.nan, top),
        "low": np.where(np.isnan(low), np.nan, bottom),
        "close": close,
        "volume": frame["volume"].to_numpy(np.float64)[begin:] * np.exp(random.normal(0.0, 1.0, later)),
    }
    past = {name: frame[name].to_numpy(np.float64)[:begin] for name in columns}
    return frame.assign(**{name: np.concatenate([past[name], values]) for name, values in columns.items()})


def _path(random: np.random.Generator, bars: int, turn: float) -> FloatArray:
    return turn * np.exp(random.normal(0.0, 0.1, bars))
