import subprocess
import sys

import pandas as pd
import pytest

from aurelius_kernel import data
from aurelius_kernel.errors import ImpossibleRequest, InvalidField, NotFound, UnknownName
from aurelius_kernel.model import FidelityTier, Provenance


def put(catalogue, source, *, close_only=False, price=1.0):
    index = pd.DatetimeIndex(["2024-01-02T21:00Z", "2024-01-03T21:00Z"], name="time").as_unit("ns")
    columns = ["close"] if close_only else ["open", "high", "low", "close", "volume"]
    fidelity = FidelityTier.CLOSE_ONLY if close_only else FidelityTier.BAR
    bars = {"SP500": pd.DataFrame(price, index=index, columns=columns)}
    catalogue.put(source, "1d", bars, {"SP500": Provenance(provider=source, fidelity=fidelity)})


def served_by(source="default"):
    _, provenance = data.load(["SP500"], source=source)
    return provenance["SP500"].provider


def test_the_table_has_a_row_for_every_instrument_of_every_source(samples):
    table = data.instruments()
    assert list(table.columns[:7]) == ["instrument", "frequency", "rows", "first", "last", "provider", "data_hash"]
    assert table["source"].value_counts().to_dict() == {"skfolio": 26, "bokeh": 5, "arch": 4, "carry": 4}
    goog = table[table["instrument"] == "GOOG"].iloc[0]
    assert (goog["rows"], goog["first"], goog["calendar"]) == (2148, pd.Timestamp("2004-08-19T20:00Z"), "XNYS")


def test_the_table_of_an_empty_catalogue_is_empty(catalogue):
    assert data.instruments().empty


def test_bars_are_a_frame_of_floats_by_utc_time(samples):
    bars = data.load_bars("GOOG")
    assert list(bars.columns) == ["open", "high", "low", "close", "volume"]
    assert set(bars.dtypes.astype(str)) == {"float64"}
    assert (str(bars.index.dtype), bars.index.name) == ("datetime64[ns, UTC]", "time")


def test_both_dates_are_included(samples):
    bars = data.load_bars("GOOG", start="2010-01-04", end="2010-01-08")
    assert list(bars.index.strftime("%m-%d")) == ["01-04", "01-05", "01-06", "01-07", "01-08"]


def test_the_hash_of_the_table_is_that_of_the_bars(samples):
    table = data.instruments().set_index(["instrument", "source"])
    assert data.data_hash(data.load_bars("IBM")) == table.loc[("IBM", "bokeh"), "data_hash"]


def test_a_frame_that_is_changed_does_not_change_the_next(samples):
    bars = data.load_bars("GOOG")
    bars.loc[:, "close"] = 0.0
    assert data.load_bars("GOOG")["close"].min() > 0.0


def test_the_default_prefers_imports_then_full_bars_then_closes(catalogue):
    put(catalogue, "skfolio", close_only=True)
    assert served_by() == "skfolio"
    put(catalogue, "arch")
    assert served_by() == "arch"
    put(catalogue, "my-feed", close_only=True)
    assert served_by() == "my-feed"
    put(catalogue, "import", close_only=True)
    assert served_by() == "import"
    put(catalogue, "a-feed")
    assert served_by() == "a-feed"
    assert served_by("skfolio") == "skfolio"


@pytest.mark.parametrize("name", ["GOGL", "goog", "GOOGL"])
def test_an_unknown_instrument_is_named_with_the_nearest(samples, name):
    with pytest.raises(UnknownName, match=f"Unknown instrument '{name}': did you mean GOOG"):
        data.load_bars(name)


def test_an_instrument_of_another_source_is_unknown_in_this_one(samples):
    with pytest.raises(UnknownName, match="Unknown instrument 'GOOG'"):
        data.load_bars("GOOG", source="skfolio")


def test_an_unknown_source_is_named_with_the_nearest(samples):
    with pytest.raises(UnknownName, match="Unknown source 'boke': did you mean bokeh"):
        data.load_bars("GOOG", source="boke")


@pytest.mark.parametrize(
    ("asked", "error", "sentence"),
    [
        ({"frequency": "1h"}, InvalidField, r"frequency \(1h\) is not in the catalogue for GOOG, which has 1d\."),
        ({"frequency": "daily"}, InvalidField, "frequency must be a number with min, h, d or w, like 1d or 15min, not 'daily'"),
        ({"instrument": ""}, InvalidField, "instrument must be a symbol like GOOG, BRK.B or .GSPC"),
        ({"instrument": "A" * 33}, InvalidField, "instrument must be a symbol"),
        ({"instrument": "../x"}, InvalidField, "instrument must be a symbol"),
        ({"start": "2010-02-30"}, InvalidField, "start must be a date like 2010-01-31, not '2010-02-30'"),
        ({"end": 5}, InvalidField, "end must be a date like 2010-01-31, not 5"),
        ({"start": "2012-01-01", "end": "2011-01-01"}, ImpossibleRequest, r"start \(2012-01-01\) is after end \(2011-01-01\)"),
        (
            {"start": "2020-01-01"},
            ImpossibleRequest,
            "No bars of GOOG from 2020-01-01 to the last: it has 2004-08-19 to 2013-03-01",
        ),
        ({"start": "2010-01-02", "end": "2010-01-03"}, ImpossibleRequest, "No bars of GOOG from 2010-01-02 to 2010-01-03"),
    ],
)
def test_bad_requests_are_answered_in_one_sentence(samples, asked, error, sentence):
    with pytest.raises(error, match=sentence):
        data.load_bars(**{"instrument": "GOOG"} | asked)


def test_an_empty_catalogue_says_how_to_fill_it(catalogue):
    with pytest.raises(NotFound, match="`aurelius data samples` fills it"):
        data.load_bars("GOOG")


def test_loading_bars_imports_neither_calendars_nor_samples():
    script = """
import sys
from aurelius_kernel.data import instruments, load, load_bars
heavy = {"exchange_calendars", "skfolio", "arch", "bokeh_sampledata", "pyarrow.csv", "vectorbt", "scipy"}
print(sorted(heavy & set(sys.modules)))
"""
    ended = subprocess.run([sys.executable, "-c", script], timeout=60, capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"
