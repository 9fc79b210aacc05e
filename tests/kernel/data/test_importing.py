import contextlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aurelius_kernel import data
from aurelius_kernel.errors import AureliusError, BarsRefused, ImpossibleRequest, InvalidField, StorageUnavailable, UnknownName

HEADER = "Date,Open,High,Low,Close,Volume\n"
GOOD = HEADER + "2024-01-02,10,12,9,11,100\n2024-01-03,11,13,10,12,200\n"


@pytest.fixture
def file(tmp_path):
    def write(text, name="prices.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def bars_of(name="ACME", frequency="1d"):
    return data.load_bars(name, frequency=frequency)


def test_a_csv_becomes_bars_stamped_with_the_close_of_their_session(catalogue, file):
    report = data.import_bars(file(GOOD), "ACME")
    bars = bars_of()
    assert list(bars.index) == [pd.Timestamp("2024-01-02T21:00Z"), pd.Timestamp("2024-01-03T21:00Z")]
    assert bars.to_numpy().tolist() == [[10, 12, 9, 11, 100], [11, 13, 10, 12, 200]]
    assert (report.rows_taken, report.rows_refused, report.data_hash) == (2, 0, data.data_hash(bars))
    assert report.provenance.transforms == ("dates stamped with the close of their XNYS session",)


def test_the_contract_takes_a_zone_with_dates_too(catalogue, file):
    data.import_bars(file(GOOD), instrument="ACME", timezone="America/New_York", calendar="XNYS", adjustment="split")
    assert bars_of().index[0] == pd.Timestamp("2024-01-02T21:00Z")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_the_encodings_of_spreadsheets_are_read(catalogue, file, encoding):
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    data.import_bars(file(mark + GOOD.encode(encoding)), "ACME")
    assert bars_of()["close"].tolist() == [11, 12]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters_are_found(catalogue, file, delimiter):
    data.import_bars(file(GOOD.replace(",", delimiter)), "ACME")
    assert bars_of()["volume"].tolist() == [100, 200]


@pytest.mark.parametrize(
    "header",
    [
        "DATE,OPEN,HIGH,LOW,CLOSE,VOLUME",
        " date , open , high , low , last , vol ",
        "Timestamp,o,h,l,c,v",
        ",Open,High,Low,Close/Last,Volume",
    ],
)
def test_the_usual_names_of_columns_are_known(catalogue, file, header):
    data.import_bars(file(GOOD.replace(HEADER.strip(), header)), "ACME")
    assert bars_of().to_numpy().tolist() == [[10, 12, 9, 11, 100], [11, 13, 10, 12, 200]]


def test_closes_alone_are_taken_as_such(catalogue, file):
    report = data.import_bars(file("Date,Close\n2024-01-02,5\n2024-01-03,6\n"), "ACME")
    assert report.provenance.fidelity.value == "tier0_close"
    assert bars_of()["close"].tolist() == [5, 6]
    assert bars_of()[["open", "high", "low", "volume"]].isna().all(axis=None)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    closes=st.lists(st.floats(1e-6, 1e9), min_size=1, max_size=30),
    spread=st.floats(0.0, 0.5),
    suffix=st.sampled_from([".csv", ".csv.gz", ".parquet"]),
)
def test_what_pandas_writes_comes_back_bit_for_bit(catalogue, tmp_path, closes, spread, suffix):
    close = np.array(closes)
    index = pd.date_range("2024-01-01T00:05Z", periods=len(close), freq="5min", name="time").as_unit("ns")
    prices = {"open": close, "high": close * (1 + spread), "low": close * (1 - spread), "close": close, "volume": close * 10}
    frame = pd.DataFrame(prices, index=index)
    path = tmp_path / f"own{suffix}"
    frame.to_parquet(path) if suffix == ".parquet" else frame.to_csv(path)
    for own in (path, frame):
        data.import_bars(own, "OWN", frequency="5min", calendar="24/7", replace=True)
        pd.testing.assert_frame_equal(bars_of("OWN", "5min"), frame, check_exact=True, check_freq=False)


def test_bars_exported_from_the_catalogue_come_back_with_the_same_hash(catalogue, file, tmp_path):
    first = data.import_bars(file(GOOD), "ACME", calendar="24/7")
    bars_of().to_csv(tmp_path / "exported.csv")
    second = data.import_bars(tmp_path / "exported.csv", "AGAIN", calendar="24/7")
    assert second.data_hash == first.data_hash


