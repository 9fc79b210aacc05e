from __future__ import annotations

import math

import pytest

from aurelius_kernel.reporting.heat import heat
from aurelius_kernel.views.theme import PALETTE


def channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[start : start + 2], 16) for start in (1, 3, 5))


def test_gains_lean_to_the_accent_and_losses_to_the_colour_of_losses():
    gain, loss = (channels(colour) for colour in heat([0.1, -0.1]))
    assert gain[2] > gain[0]
    assert loss[0] > loss[2]


def test_the_larger_the_return_the_stronger_the_colour_up_to_a_limit():
    small, middle, large, *_, beyond = (sum(channels(colour)) for colour in heat([0.01, 0.05, *[0.10] * 40, 5.0]))
    assert 3 * 255 > small > middle > large == beyond


@pytest.mark.parametrize("value", [0.0, math.nan, math.inf])
def test_nothing_and_the_unknown_have_no_colour(value):
    assert heat([value, 0.1])[0] is None


def test_a_table_without_any_return_has_no_colour():
    assert heat([math.nan, 0.0]) == [None, None]


def test_text_on_the_strongest_cell_is_readable_by_wcag_aa():
    ink = relative_luminance(PALETTE["ink"])
    for colour in heat([1.0, -1.0]):
        assert (relative_luminance(colour) + 0.05) / (ink + 0.05) >= 4.5


def relative_luminance(colour: str) -> float:
    """The relative luminance of WCAG 2.2."""
    shares = [channel / 255 for channel in channels(colour)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
