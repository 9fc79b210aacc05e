"""The `where` expression: what it means, and everything that it refuses to be."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurelius_kernel.errors import InvalidField, UnknownName
from aurelius_kernel.research.sweep.where import wanted

FAST, SLOW = np.repeat(np.arange(1, 8), 7), np.tile(np.arange(1, 8), 7)
COLUMNS = {"fast": FAST, "slow": SLOW, "average": np.where(FAST > 3, "ema", "sma"), "both": FAST > SLOW}
FIXED = {"atr_stop": 2.0, "model": "logistic"}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("fast < slow", FAST < SLOW),
        ("2 * fast <= slow - 1", 2 * FAST <= SLOW - 1),
        ("fast < slow and not fast == 3 or slow == 1", (FAST < SLOW) & (FAST != 3) | (SLOW == 1)),
        ("1 < fast < slow != 6", (FAST > 1) & (FAST < SLOW) & (SLOW != 6)),
        ("slow % fast == 0", SLOW % FAST == 0),
        ("slow // fast >= 2", SLOW // FAST >= 2),
        ("slow / fast > 1.5", SLOW / FAST > 1.5),
        ("fast ** 2 < slow ** 1.5", FAST**2 < SLOW**1.5),
        ("-fast > -4", FAST < 4),
        ("fast < slow * atr_stop", FAST < SLOW * 2.0),
        ("both", FAST > SLOW),
        ("not both and fast > 2", (FAST <= SLOW) & (FAST > 2)),
        ("(((fast)) < (slow))", FAST < SLOW),
        ("atr_stop == 2", np.ones(49, dtype=bool)),
        ("fast / (slow - slow) > 0", np.ones(49, dtype=bool)),
        ("(slow - slow) / (slow - slow) > 0", np.zeros(49, dtype=bool)),
    ],
)
def test_an_expression_means_what_it_means_to_a_reader(text, meant):
    np.testing.assert_array_equal(wanted(text, COLUMNS, FIXED), meant)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "fast",
        "fast <",
        "fast < slow; fast",
        "fast = 3",
        "(fast := 3) < slow",
        "__import__('os').system('true')",
        "fast.real < 3",
        "fast.__class__ == 3",
        "fast[0] < 3",
        "[x for x in (1,)] == 3",
        "(lambda: 1)() < 2",
        "f'{fast}' == 3",
        "average == 'sma'",
        "fast < 'slow'",
        "fast < True",
        "fast < None",
        "fast < 1j",
        "fast in (1, 2)",
        "fast is slow",
        "fast & slow",
        "fast and slow",
        "fast << 3 < slow",
        "fast @ slow < 3",
        "~fast < 3",
        "fast if slow else 3",
        "fast ** slow < 3",
        "fast ** 999 < 3",
        "2 ** 2 ** 2 ** 2 < 3",
        "9**9**9**9 < fast",
        "fast < 1e400",
        "fast < " + "9" * 400,
        "fast < 1e300",
        "*fast < 3",
        "print(fast) < 3",
        "average < 3",
        "model < 3",
        "fast <\x00 3",
        "await fast < 3",
        "yield",
    ],
)
def test_whatever_is_not_a_comparison_of_numbers_is_refused(text):
    with pytest.raises(InvalidField, match=r"^where"):
        wanted(text, COLUMNS, FIXED)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 150 + "fast < slow" + ")" * 150,
        "not " * 60 + "fast < slow",
        "-" * 200 + "fast < slow",
        "fast" + " + 1" * 100 + " < slow",
        "fast < slow or " * 5_000 + "fast < slow",
        "(" * 100_000,
        "-" * 100_000 + "1 < 2",
    ],
    ids=["parentheses", "not", "minus", "sum", "or", "open", "long minus"],
)
def test_deep_and_long_expressions_are_refused_at_once(text):
    began = time.perf_counter()
    with pytest.raises(InvalidField):
        wanted(text, COLUMNS, FIXED)
    assert time.perf_counter() - began < 0.5


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(UnknownName, match="did you mean slow"):
        wanted("fast < slwo", COLUMNS, FIXED)


@given(st.text(max_size=40))
def test_any_text_either_means_something_or_is_refused_politely(text):
    try:
        kept = wanted(text, COLUMNS, FIXED)
    except (InvalidField, UnknownName):
        return
    assert (kept.dtype, kept.shape) == (np.bool_, (49,))


@pytest.mark.parametrize(
    "where",
    [
        lambda fast, slow: fast < slow,
        lambda fast, slow, atr_stop: fast < slow and atr_stop == 2.0,
        lambda slow, fast: bool(slow > fast),
        lambda **parameters: parameters["fast"] < parameters["slow"],
        lambda fast, slow, margin=0: fast + margin < slow,
    ],
    ids=["arrays", "one by one", "turned round", "all", "default"],
)
def test_a_function_may_say_which_are_wanted(where):
    np.testing.assert_array_equal(wanted(where, COLUMNS, FIXED), FAST < SLOW)


def test_a_function_of_text_is_asked_for_each_combination():
    kept = wanted(lambda average, fast: average == "sma" and fast > 1, COLUMNS, FIXED)
    np.testing.assert_array_equal(kept, (FAST > 1) & (FAST <= 3))


@pytest.mark.parametrize("where", [lambda fast: fast, lambda fast: f"yes {fast}", lambda: True, 3, ["fast < slow"]])
def test_a_function_that_answers_something_else_is_refused(where):
    with pytest.raises(InvalidField, match="where"):
        wanted(where, COLUMNS, FIXED)


def test_a_function_of_an_unknown_parameter_is_answered_with_the_nearest():
    with pytest.raises(UnknownName, match="did you mean fast"):
        wanted(lambda fsat: fsat > 1, COLUMNS, FIXED)


def test_no_constraint_keeps_everything():
    assert wanted(None, COLUMNS, FIXED).all()
