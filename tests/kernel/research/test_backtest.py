"""`ak.backtest`: identity, replay, storage, look-ahead, and what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from backtesting.test import GOOG

import aurelius_kernel as ak
from aurelius_kernel.artifacts import Store, load_result
from aurelius_kernel.model import BacktestResult

CROSS = {"fast": 10, "slow": 30}


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("AURELIUS_HOME", str(tmp_path))
    return tmp_path


def goog(**settings) -> BacktestResult:
    return ak.backtest(ak.Strategy.create("trend_following", **CROSS), bars={"GOOG": GOOG}, **settings)


def test_the_same_question_gives_the_same_bytes():
    assert goog().canonical_bytes == goog().canonical_bytes


def test_replay_in_another_process_is_bit_identical():
    script = (
        "import aurelius_kernel as ak\n"
        "from backtesting.test import GOOG\n"
        f"print(ak.backtest(ak.Strategy.create('trend_following', **{CROSS}), bars={{'GOOG': GOOG}}).hash)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=300, check=True)
    assert done.stdout.strip() == goog().hash


@pytest.mark.parametrize(
    "change",
    [
        {"capital": 1.0},
        {"costs": ak.Costs.zero()},
        {"start": "2005-01-01"},
        {"execution": "close"},
        {"seed": 1},
        {"stop_loss": 0.1},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_part_of_the_question_is_in_the_identity(change):
    assert goog(**change).identity.key != goog().identity.key


def test_one_changed_price_is_another_data_hash():
    changed = GOOG.copy()
    changed.iloc[100, changed.columns.get_loc("Close")] += 0.01
    other = ak.backtest(ak.Strategy.create("trend_following", **CROSS), bars={"GOOG": changed})
    assert other.identity.data_hash != goog().identity.data_hash


def test_the_result_is_stored_under_its_hash_and_reads_back_the_same():
    result = goog()
    assert load_result(Store(), result.hash).canonical_bytes == result.canonical_bytes


def test_when_the_bars_were_fetched_is_kept_but_changes_no_hash(tmp_path, monkeypatch):
    results = []
    for place, day in (("here", 1), ("there", 2)):
        monkeypatch.setenv("AURELIUS_HOME", str(tmp_path / place))
        monkeypatch.setattr("aurelius_kernel.data.importing.utc_now", lambda day=day: datetime(2026, 1, day, tzinfo=UTC))
        ak.import_bars(GOOG, instrument="GOOG", calendar="XNYS")
        result = ak.backtest("trend_following", instruments=["GOOG"])
        results.append((result.hash, load_result(Store(), result.hash).provenance["GOOG"].retrieved_at[:10]))
    assert [hash_ for hash_, _ in results] == [results[0][0]] * 2
    assert [day for _, day in results] == ["2026-01-01", "2026-01-02"]


def test_nothing_is_stored_when_the_caller_does_not_want_it_but_that_it_was_tried(home):
    goog(keep=False)
    assert [path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()] == [
        "store/trials/local/trend_following.jsonl"
    ]


def test_the_document_is_valid_json_without_not_a_number():
    text = goog(stop_loss=0.05).canonical_bytes.decode()
    assert "NaN" not in text
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} in the document"))


@pytest.mark.parametrize("cut", np.random.default_rng(7).integers(150, len(GOOG) - 1, 20).tolist())
def test_cutting_the_future_off_changes_no_earlier_signal(cut):
    strategy = ak.Strategy.create("trend_following", **CROSS, atr_stop=3.0)
    bars = GOOG.rename(columns=str.lower).tz_localize("UTC")
    whole, part = strategy.signals(bars), strategy.signals(bars.iloc[:cut])
    for name, array in part.arrays().items():
        np.testing.assert_array_equal(array, whole.arrays()[name][:cut], err_msg=name)


def test_the_strategy_never_sees_a_bar_outside_the_dates():
    seen = {}

    class Watcher(ak.SingleInstrumentStrategy):
        """Remembers what it was shown."""

        type = "watcher"
        summary = "Does nothing."

        @property
        def warm_up(self):
            return 0

        def decide_one(self, bars):
            seen["first"], seen["last"] = bars.index[0], bars.index[-1]
            return {"entries": np.zeros(len(bars), dtype=bool)}

    ak.backtest(Watcher(), bars={"GOOG": GOOG}, start="2008-01-01", end="2009-12-31")
    assert (seen["first"], seen["last"]) == (pd.Timestamp("2008-01-02", tz="UTC"), pd.Timestamp("2009-12-31", tz="UTC"))


def test_a_changed_rule_of_a_users_own_is_another_spec():
    def family(threshold):
        namespace: dict = {"ak": ak, "np": np}
        source = (
            "class Own(ak.SingleInstrumentStrategy):\n"
            "    type = 'own'\n    summary = 'Own.'\n"
            "    @property\n    def warm_up(self): return 0\n"
            f"    def decide_one(self, bars): return {{'entries': bars['close'].to_numpy() > {threshold}}}\n"
        )
        exec(compile(source, "<typed>", "exec"), namespace)  # noqa: S102  # as a notebook does
        namespace["Own"].__module__ = "__main__"
        return namespace["Own"]()

    assert family(100).spec().hash != family(200).spec().hash


def test_progress_runs_from_nothing_to_done():
    told = []
    goog(progress=lambda fraction, stage: told.append((fraction, stage)))
    assert (told[0][0], told[-1]) == (0.0, (1.0, "done"))
    assert [fraction for fraction, _ in told] == sorted(fraction for fraction, _ in told)


@pytest.mark.parametrize(
    ("settings", "field", "sentence"),
    [
        ({"instruments": ["GOGG"]}, "instrument", "did you mean GOOG"),
        ({"start": "2010-01-01", "end": "2009-01-01"}, "start", "the start comes first"),
        ({"start": ""}, "start", "must be a date such as"),
        ({"start": "2013-02-20"}, "start_date", "are missing"),
        ({"start": "2030-01-01"}, "start", "No bars of GOOG"),
        ({"capital": 0.0}, "capital", "greater than 0"),
        ({"capital": -5.0}, "capital", "greater than 0"),
        ({"capital": float("nan")}, "capital", "finite"),
        ({"capital": float("inf")}, "capital", "finite"),
        ({"execution": "now"}, "execution", "'next_open' or 'close'"),
        ({"costs": {"commission_bps": -1.0}}, "costs.commission_bps", "greater than or equal to 0"),
        ({"costs": {"comission_bps": 1.0}}, "costs.comission_bps", "not permitted"),
        ({"stop_loss": 1.5}, "stop_loss", "less than 1"),
        ({"seed": -1}, "seed", "greater than or equal to 0"),
        ({"sizing": {"kind": "all_in"}}, "sizing", "must have as its 'kind' one of"),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else "",
)
def test_bad_input_is_one_sentence_that_names_the_field_and_stores_nothing(home, settings, field, sentence):
    with pytest.raises(ak.AureliusError, match=sentence) as caught:
        goog(**settings)
    assert field in caught.value.fields
    assert "\n" not in str(caught.value)
    assert list(home.rglob("*")) == []


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"fast": 30, "slow": 10}, r"fast \(30\) must be less than slow \(10\)"),
        ({"fast": 1}, "fast must be greater than or equal to 2"),
        ({"fast": 2.5}, "fast must be a valid integer"),
        ({"fats": 10}, "did you mean fast"),
    ],
)
def test_a_parameter_that_is_not_the_familys_is_named(parameters, sentence):
    with pytest.raises(ak.AureliusError, match=sentence):
        ak.Strategy.create("trend_following", **parameters)


def test_an_unknown_family_is_answered_with_the_nearest():
    with pytest.raises(ak.AureliusError, match="did you mean trend_following"):
        ak.backtest("trend_folowing", bars={"GOOG": GOOG})