REFUSED = [
    ("2024-01-03,1,2,0.5,1.5,10", "repeats the time of a row before"),
    ("2024-01-01,1,2,0.5,1.5,10", "is earlier than a row before; rows go from the oldest to the newest"),
    ("2024-01-04,1,0.4,0.5,1.5,10", "high 0.4 is below low 0.5"),
    ("2024-01-04,3,2,0.5,1.5,10", "open 3 is outside low 0.5 to high 2"),
    ("2024-01-04,1,2,0.5,0.1,10", "close 0.1 is outside low 0.5 to high 2"),
    ("2024-01-04,1,2,0,1.5,10", "low is 0, not above 0"),
    ("2024-01-04,-1,2,0.5,1.5,10", "open is -1, not above 0"),
    ("2024-01-04,abc,2,0.5,1.5,10", "open is 'abc', not a number"),
    ("2024-01-04,1,2,0.5,,10", "close is missing"),
    ("2024-01-04,1,2,0.5,NaN,10", "close is missing"),
    ("2024-01-04,1,inf,0.5,1.5,10", "high is infinite"),
    ("2024-01-04,1,2,0.5,1.5,-1", "volume is -1, below 0"),
    ("2024-01-04,1,2,0.5,1.5,many", "volume is 'many', not a number"),
    ("tomorrow,1,2,0.5,1.5,10", "is not a date or time that is understood; date_format= may say how to read it"),
    ("0024-01-04,1,2,0.5,1.5,10", "is not a date or time that is understood; date_format= may say how to read it"),
]


@pytest.mark.parametrize(("row", "reason"), REFUSED)
def test_one_impossible_row_refuses_the_whole_import(catalogue, file, row, reason):
    with pytest.raises(BarsRefused) as refused:
        data.import_bars(file(f"{GOOD}{row}\n2024-01-05,1,2,0.5,1.5,10\n"), "ACME")
    assert refused.value.reasons == [f"row 3 ({row.split(',')[0]}) {reason}"]
    assert data.instruments().empty


@pytest.mark.parametrize(("row", "reason"), REFUSED)
def test_the_good_rows_are_taken_when_asked_and_the_others_reported(catalogue, file, row, reason):
    report = data.import_bars(file(f"{GOOD}{row}\n2024-01-05,1,2,0.5,1.5,10\n"), "ACME", on_error="skip")
    assert (report.rows_taken, report.rows_refused) == (3, 1)
    assert [(one.row, one.time, one.reason) for one in report.refused] == [(3, row.split(",")[0], reason)]
    assert list(bars_of().index.strftime("%m-%d")) == ["01-02", "01-03", "01-05"]
    assert report.provenance.transforms[-1] == "1 impossible rows left out"


def test_a_row_that_corrects_an_impossible_one_is_taken(catalogue, file):
    text = HEADER + "2024-01-02,10,9,12,11,100\n2024-01-02,10,12,9,11,100\n"
    report = data.import_bars(file(text), "ACME", on_error="skip")
    assert [one.row for one in report.refused] == [1]
    assert bars_of()["high"].tolist() == [12]


def test_an_import_without_a_single_good_row_is_refused_in_any_case(catalogue, file):
    with pytest.raises(BarsRefused, match="2 of 2 rows break the rules"):
        data.import_bars(file(HEADER + "a,1,2,1,1,1\nb,1,2,1,1,1\n"), "ACME", on_error="skip")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "prices.csv is empty"),
        ("\n \n", "prices.csv is empty"),
        (HEADER, "The table has no rows"),
        ("hello", "The table lacks date, close"),
        ("Date,Open,High,Close\n2024-01-02,1,2,1\n", "The table lacks low"),
        ("Open,High,Low,Close\n1,2,1,1\n", "The table lacks date"),
        ("Date,Close,close\n2024-01-02,1,1\n", "The columns 'Close' and 'close' both mean close"),
        (GOOD + "2024-01-04,1,2\n", "Expected 6 columns, got 3"),
        (b"PK\x03\x04....", "is a workbook or an archive"),
        (b"PAR1 and then nothing", "is not a readable Parquet file"),
        (b"\x1f\x8b\x08 broken", "cannot be unpacked"),
        (GOOD.encode("utf-16-be"), "is not text in UTF-8"),
        (GOOD.encode() + b"2024-01-04,1,2,1,\xff\xfe,1\n", "is not a table of bars in UTF-8 or UTF-16 text"),
        ("Date,Adj Close\n2024-01-02,1\n", "adjusted closes only; say adjustment='total-return'"),
        (
            "Date,Close\n01/02/2024,1\n01/03/2024,2\n",
            "may be day first or month first; date_format='%d/%m/%Y' or '%m/%d/%Y' says which",
        ),
        ("Time,Close\n2024-01-02 16:00,1\n2024-01-03 16:00,2\n", "The times carry no zone; say which, for example timezone="),
    ],
)
def test_what_is_no_table_of_bars_is_refused_in_one_sentence(catalogue, file, content, sentence):
    with pytest.raises(BarsRefused) as refused:
        data.import_bars(file(content), "ACME")
    assert sentence in refused.value.message
    assert data.instruments().empty


