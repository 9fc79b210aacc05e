import pytest

GOOD = "date,open,high,low,close,volume\n2020-01-02,10,11,9,10.5,100\n2020-01-03,10.5,12,10,11,100\n"
HEAD = "date,open,high,low,close,volume\n"


@pytest.fixture
def file(tmp_path):
    def write(text):
        (tmp_path / "bars.csv").write_text(text)
        return tmp_path / "bars.csv"

    return write


def test_an_empty_catalogue_says_how_to_fill_it(aurelius, empty_home):
    assert "`aurelius data samples`" in aurelius("data", "list").out
    assert aurelius("data", "list", "--json").document == []


def test_the_samples_are_listed_with_what_they_cover(aurelius, at_home):
    listed = {(row["instrument"], row["source"]): row for row in aurelius("data", "list", "--json").document}
    assert listed["GOOG", "bokeh"]["rows"] == 2148
    assert "Quandl WIKI" in listed["GOOG", "bokeh"]["provider"]


def test_samples_that_are_there_are_left_alone(aurelius, at_home, tree):
    before = tree(at_home / "catalogue")
    assert aurelius("data", "samples", "--json").document == {"written": []}
    assert tree(at_home / "catalogue") == before


def test_a_file_is_imported_and_listed(aurelius, empty_home, file):
    taken = aurelius("data", "import", file(GOOD), "--instrument", "ACME", "--adjustment", "raw", "--json").document
    assert (taken["rows_taken"], taken["rows_refused"], taken["provenance"]["adjustment"]) == (2, 0, "raw")
    assert [row["instrument"] for row in aurelius("data", "list", "--json").document] == ["ACME"]


def test_impossible_rows_can_be_left_out_and_are_told(aurelius, empty_home, file):
    taken = aurelius("data", "import", file(f"{GOOD}2020-01-06,10,9,11,10,1\n"), "--instrument", "ACME", "--on-error", "skip")
    assert (taken.code, "high 9 is below low 11" in taken.out) == (0, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{GOOD}2020-01-03,10,12,10,11,1\n", "2020-01-03"),
        (f"{GOOD}2020-01-06,10,9,11,10,1\n", "high 9 is below low 11"),
        (f"{GOOD}2020-01-06,10,11,9,abc,1\n", "'abc', not a number"),
        (f"{HEAD}2020-01-02 16:00,10,11,9,10,1\n", "zone"),
        (HEAD, "no rows"),
        ("", "bars.csv"),
    ],
)
def test_a_file_that_breaks_the_rules_is_one_sentence_and_exit_2_and_nothing_is_taken(aurelius, empty_home, file, tree, text, said):
    refused = aurelius("data", "import", file(text), "--instrument", "ACME")
    assert (refused.code, refused.out, refused.err.count("\n")) == (2, "", 1)
    assert said in refused.err
    assert tree(empty_home) == {}


def test_a_file_that_is_not_there_is_asked_wrongly(aurelius, empty_home):
    assert aurelius("data", "import", "missing.csv", "--instrument", "ACME").code == 2


def test_the_check_reports_what_is_odd(aurelius, at_home):
    found = aurelius("data", "check", "GOOG", "--json").document
    assert [(finding["kind"], finding["times"][0][:10]) for finding in found[0]["findings"]] == [("large_move", "2008-04-18")]


def test_the_check_of_an_unknown_instrument_offers_the_nearest(aurelius, at_home):
    refused = aurelius("data", "check", "GOOF")
    assert (refused.code, refused.err.splitlines()[-1]) == (2, "Error: Unknown instrument 'GOOF': did you mean GOOG?")
