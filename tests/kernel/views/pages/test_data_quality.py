"""The page on data: what it says of a catalogue, and of an empty one."""

import pandas as pd
import pytest

from aurelius_kernel.data import Catalogue, import_bars
from aurelius_kernel.views.pages import data_quality


@pytest.fixture
def catalogue(tmp_path, monkeypatch):
    """A catalogue with ten bars of ACME, one session missing."""
    monkeypatch.setenv("AURELIUS_HOME", str(tmp_path / "home"))
    days = pd.bdate_range("2024-01-02", "2024-01-12").drop(pd.Timestamp("2024-01-09"))
    rows = pd.DataFrame(
        {"time": days.strftime("%Y-%m-%d"), "open": 10.0, "high": 12.0, "low": 9.0, "close": [10, 11] * 4, "volume": 5}
    )
    rows.to_csv(tmp_path / "acme.csv", index=False)
    import_bars(tmp_path / "acme.csv", instrument="ACME", timezone="America/New_York", calendar="XNYS")
    return Catalogue()


def test_the_page_counts_series_bars_and_remarks(catalogue):
    found = data_quality.shelf(catalogue)
    said = data_quality.overview(found)
    assert "<span>Bars</span><b>8</b>" in said
    assert "<b>1 of 1</b>" in said
    assert "1 sessions of the calendar without a bar" in data_quality.remarks(found)


def test_the_page_shows_where_bars_come_from_by_hash(catalogue):
    found = data_quality.shelf(catalogue)
    assert found[0].entry.data_hash[:10] in data_quality.provenance(found)


def test_the_chart_points_out_the_odd_days_that_have_a_bar(catalogue):
    found = data_quality.shelf(catalogue)
    chart = data_quality.look_closer(found, catalogue).children[2].children[0]
    assert len(chart.marks) == 1


def test_an_empty_catalogue_says_how_bars_get_there(tmp_path):
    found = data_quality.shelf(Catalogue(tmp_path / "empty"))
    assert "aurelius data samples" in data_quality.overview(found)
    assert data_quality.remarks(found) == data_quality.provenance(found) == ""
    assert data_quality.look_closer(found).children == ()
