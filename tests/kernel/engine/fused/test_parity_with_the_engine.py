"""The streaming kernel against the engine: every metric of random accounts under random rules."""

import numpy as np
import pandas as pd
import pytest

from aurelius_kernel import engine, metrics
from aurelius_kernel.engine.fused.measures import MEASURES, Scale, measure
from aurelius_kernel.engine.fused.streaming import Streaming
from aurelius_kernel.engine.fused.threads import Crew
from aurelius_kernel.model import BacktestSpec, Panel, Signals

YEAR = 252.0
COSTS = (
    {},
    {"commission_bps": 0.0, "slippage_bps": 0.0},
    {"commission_bps": 10.0, "slippage_bps": 7.0, "half_spread": 0.02},
    {"commission_per_share": 0.01, "commission_minimum": 1.0},
    {"volume_impact": 0.5},
    {"max_volume_share": 0.05},
    {"borrow_rate": 0.5},
)
SIZINGS = (
    None,
    {"kind": "fraction_of_equity", "fraction": 0.3},
    {"kind": "fraction_of_equity", "fraction": 2.0},
    {"kind": "fixed_cash", "amount": 700.0},
    {"kind": "volatility_target"},
    {"kind": "half_kelly", "min_trades": 3},
    {"kind": "equal_risk", "window": 5},
)
SIMPLE_COSTS = (
    {"commission_bps": 0.0, "slippage_bps": 0.0},
    {"commission_bps": 10.0, "slippage_bps": 7.0, "half_spread": 0.02},
    {"slippage_bps": 300.0},
    {"borrow_rate": 2.0},
)
SIMPLE_SIZINGS = (
    None,
    {"kind": "fraction_of_equity", "fraction": 0.5},
    {"kind": "fraction_of_equity", "fraction": 3.0},
    {"kind": "fixed_cash", "amount": 60_000.0},
    {"kind": "volatility_target", "annual_volatility": 0.4},
)


class Chance:
    """Random markets, specs and signals from one seed."""

    def __init__(self, seed: int) -> None:
        self.draw = np.random.default_rng(seed)
        self.instruments = int(self.pick(1, 1, 3))
        self.bars = int(self.pick(1, 2, 60, 400, 400))
        self.shape = self.bars, self.instruments

    def pick(self, *choices):
        return choices[int(self.draw.integers(len(choices)))]

    def panel(self) -> Panel:
        close = 100.0 * np.exp(np.cumsum(self.draw.normal(0.0, 0.02, self.shape), axis=0))
        opens = close * np.exp(self.draw.normal(0.0, 0.01, self.shape))
        reach = np.exp(np.abs(self.draw.normal(0.0, 0.01, self.shape)))
        volume = self.draw.integers(0, 5_000, self.shape).astype(np.float64)
        missing = self.draw.random(self.shape) < self.pick(0.0, 0.15) * (self.instruments > 1)
        missing[missing.all(axis=1)] = False
        prices = {"open": opens, "high": np.maximum(opens, close) * reach, "low": np.minimum(opens, close) / reach, "close": close}
        return Panel(
            index=pd.date_range("2020-01-01", periods=self.bars, tz="UTC", unit="ns"),
            instruments=tuple(self.draw.permutation(["B", "A", "D", "C"])[: self.instruments]),
            close_only=np.zeros(self.instruments, dtype=np.bool_),
            periods_per_year=YEAR,
            data_hash="",
            **{name: np.where(missing, np.nan, values) for name, values in (prices | {"volume": volume}).items()},
        )

    def spec(self, panel: Panel) -> BacktestSpec:
        return BacktestSpec.of(
            strategy={"type": "by chance"},
            instruments=panel.instruments,
            capital=self.pick(1_000.0, 100_000.0),
            costs=self.pick(*COSTS),
            sizing=self.pick(*SIZINGS),
            direction=self.pick("long", "short", "both"),
            execution=self.pick("next_open", "close"),
            leverage=self.pick(1.0, 0.5, 2.0, 5.0),
            whole_shares=bool(self.pick(0, 0, 1)),
            stop_loss=self.pick(None, None, 0.03),
            take_profit=self.pick(None, None, 0.05),
            trailing_stop=self.pick(None, None, 0.04),
            liquidate_at_end=self.pick(None, None, "open", "close"),
        )

    def signals(self, panel: Panel) -> Signals:
        return Signals(
            index=panel.index, instruments=panel.instruments, **(self.weights() if self.pick(0, 0, 0, 1) else self.entries(panel))
        )

    def weights(self) -> dict[str, np.ndarray]:
        often = self.pick(0.05, 0.5, 1.0)
        return {"weights": np.where(self.draw.random(self.shape) < often, self.draw.normal(0.2, 0.6, self.shape), np.nan)}

    def entries(self, panel: Panel) -> dict[str, np.ndarray]:
        often = self.pick(0.02, 0.1, 0.5)
        decided = {kind: self.draw.random(self.shape) < often for kind in ("entries", "exits", "short_entries", "short_exits")}
        price = np.nan_to_num(panel.close, nan=100.0)
        side = np.where(self.draw.random(self.shape) < 0.5, 1.0, -1.0)
        levels = {
            "stop_price": price * (1.0 - 0.03 * side),
            "target_price": price * (1.0 + 0.04 * side),
            "trail_distance": 0.03 * price,
            "limit_price": price * (1.0 - 0.005 * side),
        }
        given = {name: values for name, values in levels.items() if self.pick(0, 0, 1)}
        return decided | {name: np.where(self.draw.random(self.shape) < 0.7, values, np.nan) for name, values in given.items()}


