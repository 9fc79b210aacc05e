"""Selects that are asked thousands of times a second: compiled once, and run on the driver's own cursor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Select

__all__ = ["Prepared"]

Convert = Callable[[Any], Any]


class Prepared:
    """A select whose values are `bindparam`s, for SQLite and PostgreSQL.

    SQLAlchemy takes ten times as long to run a statement as SQLite to find one row by its key. Here it compiles the statement and
    says how each type is written and read; the rest is the driver's. What fails is the driver's own error, which the database's
    transactions translate.
    """

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self._plans: dict[str, _Plan] = {}

    def all(self, connection: Connection, **values: Any) -> list[dict[str, Any]]:
        """Every row, by the names of its columns."""
        dialect = connection.dialect
        plan = self._plans.get(dialect.name)
        if plan is None:
            plan = self._plans[dialect.name] = _Plan(self._statement, dialect)
        return plan.run(connection.connection.driver_connection, values)

    def first(self, connection: Connection, **values: Any) -> dict[str, Any] | None:
        """The first row; None when there is none."""
        rows = self.all(connection, **values)
        return rows[0] if rows else None


class _Plan:
    """The statement for one kind of database."""

    def __init__(self, statement: Select[Any], dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self._sql = str(compiled)
        self._positions: Sequence[str] | None = compiled.positiontup
        self._given: dict[str, Any] = compiled.params
        self._writers = _converters(
            {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()}
        )
        columns = statement.selected_columns
        self._names = [str(column.key) for column in columns]
        self._readers = _converters(
            {str(column.key): column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns}
        )

    def run(self, driver: Any, values: dict[str, Any]) -> list[dict[str, Any]]:
        given = {**self._given, **values}
        for name, write in self._writers:
            given[name] = write(given[name])
        parameters = given if self._positions is None else [given[name] for name in self._positions]
        rows = [dict(zip(self._names, row, strict=True)) for row in driver.execute(self._sql, parameters).fetchall()]
        for name, read in self._readers:
            for row in rows:
                row[name] = read(row[name])
        return rows


def _converters(found: dict[Any, Convert | None]) -> list[tuple[Any, Convert]]:
    """Those that there are: most types are taken as they stand."""
    return [(key, convert) for key, convert in found.items() if convert is not None]
