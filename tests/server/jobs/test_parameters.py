import ast
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from papermill.translators import PythonTranslator

from aurelius_kernel.assets import asset
from aurelius_kernel.errors import InvalidField, InvalidInput, NotFound, UnknownName
from server_ext.jobs.parameters import REQUIRED, checked_parameters, declared_parameters

TYPED = """
name: str
fast: int = 20  # bars of the fast average
capital: float = 100_000.0
whole: bool = False
end: str | None = None
names: list[str] = ["GOOG"]
costs: dict[str, float | None] = {}
anything = [1]
"""


@pytest.fixture
def declared(notebook):
    return declared_parameters(notebook(parameters=TYPED))


def problems(declared, **given):
    with pytest.raises(InvalidField) as refused:
        checked_parameters(declared, {"name": "x", **given})
    return refused.value.fields


def test_the_tagged_cell_tells_names_types_defaults_and_descriptions(declared):
    assert list(declared) == ["name", "fast", "capital", "whole", "end", "names", "costs", "anything"]
    fast = declared["fast"]
    assert (fast.annotation, fast.default, fast.description, fast.required) == ("int", 20, "bars of the fast average", False)
    assert (declared["name"].default, declared["name"].required) == (REQUIRED, True)
    assert (declared["names"].default, declared["end"].default) == (["GOOG"], None)


def test_the_backtest_notebook_declares_what_it_takes():
    declared = declared_parameters(asset("notebooks/backtest.ipynb"))
    assert checked_parameters(declared, {"parameters": {"fast": 10, "average": "ema"}, "start": None, "capital": 5}) == {
        "parameters": {"fast": 10, "average": "ema"},
        "start": None,
        "capital": 5,
    }


def test_values_that_fit_come_back_as_plain_json(declared):
    given = {"name": "x", "fast": 5, "capital": 7, "end": datetime.date(2020, 1, 2), "names": ("A", "B"), "costs": {"a": None}}
    assert checked_parameters(declared, given) == {**given, "end": "2020-01-02", "names": ["A", "B"]}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"fast": "5"}, "must be a whole number, not '5'"),
        ({"fast": 5.0}, "must be a whole number, not 5.0"),
        ({"fast": True}, "must be a whole number, not True"),
        ({"fast": None}, "must be a whole number, not None"),
        ({"capital": "much"}, "must be a number, not 'much'"),
        ({"capital": float("nan")}, "must be finite, not nan"),
        ({"capital": float("inf")}, "must be finite, not inf"),
        ({"whole": 1}, "must be true or false, not 1"),
        ({"end": 5}, "must be text or null, not 5"),
        ({"names": "GOOG"}, "must be a list, not 'GOOG'"),
        ({"costs": {"a": "b"}}, "must be an object of names and values, not {'a': 'b'}"),
        ({"anything": object}, "must be a plain JSON value, not <class 'object'>"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_name(declared, wrong, said):
    assert problems(declared, **wrong) == dict.fromkeys(wrong, said)


def test_what_is_wrong_inside_a_value_is_named_by_its_path(declared):
    assert problems(declared, anything=[{"deep": [1, float("nan")]}]) == {"anything.0.deep.1": "must be finite, not nan"}


def test_every_bad_field_is_named_at_once(declared):
    assert sorted(problems(declared, fast="a", capital="b")) == ["capital", "fast"]


def test_a_value_that_must_be_given_is_missed(declared):
    with pytest.raises(InvalidField, match="name is required"):
        checked_parameters(declared, {})


def test_nesting_without_end_is_refused(declared):
    deep = []
    for _ in range(10_000):
        deep = [deep]
    assert problems(declared, anything=deep) == {"anything": "must not be nested more than 20 deep"}


@pytest.mark.parametrize(
    "name", ["x=1; import os; os.abort() #", "fast ", "fast\n", "fast=5", "__import__('os')", "", "fast;print(1)", "fаst"]
)
def test_a_name_that_carries_code_or_is_not_declared_is_refused(declared, name):
    with pytest.raises(UnknownName):
        checked_parameters(declared, {"name": "x", name: 1})


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_a_checked_value_is_written_into_the_notebook_as_itself_and_nothing_else(value):
    declared = declared_parameters(asset("notebooks/backtest.ipynb"))
    anything = {"value": type(declared["seed"])(name="value", annotation="any", type=object)}
    try:
        checked = checked_parameters(anything, {"value": value})
    except InvalidInput:
        return
    written = ast.parse(PythonTranslator.codify(checked)).body
    assert len(written) == 1
    assert ast.literal_eval(written[0].value) == checked["value"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("fast: int = ", "not Python"),
        ("fast: Path = 1", "declared as Path"),
        ("fast: int = compute()", "not a plain value"),
    ],
)
def test_a_parameters_cell_that_cannot_be_read_is_refused(notebook, source, said):
    with pytest.raises(InvalidField, match=said):
        declared_parameters(notebook(parameters=source))


def test_reading_the_parameters_runs_nothing(notebook, tmp_path):
    declared_parameters(notebook(parameters=f"open({str(tmp_path / 'ran')!r}, 'w')\nfast: int = 1"))
    assert not (tmp_path / "ran").exists()


def test_what_is_no_notebook_is_refused(tmp_path):
    with pytest.raises(NotFound, match="no notebook"):
        declared_parameters(tmp_path / "missing.ipynb")
    (tmp_path / "text.ipynb").write_text("hello")
    with pytest.raises(InvalidField, match="is not a notebook"):
        declared_parameters(tmp_path / "text.ipynb")
    (tmp_path / "untagged.ipynb").write_text('{"cells": []}')
    with pytest.raises(InvalidField, match="no cell tagged parameters"):
        declared_parameters(tmp_path / "untagged.ipynb")
