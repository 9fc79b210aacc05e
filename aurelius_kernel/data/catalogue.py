"""The catalogue: one Parquet file for each source and frequency, and a manifest that names the current ones.

A write goes to new files and ends with one rename of the manifest, so a reader sees the state before it or after it, whole, and
never waits; a process that is killed leaves files that no manifest names, and the next write sweeps them away. A lock
makes writers wait for each other. See `docs/explanation/market-data.md`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import lazy_loader
import pandas as pd
import pyarrow as pa
from filelock import FileLock, Timeout

from aurelius_kernel.data.content import canonical_column, data_hash, stamps
from aurelius_kernel.data.manifest import Dataset, Entry, Manifest, read_manifest
from aurelius_kernel.durable import TEMPORARY, put_in_place, storage_errors, temporary_name, write_whole
from aurelius_kernel.errors import CorruptArtifact, ImpossibleRequest, StorageUnavailable
from aurelius_kernel.hashing import canonical_json, content_hash
from aurelius_kernel.home import home
from aurelius_kernel.model import COLUMNS, Bars, Provenance

__all__ = ["Catalogue"]

pq = lazy_loader.load("pyarrow.parquet", suppress_warning=True)
"""Loaded when a file is read: it brings every file system that Arrow knows."""
# pandas reaches it as an attribute of its package, which an import that finds it loaded already does not set.
pa.parquet = pq

ROW_GROUP = 131_072
LOCK_SECONDS = 60.0
SCHEMA = pa.schema(
    [("instrument", pa.string()), ("time", pa.timestamp("ns", tz="UTC"))] + [(name, pa.float64()) for name in COLUMNS]
)


class Catalogue:
    """Bars on disk, by source, frequency and instrument."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or home() / "catalogue"

    def manifest(self) -> Manifest:
        """What the catalogue holds now; raises CorruptArtifact when its manifest is damaged."""
        with storage_errors(self.folder):
            return read_manifest(self.folder / "manifest.json")

    def read(self, dataset: Dataset, instruments: Sequence[str]) -> dict[str, pd.DataFrame]:
        """All bars of instruments of a data set: columns `open high low close volume`, index `time` in UTC.

        Raises CorruptArtifact when bars no longer match their hash, and FileNotFoundError when two writes or more have passed
        since the manifest was read.
        """
        path, entries = self.folder / dataset.file, [dataset.instruments[name] for name in instruments]
        with storage_errors(self.folder):
            try:
                bars = dict(zip(instruments, _slices(path, entries), strict=True))
            except pa.ArrowInvalid as error:
                raise CorruptArtifact(f"{path} cannot be read: {error}.") from error
        for name, entry in zip(instruments, entries, strict=True):
            if data_hash(bars[name]) != entry.data_hash:
                raise CorruptArtifact(f"The bars of {name} in {path} no longer match their hash {entry.data_hash}.")
        return bars

    def put(
        self, source: str, frequency: str, bars: Bars, provenance: Mapping[str, Provenance], *, replace: bool = False
    ) -> dict[str, str]:
        """Store instruments in one step, all or none; gives each one's data hash.

        Raises ImpossibleRequest for an instrument that is there already, unless `replace`, and StorageUnavailable when the disk is
        full, read-only, or locked by another writer for a minute.
        """
        with self.writing():
            manifest = self.manifest()
            old = manifest.datasets.get(f"{source}/{frequency}")
            if old and not replace and (there := sorted(old.instruments.keys() & bars.keys())):
                raise ImpossibleRequest.of(
                    "instrument", f"{there[0]} is in the source {source} already; replace=True replaces its bars"
                )
            self._sweep(manifest)
            dataset = self._write(source, frequency, old, bars, provenance)
            self._publish(manifest.with_dataset(dataset))
        return {name: dataset.instruments[name].data_hash for name in bars}

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only writer; raises StorageUnavailable when another one takes a minute."""
        with storage_errors(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / ".lock")
            try:
                lock.acquire(timeout=LOCK_SECONDS)
            except Timeout:
                raise StorageUnavailable(f"{self.folder} is locked by another writer; try again when it is done.") from None
            try:
                yield
            finally:
                lock.release()

    def _sweep(self, manifest: Manifest) -> None:
        current = {self.folder / dataset.file for dataset in manifest.datasets.values()}
        for pattern in (f".manifest.json.*{TEMPORARY}", "*/*/*.parquet", f"*/*/.*{TEMPORARY}"):
            for path in self.folder.glob(pattern):
                if path not in current:
                    path.unlink(missing_ok=True)

    def _write(self, source: str, frequency: str, old: Dataset | None, bars: Bars, provenance: Mapping[str, Provenance]) -> Dataset:
        kept = {name: entry for name, entry in old.instruments.items() if name not in bars} if old else {}
        stored = pq.read_table(self.folder / old.file, schema=SCHEMA) if old and kept else SCHEMA.empty_table()
        tables, entries, offset = [], {}, 0
        for name in sorted([*kept, *bars]):
            if name in kept:
                entries[name] = kept[name].model_copy(update={"offset": offset})
                tables.append(stored.slice(kept[name].offset, kept[name].rows))
            else:
                entries[name] = _entry(bars[name], offset, provenance[name])
                tables.append(_table(name, bars[name]))
            offset += entries[name].rows
        content = content_hash({name: entry.data_hash for name, entry in entries.items()})
        file = f"{source}/{frequency}/{content[:32]}.parquet"
        self._store(self.folder / file, pa.concat_tables(tables))
        return Dataset(source=source, frequency=frequency, file=file, instruments=entries)

    def _store(self, path: Path, table: pa.Table) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        written = temporary_name(path)
        try:
            pq.write_table(table, written, row_group_size=ROW_GROUP, compression="zstd", use_dictionary=["instrument"])
            put_in_place(written, path)
        finally:
            written.unlink(missing_ok=True)

    def _publish(self, manifest: Manifest) -> None:
        write_whole(self.folder / "manifest.json", canonical_json(manifest.document()))


def _entry(bars: pd.DataFrame, offset: int, provenance: Provenance) -> Entry:
    index = pd.DatetimeIndex(bars.index)
    return Entry(
        offset=offset,
        rows=len(bars),
        first=index[0].isoformat(),
        last=index[-1].isoformat(),
        columns=tuple(name for name in COLUMNS if name in bars.columns and bars[name].notna().any()),
        data_hash=data_hash(bars),
        provenance=provenance,
    )


def _table(instrument: str, bars: pd.DataFrame) -> pa.Table:
    columns = [pa.repeat(instrument, len(bars)), pa.array(stamps(bars), type=pa.int64()).cast(SCHEMA.field("time").type)]
    return pa.Table.from_arrays([*columns, *(pa.array(canonical_column(bars, name)) for name in COLUMNS)], schema=SCHEMA)


def _slices(path: Path, entries: Sequence[Entry]) -> list[pd.DataFrame]:
    groups = sorted({group for entry in entries for group in _row_groups(entry)})
    with pq.ParquetFile(path) as file:
        table = file.read_row_groups(groups, columns=["time", *COLUMNS])
    frames = []
    for entry in entries:
        first = _row_groups(entry)[0]
        rows = table.slice((groups.index(first) - first) * ROW_GROUP + entry.offset, entry.rows)
        index = pd.DatetimeIndex(rows["time"].to_numpy(), tz="UTC", name="time")
        frames.append(pd.DataFrame({name: rows[name].to_numpy() for name in COLUMNS}, index=index))
    return frames


def _row_groups(entry: Entry) -> range:
    return range(entry.offset // ROW_GROUP, (entry.offset + entry.rows - 1) // ROW_GROUP + 1)
