"""What a spreadsheet gets of a table that is shown."""

import csv
import io
from urllib.parse import unquote

import pytest

from aurelius_kernel.views.csv_link import csv_text
from aurelius_kernel.views.markup import Html, table


@pytest.mark.parametrize(
    ("shown", "kept"),
    [
        ("1,225", "1225"),
        ("−12.30%", "-12.30"),
        ("0.84", "0.84"),
        ("–", ""),
        ("2004-08-19", "2004-08-19"),
        ("12.5 bn", "12.5 bn"),
        ("a <b>", "a <b>"),
        (Html("<span class='pill good'>completed</span>"), "completed"),
        (Html("<a href='x'>R&amp;D</a>"), "R&D"),
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("two\nlines", "two lines"),
    ],
)
def test_a_cell_is_kept_as_a_spreadsheet_reads_it(shown, kept):
    assert list(csv.reader(io.StringIO(csv_text(["a"], [[shown]])))) == [["a"], [kept]]


def test_a_table_carries_its_csv_in_a_link_that_cannot_leave_its_quotes():
    made = table(["Name", "Bars"], [["it's <b>", "1,225"]], title="What's <there>")
    link = made.split("href='data:text/csv;charset=utf-8,")[1].split("'")[0]
    assert list(csv.reader(io.StringIO(unquote(link)))) == [["Name", "Bars"], ["it's <b>", "1225"]]
    assert "download='what-s-there.csv'" in made


def test_a_table_without_rows_has_nothing_to_save():
    assert "download=" not in table(["a"], [])


def test_the_column_of_buttons_is_no_data():
    assert csv_text(("Name", "Actions"), [("A run", Html("<button>Cancel</button>"))]) == "Name\nA run\n"
