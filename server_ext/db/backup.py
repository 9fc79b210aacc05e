"""A backup: every row at one moment, in a zip of JSON lines that either database can take back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

import orjson
from pydantic import BaseModel, ValidationError
from sqlalchemy import Connection, DateTime, MetaData, Table, func, insert, select, text

from aurelius_kernel.clock import rfc3339, utc_now
from aurelius_kernel.errors import ImpossibleRequest, InvalidField
from server_ext.db import schema
from server_ext.db.aside import continue_numbering, discard
from server_ext.db.database import Database
from server_ext.db.tables import metadata

__all__ = ["Manifest", "backup", "restore"]

_BATCH = 1_000


class Manifest(BaseModel):
    """What a backup holds: when, at which revision, and how many rows of each table, parents first."""

    made_at: str
    revision: str
    rows: dict[str, int]


def backup(database: Database, path: Path) -> Manifest:
    """Write every row to `path` as of one moment, while others go on writing; a half-written backup never bears the name."""
    schema.require_current(database.engine)
    draft = path.with_name(f".{path.name}.{uuid4().hex}")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with draft.open("xb") as file:
            draft.chmod(0o600)
            manifest = _write(database, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def restore(database: Database, path: Path) -> Manifest:
    """Fill an empty database from a backup, bring it to this program's schema and begin a new epoch of the event log.

    Raises InvalidField for a file that is no backup, ImpossibleRequest when the database already has accounts.
    """
    try:
        with ZipFile(path) as archive:
            manifest = Manifest.model_validate_json(archive.read("manifest.json"))
            _prepare(database, manifest)
            with database.writing() as connection:
                _read(connection, archive, manifest)
    except (OSError, BadZipFile, KeyError, ValidationError) as error:
        raise InvalidField.of("file", f"is not a backup of Aurelius: {error}") from None
    schema.upgrade(database.engine)
    return manifest


def _write(database: Database, file: Any) -> Manifest:
    with database.reading() as connection, ZipFile(file, "w", ZIP_DEFLATED) as archive:
        rows = {}
        for table in metadata.sorted_tables:
            with archive.open(f"{table.name}.jsonl", "w", force_zip64=True) as lines:
                rows[table.name] = sum(lines.write(line) > 0 for line in _lines(connection, table))
        manifest = Manifest(made_at=rfc3339(utc_now()), revision=schema.head(), rows=rows)
        archive.writestr("manifest.json", manifest.model_dump_json(indent=1))
    return manifest


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    names = [str(column.name) for column in table.columns]
    for row in connection.execute(select(table).execution_options(yield_per=_BATCH)):
        yield orjson.dumps(dict(zip(names, row, strict=True))) + b"\n"


def _prepare(database: Database, manifest: Manifest) -> None:
    if schema.revision(database.engine) is None:
        schema.upgrade(database.engine, manifest.revision)
    with database.reading() as connection:
        if connection.execute(select(func.count()).select_from(text("users"))).scalar():
            raise ImpossibleRequest.of("database", "already has accounts: restore into an empty one")
    if schema.revision(database.engine) != manifest.revision:
        schema.downgrade(database.engine, "base")
        with database.writing() as connection:
            discard(connection)
        schema.upgrade(database.engine, manifest.revision)


def _read(connection: Connection, archive: ZipFile, manifest: Manifest) -> None:
    tables = MetaData()
    tables.reflect(connection)
    for name in reversed(list(manifest.rows)):
        connection.execute(tables.tables[name].delete())
    for name in manifest.rows:
        with archive.open(f"{name}.jsonl") as lines:
            for batch in _batches(tables.tables[name], lines):
                connection.execute(insert(tables.tables[name]), batch)
        continue_numbering(connection, tables.tables[name])
    connection.execute(tables.tables["event_log"].update().values(epoch=str(uuid4())))


def _batches(table: Table, lines: Any) -> Iterator[list[dict[str, Any]]]:
    instants = [column.name for column in table.columns if isinstance(column.type, DateTime)]
    batch: list[dict[str, Any]] = []
    for line in lines:
        row = orjson.loads(line)
        row |= {name: _instant(table, name, row[name]) for name in instants}
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _instant(table: Table, name: str, value: str | None) -> datetime | None:
    if value is None:
        return None
    instant = datetime.fromisoformat(value).astimezone(UTC)
    return instant if getattr(table.columns[name].type, "timezone", False) else instant.replace(tzinfo=None)
