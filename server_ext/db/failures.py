"""What a database can fail with, in words a person can act on.

StorageUnavailable
├── DatabaseBusy         database_busy    another program holds the lock: try again shortly
├── DatabaseGone         database_gone    the database does not answer
├── StorageFull          storage_full     the disk is full; reads still work
└── SchemaMismatch       schema_mismatch  the tables are older or newer than this program
"""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from aurelius_kernel.errors import StorageUnavailable

__all__ = ["DatabaseBusy", "DatabaseGone", "SchemaMismatch", "StorageFull", "translated"]


class DatabaseBusy(StorageUnavailable):
    """Another program holds the lock, or too many requests wait."""

    code = "database_busy"

    def __init__(self, message: str = "The database is busy; try again in a few seconds.") -> None:
        super().__init__(message)


class DatabaseGone(StorageUnavailable):
    """The database does not answer."""

    code = "database_gone"

    def __init__(self, message: str = "The database does not answer; try again in a few seconds.") -> None:
        super().__init__(message)


class StorageFull(StorageUnavailable):
    """The disk is full: reading works, writing does not."""

    code = "storage_full"

    def __init__(self, message: str = "The disk is full: nothing was stored, and reading still works.") -> None:
        super().__init__(message)


class SchemaMismatch(StorageUnavailable):
    """The tables are older or newer than this program."""

    code = "schema_mismatch"


def translated(error: Exception) -> Exception:
    """A driver's failure as one of ours; a violated constraint or a bug stays what it is."""
    if isinstance(error, PoolTimeoutError):
        return DatabaseBusy()
    original = error.orig if isinstance(error, DBAPIError) else error
    text = str(original).casefold()
    state = getattr(original, "sqlstate", None)
    if "disk is full" in text or "no space left" in text or state == "53100":
        return StorageFull()
    if "locked" in text or state in {"40001", "40P01", "55P03", "57014"}:
        return DatabaseBusy()
    if getattr(error, "connection_invalidated", False) or _is_operational(original):
        return DatabaseGone()
    return error


def _is_operational(error: object) -> bool:
    """Whether a driver says that the database, not the statement, is at fault: both give that error the same name."""
    return any(kind.__name__ == "OperationalError" for kind in type(error).__mro__)
