"""Two engines that share no code, held to each other: whatever is traded, they find the same to a billionth."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aurelius_kernel as ak
from aurelius_kernel.data import install_samples
from aurelius_kernel.engine import ENGINE_VERSION, simulate
from aurelius_kernel.gates import Disagreement, compare, simulate_plainly
from aurelius_kernel.model import BacktestSpec, RunIdentity, Signals
from aurelius_kernel.research.backtest import measure
from aurelius_kernel.research.market_data import gather
from aurelius_kernel.strategies import Strategy
from tests.kernel.gates.markets import Chance, rules, spec_of

WITH_CARRY = ("AAPL", "GOOG", "IBM", "MSFT")
PATIENT = {
    "costs": {"commission_bps": 10.0, "slippage_bps": 5.0, "borrow_rate": 0.02},
    "stop_loss": 0.05,
    "trailing_stop": 0.08,
}
HASTY = {
    "execution": "close",
    "whole_shares": True,
    "leverage": 2.0,
    "take_profit": 0.05,
    "costs": {"commission_per_share": 0.005, "commission_minimum": 1.0, "half_spread": 0.01, "borrow_rate": 0.02},
    "sizing": {"kind": "volatility_target", "annual_volatility": 0.2, "window": 30},
    "liquidate_at_end": "close",
}


def test_the_second_engine_loads_none_of_the_first():
    code = "import json, sys, aurelius_kernel.gates.reference; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert [name for name in json.loads(done.stdout) if name.startswith(("aurelius_kernel.engine", "numba", "vectorbt"))] == []


@settings(max_examples=600)
@given(fields=rules, seed=st.integers(0, 2**32 - 1), weights=st.booleans())
def test_both_engines_find_the_same_whatever_is_traded(fields, seed, weights):
    chance = Chance(seed)
    panel = chance.panel()
    signals, spec = chance.signals(panel, weights=weights), spec_of(fields, panel)
    assert compare(simulate(spec, panel, signals), simulate_plainly(spec, panel, signals), 1e-9 * spec.capital) == []


@pytest.fixture(scope="module", autouse=True)
def samples(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AURELIUS_HOME", str(tmp_path_factory.mktemp("home")))
        install_samples()
        yield


def questions() -> list[tuple[str, str, tuple[str, ...]]]:
    """Every family with real bars that it can trade: whole ones, and closes where it does not need more."""
    rows = []
    for name, family in sorted(Strategy.families.items()):
        if name == "carry_trade":
            rows += [(name, "bokeh", WITH_CARRY)]
        elif family.max_instruments == 2:
            rows += [(name, "skfolio", ("KO", "PEP")), (name, "bokeh", ("MSFT", "AAPL"))]
        elif family.min_instruments > 1:
            rows += [(name, "skfolio", ("XOM", "KO", "PG", "JPM", "WMT")), (name, "bokeh", WITH_CARRY)]
        else:
            rows += [(name, "bokeh", ("GOOG",)), (name, "arch", ("SP500",)), (name, "skfolio", ("KO", "JPM"))]
    return rows


@pytest.fixture(scope="module")
def decided():
    """The market and the signals of a question, made once for all rules."""
    kept = {}

    def of(family: str, source: str, instruments: tuple[str, ...]):
        if (family, source) not in kept:
            strategy = Strategy.create(family)
            asked = BacktestSpec.of(
                strategy=strategy.spec(),
                instruments=instruments,
                source=source,
                start="2006-01-01",
                end="2012-12-31",
                direction="both",
            )
            market = gather(asked, strategy.references(instruments))
            kept[family, source] = asked, market, strategy.signals(market.bars)
        return kept[family, source]

    return of


@pytest.mark.parametrize("fields", [PATIENT, HASTY], ids=["patient", "hasty"])
@pytest.mark.parametrize(
    ("family", "source", "instruments"), questions(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_both_engines_agree_to_a_cent_on_every_family(decided, family, source, instruments, fields):
    asked, market, signals = decided(family, source, instruments)
    spec = BacktestSpec.of({**asked.document(), **fields})
    result = measure(spec, market, signals, RunIdentity.of(spec_hash="", data_hash="", seed=0, engine_version=ENGINE_VERSION))
    ledger = simulate_plainly(spec, market.panel, signals)
    assert len(ledger.orders) > 10
    assert compare(result, ledger, 0.01) == []


@pytest.fixture(scope="module")
def run():
    """Two round trips in one instrument, by both engines."""
    chance = Chance(1)
    chance.shape = 40, 1
    panel = chance.panel()
    at = {name: np.isin(np.arange(40), bars)[:, None] for name, bars in {"entries": (2, 20), "exits": (10, 30)}.items()}
    signals, spec = Signals(index=panel.index, instruments=panel.instruments, **at), spec_of({}, panel)
    return simulate(spec, panel, signals), simulate_plainly(spec, panel, signals)


def test_a_cent_of_equity_is_told_with_its_bar_and_both_values(run):
    done, ledger = run
    equity = done.equity + np.where(np.arange(40) == 7, 0.0101, 0.0)
    (found,) = compare(replace(done, equity=equity), ledger)
    assert found == Disagreement(
        bar=ledger.index[7], instrument="", field="equity", engine=equity[7], reference=ledger.equity[7].item()
    )
    assert str(found).startswith("equity of the account at 2020-01-08")


def test_less_than_a_cent_is_no_disagreement(run):
    done, ledger = run
    assert compare(replace(done, equity=done.equity + 0.0099), ledger) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("commission", 1.0e3), ("price", 1.0), ("size", 1.0), ("kind", "limit"), ("side", "neither"), ("status", "refused")],
)
def test_a_fill_that_differs_is_told_by_field_and_instrument(run, field, value):
    done, ledger = run
    orders = done.orders.copy()
    orders.loc[2, field] = value
    (found,) = compare(replace(done, orders=orders), ledger)
    assert (found.bar, found.instrument, found.field, found.engine) == (
        orders.loc[2, "time"],
        orders.loc[2, "instrument"],
        field,
        value,
    )


def test_an_order_that_only_one_engine_has_is_told(run):
    done, ledger = run
    (found,) = compare(replace(done, orders=done.orders.drop(index=1)), ledger)
    assert (found.field, found.engine) == ("order", "none")
    assert found.reference.endswith("filled")


def test_a_value_that_is_no_number_is_told(run):
    done, ledger = run
    cash = np.where(np.arange(40) == 3, np.nan, done.cash)
    assert [(found.field, found.bar) for found in compare(replace(done, cash=cash), ledger)] == [("cash", ledger.index[3])]


def test_positions_and_flags_are_compared_too(run):
    done, ledger = run
    positions = done.positions + np.where(np.arange(40) == 5, 1.0, 0.0)[:, None]
    found = compare(replace(done, positions=positions, flags=("bankrupt",)), ledger)
    assert [each.field for each in found] == ["positions", "flags"]


def test_flags_that_only_the_data_give_are_none_of_the_engines(run):
    done, ledger = run
    assert compare(replace(done, flags=(*done.flags, "mixed_calendars")), ledger) == []


def test_the_first_and_the_second_engine_refuse_volume_rules_without_volume():
    panel = replace(Chance(1).panel())
    blind = replace(panel, volume=np.full(panel.shape, np.nan))
    spec = spec_of({"costs": {"volume_impact": 0.1}}, panel)
    for engine in (simulate, simulate_plainly):
        with pytest.raises(ak.AureliusError, match="need bars with volume"):
            engine(spec, blind, Chance(1).signals(panel, weights=True))
