"""Tables as they come: a CSV or Parquet file or a frame, its columns recognised but not yet understood."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, cast

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from aurelius_kernel.data.columns import DAY, TIME, recognise
from aurelius_kernel.errors import BarsRefused, InvalidField

__all__ = ["MAX_BYTES", "MAX_COLUMNS", "MAX_ROWS", "read_file", "read_frame"]

MAX_BYTES = 128 * 2**20
"""The largest text, unpacked, that is read."""
MAX_PARQUET_BYTES = 1024 * 2**20
MAX_ROWS = 5_000_000
MAX_COLUMNS = 200
MAX_HEADER = 2**16
MAX_LINE = 2**20
DELIMITERS = ",;\t|"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_file(path: str | Path) -> pd.DataFrame:
    """The columns of a CSV (plain or gzipped) or Parquet file that mean something, named by their meaning.

    The columns of a CSV are text, stripped of blanks. Raises InvalidField when there is no such file, BarsRefused when it is too
    large, not a table, or has no rows.
    """
    path = Path(path).expanduser()
    if not path.is_file():
        raise InvalidField.of("file", f"{path} does not exist" if not path.exists() else f"{path} is not a file")
    with path.open("rb") as file:
        mark = file.read(4)
    if mark == b"PAR1":
        return _checked(_parquet(path))
    if mark.startswith((b"PK", b"\xd0\xcf")):
        raise BarsRefused(f"{path.name} is a workbook or an archive; save the table as CSV or Parquet.")
    return _checked(_csv(path, gzipped=mark.startswith(b"\x1f\x8b")))


def read_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """The columns of a frame that mean something, named by their meaning; an index of times is its time column."""
    if frame.columns.nlevels > 1:
        raise BarsRefused("The frame has columns of several levels; take one instrument's columns out of it.")
    timed = isinstance(frame.index, pd.DatetimeIndex)
    table = frame.set_axis(frame.columns.map(str), axis="columns").reset_index(drop=not timed, names=TIME if timed else None)
    found = recognise(table.columns)
    return _checked(table[list(found.values())].set_axis(list(found), axis="columns"))


def _csv(path: Path, *, gzipped: bool) -> pd.DataFrame:
    _check_size(path, gzipped=gzipped)
    encoding, header = _header(path, gzipped=gzipped)
    delimiter = max(DELIMITERS, key=header.count)
    names = next(csv.reader([header], delimiter=delimiter))
    _check_width(path, len(names))
    found = recognise(names)
    _need(found)
    places = [f"column {place}" for place in range(len(names))]
    wanted = {places[names.index(name)]: meaning for meaning, name in found.items()}
    try:
        batches = pa.csv.open_csv(
            pa.CompressedInputStream(str(path), "gzip") if gzipped else str(path),
            pa.csv.ReadOptions(column_names=places, skip_rows=1, encoding=encoding, block_size=MAX_LINE),
            pa.csv.ParseOptions(delimiter=delimiter),
            pa.csv.ConvertOptions(include_columns=list(wanted), column_types=dict.fromkeys(wanted, pa.string())),
        )
        table = _gathered(batches)
    except (pa.ArrowInvalid, UnicodeError) as error:
        reason = f"a line is longer than {MAX_LINE >> 20} MiB" if "straddling" in str(error) else str(error)[:200]
        raise BarsRefused(f"{path.name} is not a table of bars in UTF-8 or UTF-16 text: {reason}.") from error
    return pd.DataFrame({wanted[name]: pc.utf8_trim_whitespace(table[name]).to_pandas() for name in table.column_names})


def _gathered(batches: Iterable[pa.RecordBatch]) -> pa.Table:
    taken, rows = [], 0
    for batch in batches:
        taken.append(batch)
        rows += batch.num_rows
        _check_count(rows)
    if not taken:
        raise BarsRefused("The table has no rows.")
    return pa.Table.from_batches(taken)


def _parquet(path: Path) -> pd.DataFrame:
    try:
        with pq.ParquetFile(path) as file:
            _check_width(path, file.metadata.num_columns)
            _check_count(file.metadata.num_rows)
            unpacked = sum(file.metadata.row_group(i).total_byte_size for i in range(file.metadata.num_row_groups))
            if unpacked > MAX_PARQUET_BYTES:
                raise BarsRefused(f"{path.name} unpacks to more than {MAX_PARQUET_BYTES >> 20} MiB; import it in parts.")
            found = recognise(file.schema_arrow.names)
            table = file.read(columns=list(found.values()), use_pandas_metadata=False)
    except (pa.ArrowInvalid, OSError) as error:
        raise BarsRefused(f"{path.name} is not a readable Parquet file: {str(error)[:200]}") from error
    return pd.DataFrame({meaning: table[name].to_pandas(date_as_object=False) for meaning, name in found.items()})


def _header(path: Path, *, gzipped: bool) -> tuple[str, str]:
    """The text encoding and the first line."""
    with _opened(path, gzipped=gzipped) as file:
        start = file.read(MAX_HEADER)
    encoding = "utf-16" if start.startswith(UTF16_MARKS) else "utf-8"
    text = start[: len(start) // 2 * 2].decode(encoding, errors="replace").lstrip("\ufeff") if len(start) > 1 else ""
    if not text.strip():
        raise BarsRefused(f"{path.name} is empty.")
    if "\0" in text:
        raise BarsRefused(f"{path.name} is not text in UTF-8, nor in UTF-16 with its byte order mark.")
    first, *others = text.splitlines()
    if not others and len(start) == MAX_HEADER:
        raise BarsRefused(f"{path.name} has a first line of more than {MAX_HEADER >> 10} KiB, which is no header of a table.")
    return encoding, first


def _check_size(path: Path, *, gzipped: bool) -> None:
    size = path.stat().st_size
    if gzipped:
        with _opened(path, gzipped=True) as file:
            size = _count(file)
    if size > MAX_BYTES:
        raise BarsRefused(f"{path.name} holds more than {MAX_BYTES >> 20} MiB of text; import it in parts, or as Parquet.")


def _count(file: BinaryIO) -> int:
    size = 0
    try:
        while size <= MAX_BYTES and (chunk := file.read(MAX_LINE)):
            size += len(chunk)
    except (OSError, EOFError) as error:
        raise BarsRefused(f"The file cannot be unpacked: {error}.") from error
    return size


def _opened(path: Path, *, gzipped: bool) -> BinaryIO:
    return cast("BinaryIO", gzip.open(path, "rb") if gzipped else path.open("rb"))


def _check_width(path: Path, columns: int) -> None:
    if columns > MAX_COLUMNS:
        raise BarsRefused(f"{path.name} has {columns} columns; bars have a handful, and {MAX_COLUMNS} are the most that is read.")


def _check_count(rows: int) -> None:
    if rows > MAX_ROWS:
        raise BarsRefused(f"The table has {rows} rows; at most {MAX_ROWS} are imported at once.")


def _checked(table: pd.DataFrame) -> pd.DataFrame:
    _check_count(len(table))
    _need(table.columns)
    if table.empty:
        raise BarsRefused("The table has no rows.")
    return table


def _need(columns: Iterable[str]) -> None:
    found = set(columns)
    times, prices = found & {DAY, TIME}, found & {"open", "high", "low"}
    lacking = [] if times else ["date"]
    lacking += [] if found & {"close", "adjusted_close"} else ["close"]
    lacking += sorted({"open", "high", "low"} - prices) if prices else []
    if lacking:
        raise BarsRefused(
            f"The table lacks {', '.join(lacking)}; bars have date, open, high, low, close and perhaps volume, or date and close."
        )
