"""The platform as whoever looks at the page sees it: every number of a page comes through the API, under the looker's rights."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from html import escape
from urllib.parse import parse_qs

from aurelius_kernel.client import Client
from aurelius_kernel.views.markup import Html
from aurelius_kernel.views.numerals import DASH, ratio

__all__ = ["REPORTS", "ago", "asked", "desk", "downloads", "link", "percent", "state"]

REPORTS = {"report.pdf": "PDF", "report.html": "HTML", "report.xlsx": "Excel", "report.json": "JSON"}
"""The files of every report, and what each is called."""
STATES = {
    "active": "good",
    "cancelled": "soft",
    "completed": "good",
    "failed": "bad",
    "ok": "good",
    "queued": "soft",
    "running": "warn",
}


@cache
def desk() -> Client:
    """The API, as the account whose page this is."""
    return Client()


def asked(name: str) -> str | None:
    """A word of the page's address, as `backtest_id`; a stranger may have written it."""
    return parse_qs(os.environ.get("QUERY_STRING", "")).get(name, [None])[0]


def link(page: str, text: str, **asking: str) -> Html:
    """A way to another page."""
    query = "&".join(f"{name}={escape(value, quote=True)}" for name, value in asking.items())
    return Html(f"<a href='{page}.ipynb{'?' + query if query else ''}'>{escape(text)}</a>")


def downloads(base: str, files: Mapping[str, str] = REPORTS, **query: str) -> Html:
    """The ways to the files of one thing of the API, as `backtests/ID`; the values of the query are escaped."""
    asking = "?" + "&".join(f"{name}={escape(value, quote=True)}" for name, value in query.items()) if query else ""
    start = f"../../../api/v1/{escape(base, quote=True)}/"
    return Html(" · ".join(f"<a href='{start}{file}{asking}' download>{escape(name)}</a>" for file, name in files.items()))


def state(word: str) -> Html:
    """A state as a pill in its colour."""
    return Html(f"<span class='pill {STATES.get(word, 'warn')}'>{escape(word)}</span>")


def percent(value: float | None, digits: int = 2) -> str:
    """A percent number of the API, as 12.34 %."""
    return DASH if value is None else f"{ratio(value, digits)}%"


def ago(time: datetime) -> Html:
    """A moment, as the reader's own browser would write it, in UTC."""
    return Html(f"<time datetime='{time.isoformat()}'>{time:%Y-%m-%d %H:%M}</time>")
