"""The schema and its history: bring it up, take it back, and say where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, inspect, text

from aurelius_kernel.errors import UnknownName
from server_ext.db.aside import is_aside, put_back
from server_ext.db.engine import is_sqlite
from server_ext.db.failures import SchemaMismatch

__all__ = ["Health", "check", "downgrade", "head", "require_current", "revision", "upgrade"]

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x6175_7265


@dataclass(frozen=True, kw_only=True)
class Health:
    """Where a database stands; `problems` is empty when all is well."""

    revision: str | None
    head: str
    problems: tuple[str, ...]


def head() -> str:
    """The revision that this program is written for."""
    return str(_scripts().get_current_head())


def revision(engine: Engine) -> str | None:
    """The revision that the database is at; None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine, target: str = "head") -> str | None:
    """Bring the database to `target`, each migration in its own transaction, and name the revision reached.

    Rows that a step down put aside are back where their tables are.
    """
    _refuse_newer(engine)
    with _alone(engine) as config:
        command.upgrade(config, target)
        connection: Connection = config.attributes["connection"]
        connection.rollback()
        put_back(connection)
        connection.commit()
    return revision(engine)


def downgrade(engine: Engine, target: str) -> str | None:
    """Take the database back to `target`, and name the revision reached; raises UnknownName for no such revision.

    What the tables of later revisions hold is put aside until they are made again.
    """
    _refuse_newer(engine)
    with _alone(engine) as config:
        try:
            command.downgrade(config, target)
        except CommandError:
            known = [script.revision for script in _scripts().walk_revisions()]
            raise UnknownName("revision", target, known) from None
    return revision(engine)


def require_current(engine: Engine) -> None:
    """Raise SchemaMismatch unless the database is exactly at this program's revision."""
    _refuse_newer(engine)
    if (stands := revision(engine)) != head():
        raise SchemaMismatch(f"The database is at revision {stands or 'none'} and needs {head()}: run `aurelius db upgrade`.")


def check(engine: Engine) -> Health:
    """Where the database stands: its revision, its integrity, and rows that point nowhere."""
    stands = revision(engine)
    problems = [] if stands == head() else [f"the schema is at {stands or 'none'}, not at {head()}"]
    if is_sqlite(engine):
        with engine.connect() as connection:
            problems += _sqlite_problems(connection)
    return Health(revision=stands, head=head(), problems=tuple(problems))


def _sqlite_problems(connection: Connection) -> list[str]:
    integrity = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check")]
    dangling = [f"a row of {row[0]} points to no row of {row[2]}" for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]
    return [problem for problem in integrity if problem != "ok"] + dangling


def _refuse_newer(engine: Engine) -> None:
    stands = revision(engine)
    if stands is None and not _is_empty(engine):
        raise SchemaMismatch("The database holds tables that are not Aurelius's: give Aurelius a database of its own.")
    if stands is not None and stands not in {script.revision for script in _scripts().walk_revisions()}:
        raise SchemaMismatch(f"The database is at revision {stands}, which a newer Aurelius made: install that one again.")


def _is_empty(engine: Engine) -> bool:
    return not [table for table in inspect(engine).get_table_names() if table != "alembic_version" and not is_aside(table)]


@contextmanager
def _alone(engine: Engine) -> Iterator[Config]:
    """A configuration on one connection; on PostgreSQL, no second program migrates at the same time."""
    with engine.connect().execution_options(write=True) as connection:
        if not is_sqlite(engine):
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
            connection.commit()
        config = _config()
        config.attributes["connection"] = connection
        yield config
        connection.rollback()
        if not is_sqlite(engine):
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})
            connection.commit()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
