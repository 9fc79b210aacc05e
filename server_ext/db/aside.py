"""Rows of tables that a step down takes away: put aside under another name, and put back by the step up."""

from __future__ import annotations

from alembic import op
from sqlalchemy import ColumnElement, Connection, CreateTableAs, MetaData, Table, and_, func, insert, inspect, or_, select, text

from server_ext.db.engine import is_sqlite

__all__ = ["continue_numbering", "discard", "is_aside", "put_aside", "put_back"]

_PREFIX = "aside_"


def is_aside(table: str) -> bool:
    """Whether a table holds rows that wait for a step up."""
    return table.startswith(_PREFIX)


def put_aside(*tables: str) -> None:
    """Drop tables in a migration's step down, children first; what they hold stays, without its keys and rules."""
    connection = op.get_bind()
    for name in tables:
        rows = select(Table(name, MetaData(), autoload_with=connection))
        if connection.execute(rows.limit(1)).first() is not None:
            connection.execute(CreateTableAs(rows, _PREFIX + name))
        op.drop_table(name)


def put_back(connection: Connection) -> None:
    """Give the tables that are there again their rows, parents first; a row whose parent went meanwhile goes too."""
    if not any(map(is_aside, inspect(connection).get_table_names())):
        return
    found = MetaData()
    found.reflect(connection)
    for table in found.sorted_tables:
        if (aside := found.tables.get(_PREFIX + table.name)) is not None:
            _move(connection, aside, table)


def discard(connection: Connection) -> None:
    """Drop what was put aside."""
    for name in filter(is_aside, inspect(connection).get_table_names()):
        connection.execute(text(f'DROP TABLE "{name}"'))


def continue_numbering(connection: Connection, table: Table) -> None:
    """Let PostgreSQL count on from the highest number among rows that came with theirs."""
    if is_sqlite(connection) or "seq" not in table.columns:
        return
    sequence = connection.execute(select(func.pg_get_serial_sequence(table.name, "seq"))).scalar()
    newest = connection.execute(select(func.max(table.columns.seq))).scalar()
    if sequence and newest:
        connection.execute(text("SELECT setval(CAST(:sequence AS regclass), :newest)"), {"sequence": sequence, "newest": newest})


def _move(connection: Connection, aside: Table, table: Table) -> None:
    names = [column.name for column in table.columns if column.name in aside.columns]
    # What the migration itself wrote into the new table gives way to what was there before.
    same = [table.columns[column.name] == aside.columns[column.name] for column in table.primary_key]
    connection.execute(table.delete().where(select(aside).where(*same).correlate(table).exists()))
    rows = select(*(aside.columns[name] for name in names)).where(*_has_parents(aside, table))
    connection.execute(insert(table).from_select(names, rows))
    continue_numbering(connection, table)
    connection.execute(text(f'DROP TABLE "{aside.name}"'))


def _has_parents(aside: Table, table: Table) -> list[ColumnElement[bool]]:
    """One condition for each foreign key of `table`."""
    return [
        or_(
            *(aside.columns[element.parent.name].is_(None) for element in key.elements),
            select(key.referred_table)
            .where(and_(*(element.column == aside.columns[element.parent.name] for element in key.elements)))
            .correlate(aside)
            .exists(),
        )
        for key in table.foreign_key_constraints
    ]
