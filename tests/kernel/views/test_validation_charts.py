"""The figures of a walk-forward validation say what its numbers say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import same_color

import aurelius_kernel as ak
from aurelius_kernel.errors import ImpossibleRequest, UnknownName
from aurelius_kernel.views.theme import PALETTE


@pytest.fixture(scope="module")
def validated(tmp_path_factory):
    draw = np.random.default_rng(5)
    close = 60.0 * np.exp(np.cumsum(0.003 * np.sin(np.arange(420) / 14.0) + draw.normal(0.0, 0.006, 420)))
    index = pd.bdate_range("2015-01-01", periods=420, tz="UTC", unit="ns", name="time")
    bars = pd.DataFrame({"open": close, "high": close * 1.01, "low": close * 0.99, "close": close, "volume": 1e6}, index=index)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AURELIUS_HOME", str(tmp_path_factory.mktemp("home")))
        return ak.walk_forward(
            "trend_following",
            grid={"fast": [3, 5], "slow": [15, 30]},
            bars={"A": bars},
            train_days=100,
            test_days=50,
            embargo=5,
            keep=False,
        )


def test_every_window_has_a_bar_of_training_and_one_of_test(validated):
    _, rows = validated.plot("windows").axes
    assert len(rows.patches) == 2 * len(validated)


def test_each_test_is_drawn_in_the_colour_of_its_outcome(validated):
    chart = validated.plot("degradation")
    colours = chart.axes[0].collections[1].get_facecolors()
    for colour, sharpe in zip(colours, validated.windows["test_sharpe"], strict=True):
        wanted = "#a9c4de" if np.isnan(sharpe) else PALETTE["loss"] if sharpe < 0.0 else PALETTE["accent"]
        assert same_color(colour, wanted)


def test_the_bars_of_the_logits_hold_every_split_and_the_ochre_ones_the_overfitted_share(validated):
    bars = validated.plot("overfitting").axes[0].patches
    ochre = sum(bar.get_height() for bar in bars if same_color(bar.get_facecolor(), PALETTE["loss"]))
    assert sum(bar.get_height() for bar in bars) == 12_870
    assert ochre / 12_870 == pytest.approx(validated.overfitting.pbo, abs=0.02)


def test_the_fan_holds_what_the_account_really_became(validated):
    own = validated.plot("fan").axes[0].lines[1]
    assert own.get_ydata()[-1] == pytest.approx(1.0 + validated.metrics["total_return"], rel=1e-12)


def test_the_map_has_a_panel_a_parameter_and_a_dot_on_each_choice(validated):
    axes = validated.plot("parameters").axes
    levels = {"fast": [3, 5], "slow": [15, 30]}
    for panel, name in zip(axes, ("fast", "slow"), strict=True):
        assert panel.lines[0].get_ydata().tolist() == [levels[name].index(value) for value in validated.windows[name]]


def test_the_same_validation_gives_the_same_figure(validated):
    assert validated.plot("windows").svg() == validated.plot("windows").svg()


def test_an_unknown_figure_offers_the_known_ones(validated):
    with pytest.raises(UnknownName, match="did you mean parameters"):
        validated.plot("parameter")


def test_a_figure_without_numbers_says_why():
    close = np.linspace(10.0, 12.0, 60)
    index = pd.bdate_range("2015-01-01", periods=60, tz="UTC", unit="ns", name="time")
    bars = pd.DataFrame({"open": close, "high": close, "low": close, "close": close, "volume": 1e6}, index=index)
    found = ak.walk_forward(
        "trend_following", grid={"fast": [2], "slow": [4]}, bars={"A": bars}, train_days=10, test_days=5, embargo=0, keep=False
    )
    with pytest.raises(ImpossibleRequest, match="has nothing to show: overfitting: returns must have"):
        found.plot("overfitting")
