"""`aurelius holdout`: last stretches of data that only a gate sees."""

from __future__ import annotations

from typing import Any

import click

from aurelius_kernel.validation import holdouts, lock_holdout
from aurelius_kernel.views.numerals import percent
from server_ext.cli.answer import Answer, facts, rows
from server_ext.cli.command import CommandGroup

__all__ = ["command"]


@click.group(cls=CommandGroup)
def command() -> None:
    """Lock a last stretch of data away from research, and see how often gates have looked at it."""


@command.command("lock")
@click.argument("instrument")
@click.option("--start", metavar="DAY", help="First locked day, as 2011-01-01.  [default: that of the last fifth of the bars]")
@click.option("--share", type=float, default=0.2, show_default=True, help="How much is locked where no day is given.")
@click.option("--frequency", default="1d", show_default=True, help="Of the bars.")
def lock(instrument: str, start: str | None, share: float, frequency: str) -> Answer:
    """Lock the bars of INSTRUMENT from a day on. A lock is for good: from then on only a gate sees them, and each look counts."""
    found = lock_holdout(instrument, start, share=share, frequency=frequency)
    return Answer(found.document(), [facts([("instrument", instrument), ("locked from", found.start), ("since", found.locked_at)])])


@command.command("list")
def list_() -> Answer:
    """Every lock, with the looks taken, the grade they leave, and the level that a further test has to reach."""
    table: list[dict[Any, Any]] = holdouts().to_dict("records")
    lines = [
        (one["instrument"], one["frequency"], one["start"], one["looks"], one["grade"], percent(one["level"], 2), one["last_look"])
        for one in table
    ]
    titles = ("instrument", "frequency", "locked from", "looks", "grade", "level", "last look")
    return Answer(table, [rows(titles, lines, right=("looks", "level"))])
