"""Sixty-four bars at a time against one bar at a time."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from aurelius_kernel.engine.fused import words as compiled
from aurelius_kernel.engine.fused.words import WORD, as_words

begun = njit(compiled.begun.py_func)
first = njit(compiled.first.py_func)
sides = njit(compiled.sides.py_func)
unpack = njit(compiled.unpack.py_func)

words = st.integers(0, 2**WORD - 1).map(np.uint64)
bits = st.sampled_from([np.uint64(0), np.uint64(1)])


def bars(word: np.uint64) -> list[int]:
    return [bar for bar in range(WORD) if int(word) >> bar & 1]


@given(words, words, bits)
def test_a_side_is_kept_until_the_other_is_taken(up, down, before):
    up &= ~down
    expected, side = [], bool(before)
    for bar in range(WORD):
        side = True if bar in bars(up) else False if bar in bars(down) else side
        expected += [bar] if side else []

    assert bars(sides(up, down, before)) == expected


@given(words, bits)
def test_a_bit_has_begun_where_it_was_not_set_before(word, before):
    was_set = [bool(before), *[bar in bars(word) for bar in range(WORD - 1)]]

    assert bars(begun(word, before)) == [bar for bar in bars(word) if not was_set[bar]]


@given(words, st.integers(0, 3))
def test_unpacking_a_word_writes_its_bars_in_order(word, count):
    found = np.full(WORD + 5, -1, dtype=np.int32)

    total = unpack(word, 1_000, found, count)

    assert total == count + len(bars(word))
    assert found[count:total].tolist() == [1_000 + bar for bar in bars(word)]


def test_the_first_bars_of_a_word_are_its_low_bits():
    assert [bars(first(count)) for count in (0, 1, 3, 64, 100)] == [[], [0], [0, 1, 2], list(range(64)), list(range(64))]


def test_packed_signals_hold_bar_t_in_bit_t():
    signals = np.zeros((2, 130), dtype=np.bool_)
    signals[0, [0, 63, 64, 129]] = signals[1, 5] = True

    packed = as_words(signals)

    assert packed.shape == (2, 3)
    assert [bars(word) for word in packed.ravel()] == [[0, 63], [0], [1], [5], [], []]
