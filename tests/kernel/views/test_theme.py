from __future__ import annotations

import matplotlib
import pytest

from aurelius_kernel.assets import asset
from aurelius_kernel.views.theme import FONTS, PALETTE, Chart


def luminance(colour: str) -> float:
    """The relative luminance of WCAG 2.2."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", ["ink", "muted", "accent"])
def test_text_is_readable_on_white_by_wcag_aa(name):
    assert contrast(PALETTE[name], "#ffffff") >= 4.5


def test_strategy_and_buy_and_hold_are_apart_in_grey_print():
    assert contrast(PALETTE["accent"], PALETTE["benchmark"]) >= 2.5


def test_every_font_is_there_with_its_licence():
    folder = asset("reports/fonts")
    assert all((folder / name).is_file() for name in FONTS)
    assert len(list(folder.glob("LICENSE-*.txt"))) == len(FONTS)


def test_drawing_leaves_the_settings_of_matplotlib_alone():
    before = dict(matplotlib.rcParams)
    chart = Chart(80, 40)
    chart.panel(5, 5, 5, 5, "Title").plot([1, 2], [3, 4])
    chart.svg()
    changed = [name for name, value in matplotlib.rcParams.items() if value != before[name]]
    assert changed == []


def test_the_same_chart_has_the_same_bytes():
    first, second = drawn(), drawn()
    assert first == second


def drawn() -> str:
    chart = Chart(80, 40)
    chart.panel(5, 5, 5, 5, "Title").fill_between([1, 2], [3, 4], color=PALETTE["accent"])
    return chart.svg()
