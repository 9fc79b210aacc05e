"""Markup of pages and HTML reports: tiles, tables, cards, and what stands there when there is nothing to show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from aurelius_kernel.views.csv_link import csv_link

__all__ = ["Html", "card", "empty", "markup", "one_line", "table", "tiles"]


class Html(str):
    """Markup that a notebook shows as such; any other text is escaped before it is put on a page."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return str(self)


def tiles(facts: Iterable[tuple[str, str, str]]) -> Html:
    """One tile a fact: what it is, its value, and a remark under it that may be empty."""
    drawn = (
        f"<div class='tile'><span>{escape(name)}</span><b>{escape(value)}</b><small>{escape(remark)}</small></div>"
        for name, value, remark in facts
    )
    return Html(f"<div class='tiles'>{''.join(drawn)}</div>")


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, numeric: Sequence[str] = (), title: str = "") -> Html:
    """A card with a table that can be saved as CSV; `numeric` names the columns that are set flush right.

    A cell that is Html is taken as it is.
    """
    rows = list(rows)
    kinds = ["num" if name in numeric else "" for name in columns]
    head = "".join(f"<th scope='col' class='{kind}'>{escape(name)}</th>" for name, kind in zip(columns, kinds, strict=True))
    body = "".join(f"<tr>{_cells(row, kinds)}</tr>" for row in rows)
    inner = f"<table class='data'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    scroll = f"<div class='scroll' tabindex='0' role='region' aria-label='{escape(title or 'Table', quote=True)}'>{inner}</div>"
    return card(title, Html(scroll), beside=csv_link(columns, rows, title) if rows else "")


def card(title: str, inner: str, *, beside: str = "") -> Html:
    """Something on a card of its own, under a title that may be empty; `beside` is markup that stands at the title's right."""
    heading = (f"<h2>{escape(title)}</h2>" if title else "") + beside
    heading = f"<div class='head'>{heading}</div>" if beside else heading
    return Html(f"<section class='card'>{heading}{markup(inner)}</section>")


def empty(title: str, remark: str) -> Html:
    """What a page says when there is nothing to show, and how something gets there."""
    return Html(f"<section class='state'><h2>{escape(title)}</h2><p>{escape(remark)}</p></section>")


def one_line(text: str) -> Html:
    """Text that a narrow table does not break, as a date."""
    return Html(f"<span class='whole'>{markup(text)}</span>")


def markup(text: str) -> str:
    """Text as markup."""
    return text if isinstance(text, Html) else escape(text)


def _cells(row: Sequence[str], kinds: Sequence[str]) -> str:
    return "".join(f"<td class='{kind}'>{markup(cell)}</td>" for cell, kind in zip(row, kinds, strict=True))
