"""The database, as commands of a shell on the server open it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from server_ext.db import Database, schema
from server_ext.settings import Settings

__all__ = ["opened", "unopened"]


@contextmanager
def opened() -> Iterator[Database]:
    """The database of the settings, at this program's schema; embedded mode brings it there."""
    with unopened() as database:
        if Settings.read().production:
            schema.require_current(database.engine)
        else:
            schema.upgrade(database.engine)
        yield database


@contextmanager
def unopened() -> Iterator[Database]:
    """The database of the settings, whatever its schema."""
    settings = Settings.read()
    database = Database(settings.database(), pool=settings.database_pool)
    try:
        yield database
    finally:
        database.close()
