"""Parameters in columns: their types, their ranges, and a family's own rules, asked once for all rows."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
import pytest
from pydantic import model_validator

from aurelius_kernel.errors import ImpossibleRequest, InvalidField, UnknownName
from aurelius_kernel.research.sweep.grid import Space
from aurelius_kernel.research.sweep.parameters import Parameters
from aurelius_kernel.strategies import Parameter, SingleInstrumentStrategy, Strategy, TrendFollowing


def columns_of(parameters: Parameters, grid: dict) -> dict[str, np.ndarray]:
    space = Space(dimensions=[parameters.axis(name, values) for name, values in grid.items()])
    return space.columns(np.arange(space.size))


class Ruled(SingleInstrumentStrategy):
    """A family whose rule does everything that a rule may do."""

    type: ClassVar[str] = "ruled"
    summary: ClassVar[str] = "For this test."
    a: Annotated[int, Parameter(ge=0, le=100, description="A.")] = 1
    b: Annotated[float, Parameter(ge=-10.0, le=10.0, description="B.")] = 1.0
    kind: Annotated[str, Parameter(description="C.")] = "x"
    on: Annotated[bool, Parameter(description="D.")] = False

    @model_validator(mode="after")
    def _rule(self):
        if self.kind == "x" and not self.on:
            if self.a > 5 > self.b:
                raise ValueError(f"a ({self.a}) and b ({self.b:.3g}) are apart by {self.a - self.b}")
        elif max(self.a, 3) * 2 > 12 - self.b or self.kind in ("y", "z"):
            raise ValueError(f"kind {{{self.kind}}} needs less than {2 * self.a}")
        return self

    @model_validator(mode="after")
    def _second(self):
        if self.a == 4:
            raise ValueError("a must not be 4")
        return self

    @property
    def warm_up(self):
        return self.a

    def decide_one(self, bars):
        return {}


class Odd(Ruled):
    """A rule that columns cannot answer."""

    type: ClassVar[str] = "odd"

    @model_validator(mode="after")
    def _third(self):
        if {0: "never", 1: "fine"}.get(int(self.a)) == "never":
            raise ValueError("a must not be 0")
        return self


class Sly(Ruled):
    """A rule that means something else for columns than for values."""

    type: ClassVar[str] = "sly"

    @model_validator(mode="after")
    def _third(self):
        if not isinstance(self.a, int):
            raise ValueError("a must be a whole number")  # noqa: TRY004  the kind of error that a rule raises
        return self


GRIDS = [
    (TrendFollowing, {"fast": range(2, 30), "slow": range(3, 40, 2)}),
    (Strategy.families["mean_reversion"], {"num_std": np.linspace(0.5, 3.0, 11), "exit_z": [0, 0.5, 1, 2]}),
    (Strategy.families["pairs_trading"], {"entry_z": [1.0, 2.0], "exit_z": [0.0, 1.5, 3.5], "stop_z": [2.5, 4.0]}),
    (
        Strategy.families["volatility_trading"],
        {"window": [10, 300], "regime_window": [20, 252], "estimator": ["ewma", "parkinson"]},
    ),
    (Ruled, {"a": [0, 1, 3, 4, 6, 8], "b": [-3, 0.0, 5.0, 6], "kind": ["x", "y", "w"], "on": [False, True]}),
    (Odd, {"a": [0, 1, 3, 4, 6, 8], "b": [-3, 0.0, 5.0, 6], "kind": ["x", "y", "w"]}),
    (Sly, {"a": [0, 1, 3, 4, 6, 8], "b": [-3, 0.0, 5.0, 6]}),
]


@pytest.mark.parametrize(("family", "grid"), GRIDS, ids=lambda given: getattr(given, "type", ""))
def test_a_familys_rule_says_of_columns_what_it_says_of_each_set(family, grid):
    parameters = Parameters.of(family, None, grid)
    columns = columns_of(parameters, grid)

    def said(row: int) -> str | None:
        try:
            family.of({name: column[row].item() for name, column in columns.items()})
        except InvalidField as error:
            return error.message
        return None

    refusals = parameters.refusals(columns)

    rows = len(next(iter(columns.values())))
    assert [said(row) for row in range(rows)] == [refusals.get(row) for row in range(rows)]


def test_a_rule_of_two_conditions_is_run_a_few_times_for_ten_thousand_sets(monkeypatch):
    calls = []
    rule = TrendFollowing.__pydantic_decorators__.model_validators["_fast_below_slow"]
    plain = rule.func
    monkeypatch.setattr(rule, "func", lambda self: calls.append(1) or plain(self))
    parameters = Parameters.of("trend_following", None, ["fast", "slow"])

    columns = columns_of(parameters, {"fast": range(5, 105), "slow": range(10, 110)})
    refusals = parameters.refusals(columns)

    assert (list(refusals), len(calls)) == (np.flatnonzero(columns["fast"] >= columns["slow"]).tolist(), 2)


def test_what_is_not_swept_is_given_or_the_familys_default():
    parameters = Parameters.of("trend_following", {"average": "ema"}, ["fast"])
    assert parameters.fixed == {"slow": 100, "average": "ema", "atr_window": 14, "atr_stop": 0.0}


def test_a_strategy_brings_its_own_parameters():
    assert Parameters.of(TrendFollowing(fast=7, slow=70), None, ["fast"]).fixed["slow"] == 70


@pytest.mark.parametrize(
    ("strategy", "fixed", "swept", "nearest"),
    [
        ("trend_folowing", {}, ["fast"], "trend_following"),
        ("trend_following", {"averge": "ema"}, ["fast"], "average"),
        ("trend_following", {}, ["fats"], "fast"),
        ("trend_following", {}, ["stop_los"], "stop_loss"),
        ("trend_following", {"stop_loss": 0.1}, ["fast"], "atr_stop"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(strategy, fixed, swept, nearest):
    with pytest.raises(UnknownName, match=nearest):
        Parameters.of(strategy, fixed, swept)


@pytest.mark.parametrize("strategy", [3, None, dict, {"type": "trend_following"}])
def test_what_is_no_strategy_is_refused(strategy):
    with pytest.raises(InvalidField, match="strategy"):
        Parameters.of(strategy, None, ["fast"])


@pytest.mark.parametrize("fixed", [{"slow": 2}, {"slow": "20"}, {"slow": 20.5}, {"slow": float("nan")}, {"average": "wma"}])
def test_a_fixed_value_that_the_family_does_not_take_is_an_error(fixed):
    with pytest.raises(InvalidField, match=next(iter(fixed))):
        Parameters.of("trend_following", fixed, ["fast"])


def test_a_parameter_is_fixed_or_swept_and_not_both():
    with pytest.raises(InvalidField, match="fast"):
        Parameters.of("trend_following", {"fast": 3}, ["fast"])


@pytest.mark.parametrize(
    ("name", "values", "dtype"),
    [
        ("fast", range(5, 10), np.int64),
        ("fast", np.arange(5, 10, dtype=np.int32), np.int64),
        ("fast", (7, 5), np.int64),
        ("atr_stop", [0, 1, 2.5], np.float64),
        ("atr_stop", range(3), np.float64),
        ("average", ["sma", "ema"], np.str_),
        ("stop_loss", [0.1, 0.2], np.float64),
    ],
)
def test_the_values_of_an_axis_have_the_parameters_type(name, values, dtype):
    axis = Parameters.of("trend_following", None, [name]).axis(name, values)
    assert np.issubdtype(axis.values.dtype, dtype)
    assert axis.values.tolist() == [value if value is None else type(axis.values[0].item())(value) for value in values]


def test_no_stop_is_a_value_of_a_stop():
    axis = Parameters.of("trend_following", None, ["stop_loss"]).axis("stop_loss", [0.1, None])
    np.testing.assert_array_equal(axis.values, [0.1, np.nan])


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("fast", "5:10"),
        ("fast", 5),
        ("fast", {5: 1}),
        ("fast", (n for n in range(3))),
        ("fast", [5, "6"]),
        ("fast", [5, 6.5]),
        ("fast", [5.0]),
        ("fast", [5, None]),
        ("fast", [True]),
        ("fast", [[5]]),
        ("fast", np.ones((2, 2))),
        ("fast", [10**30]),
        ("fast", [5, 6, 5]),
        ("atr_stop", [1.0, float("nan")]),
        ("atr_stop", [float("inf")]),
        ("atr_stop", [1, 1.0]),
        ("average", [3]),
    ],
    ids=lambda given: str(given).partition(" at 0x")[0],
)
def test_values_of_the_wrong_kind_are_an_error_that_names_the_axis(name, values):
    with pytest.raises((InvalidField, ImpossibleRequest), match=f"grid.{name}") as refused:
        Parameters.of("trend_following", None, [name]).axis(name, values)
    assert list(refused.value.fields) == [f"grid.{name}"]


def test_an_axis_without_values_is_an_error():
    with pytest.raises(ImpossibleRequest, match=r"grid\.fast holds no values"):
        Parameters.of("trend_following", None, ["fast"]).axis("fast", [])


def test_values_out_of_the_familys_range_are_kept_with_the_reason():
    axis = Parameters.of("trend_following", None, ["fast"]).axis("fast", [1, 2, 501])
    assert axis.values.tolist() == [1, 2, 501]
    assert axis.refused == {
        0: "fast must be greater than or equal to 2, not 1.",
        2: "fast must be less than or equal to 500, not 501.",
    }


@pytest.mark.parametrize(
    ("name", "ends", "whole"), [("fast", (5, 50), True), ("atr_stop", (0, 4), False), ("stop_loss", (0.01, 0.2), False)]
)
def test_an_interval_is_whole_where_the_parameter_is(name, ends, whole):
    interval = Parameters.of("trend_following", None, [name]).interval(name, ends)
    drawn = interval.drawn(np.random.default_rng(1), 1_000)
    assert (interval.whole, (drawn.dtype.kind == "i")) == (whole, whole)
    assert ends[0] <= drawn.min() < drawn.max() <= ends[1]


@pytest.mark.parametrize("ends", [(50, 5), (1, 50), (5, 5_000), ("a", 5), (5, None), (5.5, 9), (5, float("nan")), (True, 9)])
def test_an_interval_that_the_family_does_not_take_is_an_error(ends):
    with pytest.raises(InvalidField, match=r"ranges\.fast"):
        Parameters.of("trend_following", None, ["fast"]).interval("fast", ends)


def test_the_size_of_a_grid_is_known_without_making_it():
    parameters = Parameters.of("trend_following", None, ["fast", "slow", "atr_window", "atr_stop"])
    grid = {"fast": range(2, 400), "slow": range(3, 1_000), "atr_window": range(2, 200), "atr_stop": np.linspace(0, 50, 12_000)}
    space = Space(dimensions=[parameters.axis(name, values) for name, values in grid.items()])
    assert space.size == 398 * 997 * 198 * 12_000


def test_combination_numbers_count_like_a_clock():
    parameters = Parameters.of("trend_following", None, ["fast", "slow"])
    space = Space(dimensions=[parameters.axis("fast", [5, 6]), parameters.axis("slow", [10, 20, 30])])
    assert {name: column.tolist() for name, column in space.columns(np.array([0, 1, 2, 3, 5])).items()} == {
        "fast": [5, 5, 5, 6, 6],
        "slow": [10, 20, 30, 10, 30],
    }
