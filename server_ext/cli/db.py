"""`aurelius db`: the schema and its history, backups, and whether all is well."""

from __future__ import annotations

from pathlib import Path

import click

from aurelius_kernel.clock import utc_now
from server_ext.accounts.audit import first_broken
from server_ext.cli.answer import Answer, facts
from server_ext.cli.command import CommandGroup
from server_ext.cli.database import opened, unopened
from server_ext.db import backup as backups
from server_ext.db import schema
from server_ext.settings import Settings

__all__ = ["command"]


@click.group(cls=CommandGroup)
def command() -> None:
    """The database: upgrade, downgrade, back up, restore, check."""


@command.command()
def upgrade() -> Answer:
    """Bring the tables to what this program needs."""
    with unopened() as database:
        revision = schema.upgrade(database.engine)
    return Answer({"revision": revision}, [f"The database is at revision {revision}."])


@command.command()
@click.argument("revision")
def downgrade(revision: str) -> Answer:
    """Take the tables back to a revision, or to `base`; a backup is written first."""
    with unopened() as database:
        path = _backup_path()
        backups.backup(database, path)
        reached = schema.downgrade(database.engine, revision)
    document = {"revision": reached, "backup": str(path)}
    return Answer(document, [facts([("revision", reached or "none"), ("backup", path)])])


@command.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
def backup(file: Path | None) -> Answer:
    """Write every row, as of one moment, to a file; the server may go on."""
    path = file or _backup_path()
    with opened() as database:
        manifest = backups.backup(database, path)
    total = sum(manifest.rows.values())
    return Answer({"file": str(path), **manifest.model_dump()}, [facts([("file", path), ("rows", total)])])


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> Answer:
    """Fill an empty database from a backup, on SQLite or PostgreSQL."""
    with unopened() as database:
        manifest = backups.restore(database, file)
    return Answer(manifest.model_dump(), [facts([("made at", manifest.made_at), ("rows", sum(manifest.rows.values()))])])


@command.command()
def check() -> Answer:
    """Say where the database stands, and whether the audit log is whole."""
    with unopened() as database:
        health = schema.check(database.engine)
        problems = list(health.problems)
        if health.revision == health.head:
            with database.reading() as connection:
                broken = first_broken(connection)
            problems += [f"the audit log was changed at row {broken}"] if broken else []
    shown = [facts([("revision", health.revision), ("wanted", health.head), ("problems", "; ".join(problems) or "none")])]
    return Answer({"revision": health.revision, "wanted": health.head, "problems": problems}, shown, exit_code=1 if problems else 0)


def _backup_path() -> Path:
    return Settings.read().home / "backups" / f"aurelius-{utc_now():%Y%m%d-%H%M%S}.zip"