@pytest.mark.parametrize(
    ("asked", "error", "sentence"),
    [
        ({"instrument": "A/../../B B"}, InvalidField, "instrument must be a symbol"),
        ({"timezone": "New York"}, UnknownName, "Unknown timezone 'New York': did you mean America/New_York"),
        ({"timezone": "EST5"}, UnknownName, "Unknown timezone"),
        ({"calendar": "NYSEX"}, UnknownName, "Unknown calendar 'NYSEX': did you mean NYSE"),
        ({"adjustment": "dividends"}, InvalidField, "adjustment must be raw or split or total-return, not 'dividends'"),
        ({"frequency": "daily"}, InvalidField, "frequency must be a number with min, h, d or w"),
        ({"source": "bokeh"}, ImpossibleRequest, "source bokeh is a name with a meaning of its own; give yours another"),
        ({"source": "default"}, ImpossibleRequest, "source default is a name with a meaning of its own"),
        ({"source": "own"}, ImpossibleRequest, "source own is a name with a meaning of its own"),
        ({"source": "My Feed"}, InvalidField, "source must be a lower-case word"),
        ({"stamps": "middle"}, InvalidField, "stamps must be close or open, not 'middle'"),
        ({"on_error": "ignore"}, InvalidField, "on_error must be refuse or skip, not 'ignore'"),
        ({"date_format": "%Q"}, InvalidField, "date_format '%Q' cannot be used"),
    ],
)
def test_a_wrong_argument_is_named_and_nothing_is_written(catalogue, file, asked, error, sentence):
    with pytest.raises(error) as refused:
        data.import_bars(file(GOOD), **{"instrument": "ACME"} | asked)
    assert sentence in refused.value.message
    assert not catalogue.folder.exists()


@pytest.mark.parametrize(("path", "problem"), [("nowhere.csv", "does not exist"), (".", "is not a file")])
def test_a_path_without_a_file_is_named(catalogue, tmp_path, path, problem):
    with pytest.raises(InvalidField, match=f"file .* {problem}"):
        data.import_bars(tmp_path / path, "ACME")


def test_bars_that_are_there_are_replaced_only_when_asked(catalogue, file):
    data.import_bars(file(GOOD), "ACME")
    other = file(GOOD.replace("11,100", "11.5,100"), "other.csv")
    with pytest.raises(ImpossibleRequest, match="ACME is in the source import already; replace=True replaces it"):
        data.import_bars(other, "ACME")
    assert bars_of()["close"].iloc[0] == 11
    data.import_bars(other, "ACME", replace=True)
    assert bars_of()["close"].iloc[0] == 11.5


def test_the_same_import_again_changes_nothing(catalogue, file):
    first = data.import_bars(file(GOOD), "ACME")
    before = (catalogue.folder / "manifest.json").read_bytes()
    assert data.import_bars(file(GOOD), "ACME") == first
    assert (catalogue.folder / "manifest.json").read_bytes() == before


def test_adjusted_closes_scale_all_prices_where_that_is_declared(catalogue, file):
    text = "Date,Open,High,Low,Close,Adj Close,Volume\n2024-01-02,10,12,8,10,5,100\n2024-01-03,11,12,10,12,12,200\n"
    report = data.import_bars(file(text), "ACME", adjustment="total-return")
    assert bars_of().to_numpy().tolist() == [[5, 6, 4, 5, 200], [11, 12, 10, 12, 200]]
    assert "open, high, low and close times adjusted close / close, volume the other way" in report.provenance.transforms
    data.import_bars(file(text), "AS_IS", adjustment="split")
    assert bars_of("AS_IS")["close"].tolist() == [10, 12]


def test_the_report_has_a_document_of_plain_values(catalogue, file):
    document = data.import_bars(file(GOOD), "ACME", provider="my broker", licence="mine").document()
    assert document["rows_taken"] == 2
    assert document["provenance"]["provider"] == "my broker"
    assert document["findings"] == []


def test_findings_become_flags_of_the_provenance(catalogue, file):
    report = data.import_bars(file("Date,Close\n2024-01-02,5\n2024-01-04,6\n"), "ACME")
    assert [(finding.kind, finding.times) for finding in report.findings] == [("missing_session", ("2024-01-03",))]
    assert report.provenance.quality_flags == ("1 sessions of the calendar without a bar",)


def test_a_full_disk_is_said_to_be_full(catalogue, file, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pyarrow.parquet.write_table", full)
    with pytest.raises(StorageUnavailable, match="No space left on device"):
        data.import_bars(file(GOOD), "ACME")
    monkeypatch.undo()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: (HEADER + text).encode("utf-8", "ignore")))
)
def test_any_bytes_are_taken_or_refused_but_never_crash(catalogue, file, content):
    with contextlib.suppress(AureliusError):
        assert data.import_bars(file(content), "FUZZ", replace=True).rows_taken > 0
