"""From a goal to candidates, on markets that are drawn: what is read, what is measured, and what is not looked at."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest

import aurelius_kernel as ak
from aurelius_kernel.artifacts import Store, verify
from aurelius_kernel.errors import ImpossibleRequest, InvalidField, NotEnoughBars, RunCancelled, UnknownName
from aurelius_kernel.generation import PRESETS
from aurelius_kernel.metrics.deflated_sharpe import deflated_sharpe_ratio

BARS = 700


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("AURELIUS_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="module")
def market() -> dict[str, pd.DataFrame]:
    draw = np.random.default_rng(5)
    index = pd.bdate_range("2015-01-01", periods=BARS, tz="UTC", unit="ns", name="time")
    frames = {}
    for name in "AB":
        close = 50.0 * np.exp(np.cumsum(draw.normal(0.0006, 0.012, BARS)))
        opens = close * np.exp(draw.normal(0.0, 0.003, BARS))
        high, low = np.maximum(opens, close) * 1.004, np.minimum(opens, close) * 0.996
        frames[name] = pd.DataFrame({"open": opens, "high": high, "low": low, "close": close, "volume": 1e6}, index=index)
    return frames


@pytest.fixture(scope="module")
def one(market) -> dict[str, pd.DataFrame]:
    return {"A": market["A"]}


def generate(goal: str, bars: dict[str, pd.DataFrame], **asked) -> ak.Generation:
    return ak.generate(goal, bars=bars, **{"tries": 24, **asked})


def told(found: ak.Generation) -> list[tuple]:
    return [(one.spec.strategy, one.metrics, one.confidence, one.broken) for one in found]


def test_momentum_ranks_momentum_first(one):
    found = generate("momentum", one)
    families = [candidate.family for candidate in found]
    assert families[0] == "ts_momentum"
    assert "mean_reversion" not in families


def test_the_same_goal_and_seed_give_the_same_candidates(one):
    assert generate("breakout", one).hash == generate("breakout", one).hash


def test_another_seed_draws_other_candidates(one):
    first, second = ({json.dumps(row["parameters"]) for row in generate("breakout", one, seed=seed).tried} for seed in (1, 2))
    assert first != second


def test_a_row_is_what_a_backtest_of_it_alone_gives(one):
    found = generate("trend following", one)
    alone = found.result(1)
    for name, value in found[0].metrics.items():
        assert alone.metrics[name] == (None if value is None else pytest.approx(value, rel=1e-9)), name


def test_the_confidence_deflates_by_every_candidate_tried(one):
    found = generate("trend following or breakout", one)
    bars, best = found.spec.stretch.seen_bars, found[0]
    sharpes = np.array([row["metrics"]["sharpe_ratio"] for row in found.tried], dtype=float) / math.sqrt(252)
    assert {row["family"] for row in found.tried} == {"trend_following", "breakout"}
    expected = deflated_sharpe_ratio(
        best.metrics["sharpe_ratio"] / math.sqrt(252),
        bars,
        found.trials,
        float(np.nanvar(sharpes, ddof=1)),
        best.metrics["skew"],
        best.metrics["kurtosis"],
    )
    assert best.confidence == pytest.approx(expected, abs=1e-3)


def test_what_was_tried_is_in_the_ledger(one):
    found = generate("breakout", one)
    data_hash = found.result(1, keep=False).identity.data_hash
    assert (ak.trials("breakout", data_hash), found.trials, found.trials_ever) == (24, 24, 24)


def test_the_last_part_is_not_looked_at(one):
    whole = generate("breakout", one)
    until = pd.Timestamp(whole.spec.stretch.seen_until, tz="UTC") + pd.Timedelta(days=1)
    changed = one["A"].copy()
    changed.loc[until:, ["open", "high", "low", "close"]] *= 3.0
    assert (whole.spec.stretch.seen_bars, whole.spec.stretch.unseen_bars) == (490, 210)
    assert generate("breakout", {"A": changed}).hash == whole.hash
    cut = generate("breakout", {"A": one["A"].loc[one["A"].index < until]}, unseen=0.0)
    assert (told(cut), cut.sweeps, cut.identity.data_hash) == (told(whole), whole.sweeps, whole.identity.data_hash)


def test_a_change_in_the_seen_part_changes_the_answer(one):
    changed = one["A"].copy()
    changed.iloc[400:410] *= 1.1
    assert generate("breakout", {"A": changed}).sweeps != generate("breakout", one).sweeps


def test_a_candidate_that_breaks_a_limit_is_marked(one):
    found = generate("breakout, drawdown < 0.1%", one)
    assert not any(candidate.keeps_limits for candidate in found)
    assert found[0].broken[0].startswith("wanted is maximum drawdown at most 0.1%, and it is")
    assert "no candidate keeps every limit of the goal" in found.notes
    with pytest.raises(ImpossibleRequest, match="is met by none of 24 candidates"):
        found.best  # noqa: B018  reading it raises


def test_candidates_that_are_not_marked_keep_the_limits(one):
    found = generate("trend or breakout, drawdown < 15%, at least 4 trades", one, count=20)
    kept = [candidate.metrics for candidate in found if candidate.keeps_limits]
    assert kept
    assert all(metrics["max_drawdown"] >= -0.15 and metrics["total_trades"] >= 4 for metrics in kept)


@pytest.mark.parametrize("risk", ["conservative", "moderate", "aggressive"])
def test_the_taste_for_risk_is_in_every_candidate(one, risk):
    lookback, vol_target, max_position = PRESETS[risk]
    found = generate("momentum", one, risk=risk)
    parameters = [row["parameters"] for row in found.tried if row["family"] == "ts_momentum"]
    assert {(each["vol_target"], each["max_position"]) for each in parameters} == {(vol_target, max_position)}
    assert {each["lookback"] % lookback for each in parameters} == {0}
    assert found.spec.base.sizing.fraction == max_position


def test_long_only_holds_for_every_candidate(one):
    found = generate("momentum, long only", one)
    assert {candidate.spec.direction for candidate in found} == {"long"}
    assert (found.result(1, keep=False).position_values >= 0).all()


def test_a_family_that_cannot_trade_so_many_instruments_is_told(one):
    found = generate("pairs or breakout", one)
    assert {row["family"] for row in found.tried} == {"breakout"}
    assert "pairs_trading is left out: instruments must be exactly 2 for pairs_trading, not 1." in found.notes


def test_a_goal_that_no_family_can_serve_is_refused(one):
    with pytest.raises(ImpossibleRequest, match="exactly 2 for pairs_trading"):
        generate("pairs", one)


def test_the_instruments_given_come_before_those_of_the_goal(market):
    found = generate("momentum on A", market, instruments=["B"])
    assert (found.spec.instruments, found.notes[0]) == (("B",), "A of the goal is not among the instruments given")


def test_instruments_are_measured_on_the_days_they_have_in_common(market):
    found = generate("breakout", {"A": market["A"], "B": market["B"].iloc[200:]})
    assert found.spec.stretch.start == market["B"].index[200].date()


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        ({"risk": "reckless"}, UnknownName, "risk"),
        ({"count": 0}, InvalidField, "count"),
        ({"count": 21}, InvalidField, "count"),
        ({"tries": 0}, InvalidField, "tries"),
        ({"unseen": 1.0}, InvalidField, "unseen must be between 0 and 0.9"),
        ({"unseen": float("nan")}, InvalidField, "unseen"),
        ({"instruments": ["C"]}, UnknownName, "Unknown instrument 'C'"),
        ({"start": "2030-01-01"}, ImpossibleRequest, "no day in common"),
        ({"end": "2015-02-01"}, NotEnoughBars, "needs 60 bars"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(one, asked, error, said):
    with pytest.raises(error, match=said):
        generate("breakout", one, **asked)
    assert not list(Store().hashes())


def test_a_generation_is_stored_with_what_it_came_from_and_comes_back(one, home):
    found = generate("breakout", one)
    again = ak.Generation.load(found.hash)
    assert (again.hash, told(again)) == (found.hash, told(found))
    assert {parent.role for parent in Store().record(found.hash).parents} == {"spec", "sweep"}
    assert list(verify(Store())) == []


def test_progress_goes_from_nothing_to_done_and_a_cancel_stops_it(one):
    heard: list[tuple[float, str]] = []
    generate("trend", one, progress=lambda at, stage: heard.append((at, stage)))
    fractions = [at for at, _ in heard]
    assert (fractions[0], fractions[-1], fractions) == (0.0, 1.0, sorted(fractions))
    with pytest.raises(RunCancelled):
        generate("trend", one, cancel=lambda: True)


class Fixed:
    name = "a list of mine"

    def __init__(self, *proposals) -> None:
        self.proposals = proposals

    def propose(self, brief):
        return list(self.proposals)


def test_what_a_proposer_offers_is_measured_and_counted_like_any_other(one):
    offered = {"family": "breakout", "parameters": {"lookback": 33}, "why": "because"}
    found = generate("breakout", one, proposer=Fixed(offered, {"family": "nonsense"}), count=20)
    proposed = [row for row in found.tried if row["why"]]
    assert (found.trials, len(proposed), proposed[0]["parameters"]["lookback"]) == (25, 1, 33)
    assert proposed[0]["metrics"]["sharpe_ratio"] is not None
    assert "proposal 2 is left out: 'nonsense' is no family that was offered" in found.notes
    assert found.spec.proposer == "a list of mine"


def test_a_proposer_that_fails_is_told_and_the_rest_goes_on(one, monkeypatch):
    monkeypatch.setenv("AURELIUS_PROPOSER_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("AURELIUS_PROPOSER_MODEL", "m")
    found = generate("breakout", one)
    assert found.trials == 24
    assert any("could not be asked" in note for note in found.notes)
    assert not any("could not be asked" in note for note in generate("breakout", one, proposer=False).notes)
