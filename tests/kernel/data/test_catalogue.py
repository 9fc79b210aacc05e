import json
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from filelock import FileLock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aurelius_kernel.data import catalogue as catalogue_module
from aurelius_kernel.data.catalogue import Catalogue
from aurelius_kernel.data.content import data_hash
from aurelius_kernel.data.loading import load
from aurelius_kernel.errors import CorruptArtifact, ImpossibleRequest, StorageUnavailable
from aurelius_kernel.model import COLUMNS, Provenance

SOURCE = Provenance(provider="test")
WRITER = """
import sys, numpy as np, pandas as pd
from pathlib import Path
from aurelius_kernel.data.catalogue import Catalogue
from aurelius_kernel.model import COLUMNS, Provenance
catalogue = Catalogue(Path(sys.argv[1]))
def bars(rows, seed):
    values = np.random.default_rng(seed).random((rows, 5)) + 1.0
    index = pd.date_range("2020-01-01", periods=rows, freq="min", tz="UTC", name="time")
    return pd.DataFrame(values, columns=list(COLUMNS), index=index)
def put(name, rows, seed, **more):
    catalogue.put("import", "1min", {name: bars(rows, seed)}, {name: Provenance(provider="test")}, **more)
"""


def bars(rows=3, seed=1, start="2020-01-01"):
    values = np.random.default_rng(seed).random((rows, 5)) + 1.0
    index = pd.date_range(start, periods=rows, freq="min", tz="UTC", name="time").as_unit("ns")
    return pd.DataFrame(values, columns=list(COLUMNS), index=index)


def put(catalogue, replace=False, **frames):
    return catalogue.put("import", "1min", frames, dict.fromkeys(frames, SOURCE), replace=replace)


def read(catalogue, name):
    return catalogue.read(catalogue.manifest().datasets["import/1min"], [name])[name]


def run(script, folder, *arguments):
    command = [sys.executable, "-c", WRITER + script, str(folder), *map(str, arguments)]
    return subprocess.run(command, timeout=60, capture_output=True, text=True, check=False)


def stray_files(catalogue):
    named = {dataset.file for dataset in catalogue.manifest().datasets.values()} | {"manifest.json", ".lock"}
    found = {path.relative_to(catalogue.folder).as_posix() for path in catalogue.folder.rglob("*") if path.is_file()}
    return found - named


