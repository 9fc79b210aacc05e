"""What a command answers with, and how it is printed for people and for machines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from aurelius_kernel.hashing import plain

__all__ = ["Answer", "facts", "rows"]

PIPE_WIDTH = 200


@dataclass(frozen=True)
class Answer:
    """A document for machines; for people, whatever rich can print, one thing after the other."""

    document: Any
    shown: Sequence[Any]
    exit_code: int = 0

    def print(self, *, as_json: bool) -> None:
        """Write the document, or what is shown, to standard output."""
        if as_json:
            click.echo(json.dumps(plain(self.document), ensure_ascii=False, indent=2, allow_nan=False))
            return
        console = Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, highlight=False)
        with console.capture() as printed:
            for part in self.shown:
                console.print(part, markup=False)
        # rich fills every cell to its column's width; nobody wants the blanks at the end.
        click.echo("\n".join(line.rstrip() for line in printed.get().splitlines()))


def rows(titles: Sequence[str], values: Iterable[Sequence[Any]], *, right: Sequence[str] = ()) -> Table:
    """A table with a head; columns named in `right` are set to the right, as numbers are."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for title in titles:
        table.add_column(title, justify="right" if title in right else "left", overflow="fold")
    for value in values:
        table.add_row(*(_cell(item) for item in value))
    return table


def facts(values: Iterable[tuple[str, Any]]) -> Table:
    """A table of two columns without a head: what, and its value."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in values:
        table.add_row(name, _cell(value))
    return table


def _cell(value: Any) -> Any:
    return value if hasattr(value, "__rich_console__") else Text("" if value is None else str(value))
