"""Trend following, whose decisions are where two averages cross: both kernels take it straight from the averages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aurelius_kernel.engine.fused.averages import AVERAGES
from aurelius_kernel.engine.fused.history import history_of
from aurelius_kernel.engine.fused.ledger import FIELDS
from aurelius_kernel.engine.fused.streaming import Streaming
from aurelius_kernel.engine.fused.threads import Crew
from aurelius_kernel.engine.sweeping.all_in_door import AllInDoor
from aurelius_kernel.engine.sweeping.decided import Columns
from aurelius_kernel.errors import NotEnoughBars
from aurelius_kernel.model import BacktestSpec, Panel
from aurelius_kernel.strategies import TrendFollowing, windows
from aurelius_kernel.strategies.trend_following import TIE
from aurelius_kernel.typing import BoolArray, FloatArray, IntArray

__all__ = ["CrossingDoor", "Crossings"]


class Crossings:
    """The parameters of trend following as columns: its own rules of which bars decide, for all rows at once."""

    def __init__(self, spec: BacktestSpec, columns: Columns) -> None:
        self.rows = len(next(iter(columns.values())))
        own = {name: np.asarray(values) for name, values in {**spec.strategy.parameters, **columns}.items()}
        fast, slow, average, atr_window = (own[name] for name in ("fast", "slow", "average", "atr_window"))
        stop = own["atr_stop"].astype(np.float64)
        memory = np.where(average == "ema", windows.EXPONENTIAL_MEMORY, 1) * slow
        warm_up = np.maximum(memory, np.where(stop > 0.0, windows.WILDER_MEMORY * atr_window, 0))
        self.are_alike = average.ndim == 0 and stop.ndim == 0 and stop == 0.0
        self.fast, self.slow, self.average, self.atr_window, self.atr_stop, self.warm_up = (
            _for_all(values, self.rows) for values in (fast, slow, average, atr_window, stop, warm_up)
        )

    def too_long(self, panel: Panel) -> dict[int, str]:
        """The rows whose warm-up is longer than an instrument's bars, with the strategy's own words for it."""
        several, longest = len(panel.instruments) > 1, self.warm_up.max(initial=0)
        failed = dict[int, str]()
        for column, name in reversed(list(enumerate(panel.instruments))):
            bars = int(panel.present(column).sum())
            if longest < bars:
                continue
            what = f"{TrendFollowing.type} with these parameters{f' on {name}' if several else ''}"
            for row in np.flatnonzero(self.warm_up >= bars):
                failed[int(row)] = NotEnoughBars(int(self.warm_up[row]) + 1, bars, what).message
        return failed

    def groups(self, among: BoolArray) -> Iterator[tuple[str, int, IntArray]]:
        """The rows that can be taken together: those of one kind of average and one trailing stop's window, 0 for no stop."""
        if self.are_alike:
            rows = np.flatnonzero(among)
            yield from [(str(self.average[0]), 0, rows)] if len(rows) else []
            return
        window = np.where(self.atr_stop > 0.0, self.atr_window, 0)
        for average in AVERAGES:
            chosen = among & (self.average == average)
            for length in np.unique(window[chosen]):
                yield average, int(length), np.flatnonzero(chosen & (window == length))


def _for_all(values: NDArray[Any], rows: int) -> NDArray[Any]:
    """A number a row, where there may be one for all of them."""
    return values if values.ndim else np.full(rows, values)


class CrossingDoor:
    """One market, ready for any number of pairs of averages."""

    def __init__(self, panel: Panel, all_in: AllInDoor | None, streaming: Callable[[], Streaming]) -> None:
        self.panel, self.all_in, self.streaming = panel, all_in, streaming

    def follow(self, crossings: Crossings, exits: Columns, crew: Crew, *, paths: bool) -> tuple[FloatArray, FloatArray]:
        """The ledger of each row, and the accounts' paths where they are asked for; `exits` are those that are swept."""
        ledger = self.all_in.ledger(crossings.rows) if self.all_in else np.empty((crossings.rows, FIELDS))
        walked = np.empty((crossings.rows if paths else 0, len(self.panel.index)))
        plain = (crossings.atr_stop == 0.0) & (self.all_in is not None and not exits and not paths)
        for average, _, rows in crossings.groups(plain):
            if self.all_in:
                whole = ledger if len(rows) == crossings.rows else None
                found = self.all_in.account.cross(average, crossings.fast[rows], crossings.slow[rows], TIE, crew, whole)
                if whole is None:
                    ledger[rows] = found
        for average, window, rows in crossings.groups(~plain):
            path = np.empty((len(rows) if paths else 0, len(self.panel.index)))
            streaming, own = self.streaming(), {name: column[rows] for name, column in exits.items()}
            times = np.where(crossings.atr_stop[rows] > 0.0, crossings.atr_stop[rows], np.nan)
            ledger[rows] = streaming.cross(
                average,
                crossings.fast[rows],
                crossings.slow[rows],
                TIE,
                crew,
                streaming.own(len(rows), trail_times=times, **own),
                warm_up=crossings.warm_up[rows],
                trail=self._true_range(window) if window else None,
                paths=path if paths else None,
            )
            walked[rows[: len(path)]] = path
        return ledger, walked

    def _true_range(self, window: int) -> FloatArray:
        """Each instrument's average true range on its own bars, shape (bars, instruments); NaN where there is none."""
        found = np.full(self.panel.shape, np.nan)
        for column in range(self.panel.shape[1]):
            own = history_of(self.panel, column)
            found[own.bars, column] = windows.wilder(windows.true_range(own.high, own.low, own.close), window)
        return found
