"""Colours of cells: what is gained and lost is told apart, and no number has no colour."""

import math

import pytest

from aurelius_kernel.views.heat_cell import heat_cell


def test_gains_and_losses_have_colours_of_their_own_and_the_same_depth():
    gain, loss = heat_cell("5%", 0.05, 0.1), heat_cell("−5%", -0.05, 0.1)
    assert "--line-1, #0f5c9e) 21%" in gain
    assert "--line-2, #b45a1c) 21%" in loss


def test_what_is_beyond_reach_is_as_deep_as_what_is_at_it():
    assert heat_cell("9", 9.0, 1.0) == heat_cell("9", 1.0, 1.0)


@pytest.mark.parametrize("value", [None, math.nan, math.inf])
def test_what_is_no_number_stays_plain(value):
    assert heat_cell("<", value, 1.0) == "&lt;"