class SimpleChance(Chance):
    """Accounts of one instrument whose orders are filled whole, at costs in proportion; the days gap through stops."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.instruments, self.bars = 1, int(self.pick(1, 2, 63, 64, 65, 400, 700))
        self.shape = self.bars, 1

    def spec(self, panel: Panel) -> BacktestSpec:
        return BacktestSpec.of(
            strategy={"type": "by chance"},
            instruments=panel.instruments,
            costs=self.pick(*SIMPLE_COSTS),
            sizing=self.pick(*SIMPLE_SIZINGS),
            direction=self.pick("long", "short", "both", "both"),
            execution=self.pick("next_open", "close"),
            leverage=self.pick(1.0, 0.5, 3.0),
            stop_loss=self.pick(None, 0.01, 0.05),
            take_profit=self.pick(None, 0.01, 0.1),
            trailing_stop=self.pick(None, None, 0.02, 0.06),
        )

    def signals(self, panel: Panel) -> Signals:
        given = self.entries(panel)
        given.pop("limit_price", None)
        return Signals(index=panel.index, instruments=panel.instruments, **given)


def check(chance: Chance) -> Streaming:
    """Hold a random account to the engine's, and return the market that it was simulated on."""
    panel = chance.panel()
    spec, signals = chance.spec(panel), chance.signals(panel)

    done = engine.simulate(spec, panel, signals)
    streaming, path = Streaming(panel, spec), np.empty((1, chance.bars))
    ledger = streaming.run(streaming.asked(signals), Crew(1), path)
    scale = Scale(capital=spec.capital, periods_per_year=YEAR, benchmark=streaming.benchmark)
    ours = dict(zip(MEASURES, measure(ledger, scale, MEASURES).T, strict=True))

    np.testing.assert_allclose(path[0], done.equity, rtol=1e-9, atol=1e-9)
    theirs = metrics.summarise(
        done.equity,
        spec.capital,
        trades=done.trades,
        positions=done.positions,
        periods_per_year=YEAR,
        benchmark=engine.buy_and_hold(panel, spec.capital),
    )
    for metric, values in ours.items():
        expected = np.nan if theirs[metric] is None else theirs[metric]
        np.testing.assert_allclose(values[0], expected, rtol=1e-9, atol=1e-12, err_msg=str(metric))
    return streaming


@pytest.mark.parametrize("seed", range(250))
def test_equity_and_every_metric_of_an_account_are_the_engines(seed):
    check(Chance(seed))


@pytest.mark.parametrize("seed", range(1_000, 1_150))
def test_so_are_those_of_an_account_that_goes_from_order_to_order(seed):
    assert len(check(SimpleChance(seed)).lines.close) > 0