numbers = st.floats(allow_nan=True, allow_infinity=False)
rows = st.tuples(st.integers(-(2**62), 2**62), *[numbers] * 5)
frames = st.dictionaries(
    st.from_regex(r"[A-Z][A-Z0-9.]{0,5}", fullmatch=True),
    st.lists(st.tuples(st.integers(-(2**62), 2**62), *[numbers] * 5), min_size=1, max_size=20, unique_by=lambda row: row[0]).map(
        sorted
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(frames=frames)
def test_what_is_put_in_comes_out_bit_for_bit(frames, tmp_path_factory):
    catalogue = Catalogue(tmp_path_factory.mktemp("catalogue"))
    given_bars = {
        name: pd.DataFrame(
            [row[1:] for row in rows],
            columns=list(COLUMNS),
            index=pd.DatetimeIndex(np.array([row[0] for row in rows], dtype="int64"), tz="UTC", name="time"),
        )
        for name, rows in frames.items()
    }
    hashes = put(catalogue, **given_bars)
    for name, frame in given_bars.items():
        pd.testing.assert_frame_equal(read(catalogue, name), frame, check_exact=True)
        assert hashes[name] == data_hash(frame)


def test_instruments_that_come_later_join_those_that_are_there(catalogue):
    put(catalogue, M=bars(300, 1))
    put(catalogue, Z=bars(200, 2), A=bars(100, 3))
    assert {name: len(read(catalogue, name)) for name in "AMZ"} == {"A": 100, "M": 300, "Z": 200}
    pd.testing.assert_frame_equal(read(catalogue, "M"), bars(300, 1), check_freq=False)


def test_instruments_are_found_across_row_groups(catalogue):
    half = catalogue_module.ROW_GROUP // 2
    put(catalogue, A=bars(half, 1), B=bars(3 * half, 2), C=bars(10, 3))
    together = catalogue.read(catalogue.manifest().datasets["import/1min"], ["C", "A"])
    for name, rows, seed in (("A", half, 1), ("B", 3 * half, 2), ("C", 10, 3)):
        pd.testing.assert_frame_equal(read(catalogue, name), bars(rows, seed), check_freq=False)
        pd.testing.assert_frame_equal(together.get(name, bars(rows, seed)), bars(rows, seed), check_freq=False)


def test_the_file_is_plain_parquet_sorted_by_instrument_and_time(catalogue):
    put(catalogue, B=bars(2, 1), A=bars(2, 2))
    file = catalogue.folder / catalogue.manifest().datasets["import/1min"].file
    table = pq.read_table(file).to_pandas()
    assert list(table.columns) == ["instrument", "time", *COLUMNS]
    assert table["instrument"].tolist() == ["A", "A", "B", "B"]
    assert pq.ParquetFile(file).metadata.row_group(0).column(2).compression == "ZSTD"


def test_an_instrument_is_replaced_only_when_asked(catalogue):
    put(catalogue, A=bars(3, 1))
    with pytest.raises(ImpossibleRequest, match="instrument A is in the source import already; replace=True replaces it"):
        put(catalogue, A=bars(3, 2), B=bars(3, 2))
    assert list(catalogue.manifest().datasets["import/1min"].instruments) == ["A"]
    put(catalogue, A=bars(3, 2), replace=True)
    pd.testing.assert_frame_equal(read(catalogue, "A"), bars(3, 2), check_freq=False)


def test_a_reader_with_an_older_manifest_still_reads_the_older_bars(catalogue):
    put(catalogue, A=bars(3, 1))
    older = catalogue.manifest().datasets["import/1min"]
    put(catalogue, A=bars(3, 2), replace=True)
    pd.testing.assert_frame_equal(catalogue.read(older, ["A"])["A"], bars(3, 1), check_freq=False)


KILLED_AT = """
import os, signal
import pyarrow.parquet as pq
point = int(sys.argv[2])
def killing(function):
    def call(*arguments, **more):
        global point
        if point == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        point -= 1
        return function(*arguments, **more)
    return call
os.fsync, os.replace, os.unlink = killing(os.fsync), killing(os.replace), killing(os.unlink)
pq.write_table, Path.write_bytes = killing(pq.write_table), killing(Path.write_bytes)
put("NEW", 500, 2)
print("done")
"""


@pytest.mark.parametrize("point", range(12))
def test_a_writer_killed_at_any_step_leaves_the_state_before_or_after(point, catalogue):
    put(catalogue, OLD=bars(400, 1))
    ended = run(KILLED_AT, catalogue.folder, point)
    assert ended.returncode == -signal.SIGKILL
    pd.testing.assert_frame_equal(read(catalogue, "OLD"), bars(400, 1), check_freq=False)
    if "NEW" in catalogue.manifest().datasets["import/1min"].instruments:
        pd.testing.assert_frame_equal(read(catalogue, "NEW"), bars(500, 2), check_freq=False)
    put(catalogue, NEXT=bars(10, 3))
    put(catalogue, LAST=bars(10, 4))
    assert {"OLD", "NEXT", "LAST"} <= set(catalogue.manifest().datasets["import/1min"].instruments)
    assert len(stray_files(catalogue)) == 1  # the file before this one, which a reader may still be reading


def test_a_writer_killed_at_random_moments_loses_nothing(catalogue):
    put(catalogue, OLD=bars(400, 1))
    endless = "\nfor seed in range(10**6):\n    put('BIG', 300_000, seed % 2, replace=True)\n    print(seed, flush=True)\n"
    for moment in (0.0, 0.013, 0.029, 0.041):
        command = [sys.executable, "-c", WRITER + endless, str(catalogue.folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout.readline().strip() == "0"
            time.sleep(moment)
            writer.kill()
        pd.testing.assert_frame_equal(read(catalogue, "OLD"), bars(400, 1), check_freq=False)
        assert data_hash(read(catalogue, "BIG")) in {data_hash(bars(300_000, 0)), data_hash(bars(300_000, 1))}


def test_a_full_disk_refuses_the_write_and_loses_nothing(catalogue):
    put(catalogue, OLD=bars(400, 1))
    before = catalogue.manifest()
    limit = "\nimport resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\nput('NEW', 100_000, 2)\n"
    ended = run(limit, catalogue.folder)
    assert ended.stderr.strip().splitlines()[-1].startswith("aurelius_kernel.errors.StorageUnavailable:")
    assert catalogue.manifest() == before
    assert stray_files(catalogue) == set()
    put(catalogue, NEW=bars(500, 2))
    assert len(read(catalogue, "NEW")) == 500


def test_a_folder_that_cannot_be_one_is_said_to_be_so(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StorageUnavailable, match="cannot be used"):
        put(Catalogue(tmp_path / "file" / "catalogue"), A=bars())


def test_a_writer_gives_up_on_a_lock_that_stays(catalogue, monkeypatch):
    catalogue.folder.mkdir(parents=True)
    monkeypatch.setattr(catalogue_module, "LOCK_SECONDS", 0.05)
    with FileLock(catalogue.folder / ".lock"), pytest.raises(StorageUnavailable, match="is locked by another writer"):
        put(catalogue, A=bars())


def test_writers_wait_for_each_other_and_readers_for_nobody(catalogue):
    put(catalogue, FIRST=bars(400, 1))
    writers = [
        threading.Thread(target=put, args=(catalogue,), kwargs={f"{letter}{n}": bars(400, n)}) for letter in "AB" for n in range(8)
    ]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        frames, _ = load(["FIRST"], "1min", catalogue=catalogue)
        assert len(frames["FIRST"]) == 400
    assert len(catalogue.manifest().datasets["import/1min"].instruments) == 17


def test_bars_that_no_longer_match_their_hash_are_not_given_out(catalogue):
    put(catalogue, A=bars(3, 1))
    entry = catalogue.manifest().datasets["import/1min"]
    put(catalogue, A=bars(3, 2), replace=True)
    now = catalogue.manifest().datasets["import/1min"]
    (catalogue.folder / now.file).write_bytes((catalogue.folder / entry.file).read_bytes())
    with pytest.raises(CorruptArtifact, match=r"The bars of A in .* no longer match their hash"):
        read(catalogue, "A")


@pytest.mark.parametrize("damage", [b"", b"garbage" * 100])
def test_a_damaged_file_is_named(damage, catalogue):
    put(catalogue, A=bars())
    (catalogue.folder / catalogue.manifest().datasets["import/1min"].file).write_bytes(damage)
    with pytest.raises(CorruptArtifact, match="cannot be read"):
        read(catalogue, "A")


def test_a_truncated_file_is_named(catalogue):
    put(catalogue, A=bars(500))
    file = catalogue.folder / catalogue.manifest().datasets["import/1min"].file
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(CorruptArtifact):
        read(catalogue, "A")


@pytest.mark.parametrize("damage", ["", "{", "[]", json.dumps({"format": 1, "datasets": {"x": 1}}), json.dumps({"sets": {}})])
def test_a_damaged_manifest_is_named(damage, catalogue):
    catalogue.folder.mkdir(parents=True)
    (catalogue.folder / "manifest.json").write_text(damage)
    with pytest.raises(CorruptArtifact, match=r"The catalogue's manifest .* cannot be read"):
        catalogue.manifest()


def test_a_missing_file_is_named_after_a_few_attempts(catalogue):
    put(catalogue, A=bars())
    (catalogue.folder / catalogue.manifest().datasets["import/1min"].file).unlink()
    with pytest.raises(CorruptArtifact, match="lacks files that its manifest names"):
        load(["A"], "1min", catalogue=catalogue)


def test_pandas_writes_parquet_in_a_process_that_has_read_no_catalogue():
    write = "import io, pandas as pd, aurelius_kernel.data.catalogue\npd.DataFrame({'a': [1]}).to_parquet(io.BytesIO())"
    assert subprocess.run([sys.executable, "-c", write], capture_output=True, text=True, timeout=60, check=False).stderr == ""
