from __future__ import annotations

import pytest

from aurelius_kernel.reporting.printable import abridged, clipped, printable


@pytest.mark.parametrize(
    "text", ["SMA 10/30", "Zażółć gęślą jaźń", "株式 中文 한국어", "Ω σ² ≥ √", "שלום", "مرحبا", "Ж", "#$*_`<b>&"]
)
def test_what_the_fonts_can_draw_stays_as_it_is(text):
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("bell\x07", "bell<U+0007>"),
        ("two\nlines", "two<U+000A>lines"),
        ("tab\t", "tab<U+0009>"),
        ("\u202etxt.exe", "<U+202E>txt.exe"),
        ("zero\u200bwidth", "zero<U+200B>width"),
        ("line\u2028separator", "line<U+2028>separator"),
        ("lone \ud800", "lone <U+D800>"),
        ("🚀", "<U+1F680>"),
        ("ไทย", "<U+0E44><U+0E17><U+0E22>"),
    ],
)
def test_what_they_cannot_draw_is_written_as_its_code_point(text, shown):
    assert printable(text) == shown


def test_long_text_is_cut_with_an_ellipsis():
    assert clipped("abcdefgh", 5) == "abcd…"
    assert clipped("abcde", 5) == "abcde"


def test_a_long_name_keeps_both_its_ends():
    assert abridged("INSTRUMENT-WITH-A-LONG-NAME-07", 11) == "INSTR…ME-07"
    assert abridged("GOOG", 11) == "GOOG"


@pytest.mark.parametrize("length", range(2, 12))
def test_an_abridged_name_has_the_length_it_was_given(length):
    assert len(abridged("x" * 50, length)) == length
