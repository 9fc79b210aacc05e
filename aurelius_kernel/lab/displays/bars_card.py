"""A frame of bars: what it spans, where the price went, and the rows themselves."""

from __future__ import annotations

from html import escape

import pandas as pd

from aurelius_kernel.views.folds import facts_table, fold
from aurelius_kernel.views.numerals import count, day, minute, percent, plural, price_digits, ratio
from aurelius_kernel.views.sparkline import sparkline

__all__ = ["bars_bundle"]

PRICES = ["open", "high", "low", "close"]
NAME = "instrument"


def bars_bundle(frame: pd.DataFrame) -> dict[str, str] | None:
    """The card of a frame of bars, with pandas' own text beside it; None for any other frame."""
    if (
        list(frame.columns[:4]) != PRICES
        or not isinstance(frame.index, pd.DatetimeIndex)
        or frame.index.tz is None
        or len(frame) < 2
    ):
        return None
    close = frame["close"].dropna()
    if close.empty:
        return None
    head = f"{frame.attrs.get(NAME, 'Bars')}, {_span(frame.index)}, {plural(len(frame), 'bar')}"
    rows = frame._repr_html_() or ""  # type: ignore[operator]  # pandas-stubs leave it out; empty where its option says so
    html = (
        f"<div style='max-width:56em'><div style='font-weight:600'>{escape(head)}</div>{sparkline([close], 'Closing prices')}"
        f"{facts_table(_facts(frame, close))}{fold('The bars', rows)}</div>"
    )
    return {"text/html": html, "text/plain": f"{head}\n{frame!r}"}


def _facts(frame: pd.DataFrame, close: pd.Series) -> list[tuple[str, str]]:
    digits = price_digits([float(close.min())])
    first, last = float(close.iloc[0]), float(close.iloc[-1])
    facts = [
        ("last close", f"{ratio(last, digits)}, {percent(last / first - 1.0 if first > 0 else None)} since the first"),
        ("lowest, highest close", f"{ratio(float(close.min()), digits)}, {ratio(float(close.max()), digits)}"),
    ]
    if "volume" in frame.columns and frame["volume"].notna().any():
        facts.append(("mean volume", count(float(frame["volume"].mean()))))
    if frame["open"].isna().all():
        facts.append(("note", "closing prices only: orders fill at the next close"))
    if frame.attrs.get("holdout_cut"):
        facts.append(("note", "what follows is a locked holdout"))
    return facts


def _span(index: pd.DatetimeIndex) -> str:
    write = day if (index[-1] - index[0]) / len(index) > pd.Timedelta(hours=12) else minute
    return f"{write(index[0])} to {write(index[-1])}"
