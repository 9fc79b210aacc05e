"""What a page is made of: text is never markup."""

import pytest

from aurelius_kernel.views.markup import Html, card, empty, table, tiles

HOSTILE = "<script>alert('x')</script>"


@pytest.mark.parametrize(
    "piece",
    [
        tiles([(HOSTILE, HOSTILE, HOSTILE)]),
        table([HOSTILE], [[HOSTILE]], title=HOSTILE),
        card(HOSTILE, HOSTILE),
        empty(HOSTILE, HOSTILE),
    ],
)
def test_text_is_escaped_wherever_it_stands(piece):
    assert "<script>" not in piece
    assert "&lt;script&gt;" in piece


def test_markup_of_ours_stays_markup():
    assert "<b>bold</b>" in table(["a"], [[Html("<b>bold</b>")]])


def test_numbers_stand_flush_right():
    assert "<td class='num'>1,225</td><td class=''>GOOG</td>" in table(["Bars", "Series"], [["1,225", "GOOG"]], numeric=["Bars"])


def test_a_notebook_shows_a_piece_as_markup():
    assert tiles([("Bars", "3", "")])._repr_html_().startswith("<div class='tiles'>")


def test_a_row_of_another_length_is_refused():
    with pytest.raises(ValueError, match="zip"):
        table(["a", "b"], [["only one"]])
