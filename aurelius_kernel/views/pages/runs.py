"""Backtests as pages read them: each finished one is asked of the platform once, however many parts of a page show it."""

from __future__ import annotations

from collections.abc import Iterable
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from aurelius_kernel.client import Client, records
from aurelius_kernel.errors import AureliusError
from aurelius_kernel.views.pages.desk import desk

__all__ = ["account", "capital_first", "closes", "finished", "named", "names", "run"]

LISTED = 100
_READ: WeakKeyDictionary[Client, dict[str, records.BacktestDetail]] = WeakKeyDictionary()


def run(backtest_id: str | None) -> records.BacktestDetail | None:
    """A backtest with its account and its trades; None where there is none that this account may see."""
    if not backtest_id:
        return None
    read = _READ.setdefault(desk(), {})
    if backtest_id not in read:
        try:
            found = desk().backtest(backtest_id)
        except AureliusError:
            return None
        if found.backtest.status != "completed":
            return found
        read[backtest_id] = found
    return read[backtest_id]


def finished(*wanted: str) -> dict[str, records.Backtest]:
    """The latest hundred finished backtests by their ids, and those that are wanted beside."""
    found = {one.id: one for one in desk().backtests(status="completed", limit=LISTED).backtests}
    beside = [run(one) for one in wanted if one not in found]
    return {**{one.backtest.id: one.backtest for one in beside if one and one.backtest.status == "completed"}, **found}


def account(found: records.BacktestDetail) -> pd.DataFrame:
    """The account bar by bar: `equity`, `benchmark`, `exposure` in percent, and the `costs` so far."""
    points = found.equity_curve
    columns = {name: [getattr(point, name) for point in points] for name in ("equity", "benchmark", "exposure", "costs")}
    return pd.DataFrame(columns, index=pd.DatetimeIndex([point.time for point in points]), dtype=float)


def capital_first(values: pd.Series, capital: float) -> pd.Series:
    """The simple return of each bar, the first from the starting capital."""
    before = np.concatenate([[capital], values.to_numpy(dtype=float)[:-1]])
    growth = np.divide(values.to_numpy(dtype=float), before, out=np.full(len(before), np.nan), where=before > 0)
    return pd.Series(growth - 1.0, index=values.index)


def named(one: records.Backtest) -> str:
    """What a run is called where there are several: its family, its instruments, and how it did."""
    family = str(one.spec.get("strategy", {}).get("type", "")).replace("_", " ").capitalize()
    more = f" +{len(one.instruments) - 2}" if len(one.instruments) > 2 else ""
    return f"{family} on {', '.join(one.instruments[:2])}{more}"


def names(runs: Iterable[records.Backtest]) -> dict[str, str]:
    """The names of some runs by their ids; those that have the same are told apart by their parameters, then by a number."""
    found: dict[str, str] = {}
    for one in runs:
        parameters = one.spec.get("strategy", {}).get("parameters", {})
        full = f"{named(one)}, " + " ".join(f"{name} {value}" for name, value in sorted(parameters.items()))
        known = set(found.values())
        choices = [named(one), full.rstrip(", "), *(f"{full.rstrip(', ')} ({place})" for place in range(2, len(known) + 3))]
        found[one.id] = next(name for name in choices if name not in known)
    return found


def closes(one: records.Backtest, name: str, index: pd.Index) -> pd.Series:
    """The closes of an instrument over the days of an index, of the source that a run had; empty where they are gone."""
    asked_for = {"source": one.spec["source"], "frequency": one.spec["frequency"], "limit": 5_000}
    span = {"start": f"{index[0]:%Y-%m-%d}", "end": f"{index[-1]:%Y-%m-%d}"}
    bars: list[records.Bar] = []
    try:
        while (page := desk().bars(name, skip=len(bars), **asked_for, **span)).bars:
            bars += page.bars
            if len(bars) >= page.total:
                break
    except AureliusError:
        bars = []
    times = pd.DatetimeIndex([bar.time for bar in bars], tz="UTC")
    return pd.Series([bar.close for bar in bars], index=times, dtype=float)
