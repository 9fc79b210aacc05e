"""What lies behind a line of a card until somebody opens it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

__all__ = ["facts_table", "fold", "rows_table"]

ONE_LINE = 30
"""So many characters stand on one line, as dates and numbers do."""
FOLD = "<details style='margin:2px 0'><summary style='cursor:pointer;opacity:.8'>{title}</summary>{inner}</details>"


def fold(title: str, inner: str) -> str:
    """Markup that opens under its title; the title is escaped. Nothing where there is nothing to open."""
    return FOLD.format(title=escape(title), inner=inner) if inner else ""


def rows_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose first column is set flush left, the others flush right; every text is escaped. Nothing without rows."""
    body = "".join(_row("td", row) for row in rows)
    top = f"<thead>{_row('th', head)}</thead>" if any(head) else ""
    return f"<table style='margin:4px 0;font-variant-numeric:tabular-nums'>{top}<tbody>{body}</tbody></table>" if body else ""


def facts_table(facts: Iterable[tuple[str, str]]) -> str:
    """Names and what is to be said of each, which may be long; every text is escaped."""
    body = "".join(
        f"<tr><td style='text-align:left;white-space:nowrap;vertical-align:top;padding-right:1em'>{escape(name)}</td>"
        f"<td style='text-align:left;white-space:normal;overflow-wrap:anywhere'>{escape(value)}</td></tr>"
        for name, value in facts
    )
    return f"<table style='margin:4px 0'><tbody>{body}</tbody></table>" if body else ""


def _row(cell: str, texts: Sequence[str]) -> str:
    sides = ["left", *["right"] * (len(texts) - 1)]
    styles = [f"text-align:{side}{_unbroken(text)}" for side, text in zip(sides, texts, strict=True)]
    cells = (f"<{cell} style='{style}'>{escape(text)}</{cell}>" for style, text in zip(styles, texts, strict=True))
    return f"<tr>{''.join(cells)}</tr>"


def _unbroken(text: str) -> str:
    return ";white-space:nowrap" if len(text) <= ONE_LINE else ""
