"""Random markets, decisions and rules, odd ones among them, to hold two engines to each other."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from aurelius_kernel.model import BacktestSpec, Panel, Signals
from aurelius_kernel.typing import FloatArray

one_of = st.sampled_from
sizings = one_of(
    [
        None,
        {"kind": "fraction_of_equity", "fraction": 0.4},
        {"kind": "fraction_of_equity", "fraction": 2.0},
        {"kind": "fixed_cash", "amount": 700.0},
        {"kind": "volatility_target", "annual_volatility": 0.2, "window": 5},
        {"kind": "half_kelly", "min_trades": 2},
        {"kind": "half_kelly", "min_trades": 5, "initial_fraction": 0.2},
        {"kind": "equal_risk", "window": 5},
    ]
)
costs = st.fixed_dictionaries(
    {
        "commission_bps": one_of([0.0, 5.0, 30.0]),
        "commission_per_share": one_of([0.0, 0.01]),
        "commission_minimum": one_of([0.0, 2.0]),
        "slippage_bps": one_of([0.0, 5.0, 20.0]),
        "half_spread": one_of([0.0, 0.02]),
        "volume_impact": one_of([0.0, 0.1, 5.0]),
        "max_volume_share": one_of([None, 0.1, 0.01]),
        "borrow_rate": one_of([0.0, 0.5]),
    }
)
rules = st.fixed_dictionaries(
    {
        "capital": one_of([2_000.0, 100_000.0]),
        "sizing": sizings,
        "costs": costs,
        "direction": one_of(["both", "long", "short"]),
        "execution": one_of(["next_open", "close"]),
        "leverage": one_of([1.0, 0.5, 1.5, 10.0]),
        "whole_shares": st.booleans(),
        "stop_loss": one_of([None, 0.03]),
        "take_profit": one_of([None, 0.04]),
        "trailing_stop": one_of([None, 0.05]),
        "liquidate_at_end": one_of([None, "open", "close"]),
    }
)


class Chance:
    """One random market and what is decided on it, all from one seed."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.shape = int(self.rng.integers(1, 60)), int(self.rng.integers(1, 5))

    def pick(self, *options: Any) -> Any:
        return options[int(self.rng.integers(len(options)))]

    def often(self, chance: float) -> np.ndarray:
        return self.rng.random(self.shape) < chance

    def panel(self) -> Panel:
        """Cheap and dear prices, calm and wild ones, a jump, closes only, bars without volume and no bars at all."""
        swing = self.pick(0.03, 0.03, 0.2, 1e-5)
        close = self.pick(100.0, 100.0, 0.0137, 4.2e6) * np.exp(np.cumsum(self.rng.normal(0, swing, self.shape), axis=0))
        close[self.shape[0] // 2 :] *= self.pick(1.0, 1.0, 1.0, 20.0, 0.05)
        if self.rng.random() < 0.1:
            close = np.maximum(close.round(), 1.0)
        opens = close * np.exp(self.rng.normal(0, swing / 3, self.shape)) if self.rng.random() < 0.9 else close.copy()
        high = np.maximum(opens, close) * (1 + self.rng.uniform(0, swing, self.shape))
        low = np.minimum(opens, close) * (1 - self.rng.uniform(0, swing / 2, self.shape))
        close_only = self.rng.random(self.shape[1]) < self.pick(0.0, 0.0, 0.5)
        for prices in (opens, high, low):
            prices[:, close_only] = close[:, close_only]
        volume = np.where(self.often(self.pick(0.0, 0.1)), 0.0, self.rng.integers(50, 500, self.shape))
        missing = self.often(self.pick(0.0, 0.05, 0.3))
        missing[missing.all(axis=1)] = False
        named = {"open": opens, "high": high, "low": low, "close": close, "volume": volume}
        return Panel(
            index=pd.date_range("2020-01-01", periods=self.shape[0], tz="UTC", unit="ns"),
            instruments=tuple(self.rng.permutation(list("DBAC"))[: self.shape[1]].tolist()),
            close_only=close_only,
            periods_per_year=self.pick(252.0, 365.0, 12.0),
            data_hash="",
            **{name: np.where(missing, np.nan, values) for name, values in named.items()},
        )

    def signals(self, panel: Panel, *, weights: bool) -> Signals:
        """Entries and exits, or target weights, with prices of their own now and then."""
        around = pd.DataFrame(panel.close).ffill().bfill().to_numpy()
        ranges = {
            "stop_price": (0.85, 1.15),
            "target_price": (0.85, 1.15),
            "trail_distance": (0.01, 0.1),
            "limit_price": (0.97, 1.03),
        }
        levels = {
            name: np.where(self.often(0.6), around * self.rng.uniform(low, high, self.shape), np.nan)
            for name, (low, high) in ranges.items()
            if self.rng.random() < 0.4
        }
        decided = {"weights": self._weights()} if weights else self._entries()
        return Signals(index=panel.index, instruments=panel.instruments, **decided, **levels)

    def _weights(self) -> FloatArray:
        most = self.pick(0.5, 1.0, 2.0)
        wanted = np.where(self.often(self.pick(0.2, 1.0)), self.rng.uniform(-most, most, self.shape), np.nan)
        return np.where(self.often(0.05), 0.0, wanted)

    def _entries(self) -> dict[str, np.ndarray]:
        chance = self.pick(0.05, 0.15, 0.4)
        others = [name for name in ("exits", "short_entries", "short_exits") if self.rng.random() < 0.8]
        return {name: self.often(chance) for name in ("entries", *others)}


def spec_of(fields: dict[str, Any], panel: Panel) -> BacktestSpec:
    return BacktestSpec.of({"strategy": {"type": "by chance"}, "instruments": panel.instruments, **fields})
