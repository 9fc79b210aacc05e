import gzip
import subprocess
import sys

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from aurelius_kernel.data import reading
from aurelius_kernel.data.reading import read_file, read_frame
from aurelius_kernel.errors import BarsRefused

BOMB = """
import gzip, resource, sys
from pathlib import Path
from aurelius_kernel.data.reading import read_file
from aurelius_kernel.errors import BarsRefused
path = Path(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    read_file(path)
except BarsRefused as refused:
    print(refused.message)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_a_table_keeps_only_what_means_something(tmp_path):
    (tmp_path / "t.csv").write_text("Date,Close,Sector,Open Interest\n2024-01-02, 5 ,tech,9\n")
    table = read_file(tmp_path / "t.csv")
    assert table.to_dict("list") == {"date": ["2024-01-02"], "close": ["5"]}


def test_quoted_cells_may_hold_the_delimiter(tmp_path):
    (tmp_path / "t.csv").write_text('Date,"Close"\n"Jan 2, 2024",5\n')
    assert read_file(tmp_path / "t.csv")["date"].tolist() == ["Jan 2, 2024"]


def test_parquet_keeps_its_types(tmp_path):
    table = pa.table({"Date": pa.array([0, 1], pa.date32()), "Close": pa.array([1.5, 2.5], pa.float32()), "x": ["a", "b"]})
    pq.write_table(table, tmp_path / "t.parquet")
    read = read_file(tmp_path / "t.parquet")
    assert list(read.columns) == ["date", "close"]
    assert read["date"].tolist() == [pd.Timestamp("1970-01-01"), pd.Timestamp("1970-01-02")]


def test_a_frame_of_several_instruments_is_refused():
    columns = pd.MultiIndex.from_tuples([("Close", "A"), ("Close", "B")])
    with pytest.raises(BarsRefused, match="columns of several levels"):
        read_frame(pd.DataFrame([[1.0, 2.0]], columns=columns))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (",".join(f"c{i}" for i in range(201)), "has 201 columns"),
        ("Date,Close" + " " * 70_000, "has a first line of more than 64 KiB"),
        ("Date,Close\n" + "9" * 2_100_000 + ",1\n", "a line is longer than 1 MiB"),
    ],
)
def test_what_no_table_of_bars_would_hold_is_refused(tmp_path, text, sentence):
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(BarsRefused, match=sentence):
        read_file(tmp_path / "t.csv")


def test_too_many_rows_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MAX_ROWS", 100)
    rows = pd.DataFrame({"date": "2024-01-02", "close": range(101)})
    rows.to_csv(tmp_path / "t.csv", index=False)
    rows.to_parquet(tmp_path / "t.parquet")
    for name in ("t.csv", "t.parquet"):
        with pytest.raises(BarsRefused, match="at most 100 are imported at once"):
            read_file(tmp_path / name)
    with pytest.raises(BarsRefused, match="101 rows; at most 100"):
        read_frame(rows)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MAX_BYTES", 2**20)
    (tmp_path / "t.csv").write_text("Date,Close\n" + "2024-01-02,1\n" * 90_000)
    with pytest.raises(BarsRefused, match=r"t\.csv holds more than 1 MiB of text"):
        read_file(tmp_path / "t.csv")


def test_a_bomb_is_refused_without_its_memory(tmp_path):
    with gzip.open(tmp_path / "t.csv.gz", "wb", compresslevel=1) as file:
        file.write(b"Date,Close\n")
        for _ in range(300):
            file.write(b"2024-01-02,1\n" * 80_000)  # 312 MB in all
    ended = subprocess.run(
        [sys.executable, "-c", BOMB, tmp_path / "t.csv.gz"], timeout=60, capture_output=True, text=True, check=True
    )
    message, megabytes = ended.stdout.splitlines()
    assert message == "t.csv.gz holds more than 128 MiB of text; import it in parts, or as Parquet."
    assert int(megabytes) < 200
