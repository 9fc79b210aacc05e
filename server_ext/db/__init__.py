"""The database: engine, transactions, schema and its history."""

from server_ext.db import schema
from server_ext.db.database import Database, after_commit
from server_ext.db.failures import DatabaseBusy, DatabaseGone, SchemaMismatch, StorageFull
from server_ext.db.metadata import BigSerial, Document, Instant, metadata, new_id

__all__ = [
    "BigSerial",
    "Database",
    "DatabaseBusy",
    "DatabaseGone",
    "Document",
    "Instant",
    "SchemaMismatch",
    "StorageFull",
    "after_commit",
    "metadata",
    "new_id",
    "schema",
]
