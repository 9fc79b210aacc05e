"""Progress on standard error: a bar at a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

__all__ = ["Tell", "progress"]

Tell = Callable[[float, str], None]
"""Called with the fraction done, 0 to 1, and what is being done."""


@contextmanager
def progress(title: str) -> Iterator[Tell]:
    """Show how far something is while the block runs; the block calls what it is given."""
    if not sys.stderr.isatty():
        click.echo(f"{title} …", err=True)
        yield _quietly
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[stage]}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=1.0, stage="")

        def tell(fraction: float, stage: str) -> None:
            bar.update(task, completed=fraction, stage=stage)

        yield tell


def _quietly(_fraction: float, _stage: str) -> None:
    """Say nothing: a log does not want every step."""
