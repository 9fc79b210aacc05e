"""Any record: its plain values in a table, and behind lines what it holds many of."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from html import escape
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel

from aurelius_kernel.views.folds import facts_table, fold, rows_table
from aurelius_kernel.views.numerals import DASH
from aurelius_kernel.views.sparkline import sparkline

__all__ = ["record_bundle"]

WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
MOST_ROWS, MOST_COLUMNS, LONGEST, DEEPEST = 20, 8, 200, 3
Part = tuple[str, str]


def record_bundle(record: Any) -> dict[str, str]:
    """The record as HTML and as text; every text is escaped."""
    plain, parts = _parted(record, 0)
    head = WORDS.sub(" ", type(record).__name__).capitalize()
    curve = _curve(record)
    html = (
        f"<div style='max-width:60em'><div style='font-weight:600'>{escape(head)}</div>{curve}{facts_table(plain)}"
        f"{''.join(fold(title, inner) for title, inner in parts)}</div>"
    )
    rows = [*plain, *((title, "…") for title, _ in parts)]
    width = max((len(name) for name, _ in rows), default=0)
    return {"text/html": html, "text/plain": "\n".join([head, *(f"  {name:<{width}}  {said}" for name, said in rows)])}


def _parted(record: Any, depth: int) -> tuple[list[Part], list[Part]]:
    """What is said in a word, and what opens under a title as markup."""
    plain: list[Part] = []
    parts: list[Part] = []
    for name, value in _fields(record).items():
        title = name.replace("_", " ")
        inner = _inner(value, depth + 1)
        if inner:
            parts.append((_counted(title, value), inner))
        elif not _is_empty(value):
            plain.append((title, _word(value)))
    return plain, parts


def _inner(value: Any, depth: int) -> str:
    """What a value holds as markup; empty for one that is said in a word."""
    if depth > DEEPEST:
        return ""
    if _is_row(value):
        plain, parts = _parted(value, depth)
        return facts_table(plain) + "".join(fold(title, inner) for title, inner in parts)
    rows = [_fields(one) for one in value] if isinstance(value, list | tuple) and value and all(map(_is_row, value)) else []
    if not rows:
        return ""
    head = [name for name, one in rows[0].items() if not isinstance(one, list | tuple | Mapping) and not _is_record(one)][
        :MOST_COLUMNS
    ]
    body = [[_word(row.get(name)) for name in head] for row in rows[:MOST_ROWS]]
    return rows_table([name.replace("_", " ") for name in head], body)


def _fields(record: Any) -> dict[str, Any]:
    if isinstance(record, Mapping):
        return {str(name): value for name, value in record.items()}
    if isinstance(record, BaseModel):
        return {name: getattr(record, name) for name in type(record).model_fields}
    if dataclasses.is_dataclass(record):
        return {one.name: getattr(record, one.name) for one in dataclasses.fields(record)}
    fields: dict[str, Any] = record._asdict()
    return fields


def _is_record(value: Any) -> bool:
    return (
        isinstance(value, BaseModel)
        or hasattr(value, "_asdict")
        or (dataclasses.is_dataclass(value) and not isinstance(value, type))
    )


def _is_row(value: Any) -> bool:
    return isinstance(value, Mapping) or _is_record(value)


def _is_empty(value: Any) -> bool:
    return isinstance(value, list | tuple | Mapping) and not len(value)


def _counted(title: str, value: Any) -> str:
    if isinstance(value, list | tuple) and not _is_record(value):
        return f"{title}: {len(value):,}" + (f", the first {MOST_ROWS}" if len(value) > MOST_ROWS else "")
    return title


def _word(value: Any) -> str:
    """One value as a person writes it; what is long is cut."""
    if value is None or (isinstance(value, float) and value != value):  # noqa: PLR0124  NaN alone differs from itself
        return DASH
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float | np.number):
        return f"{value:,}" if isinstance(value, int) else f"{value:,.6g}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, np.ndarray | pd.DataFrame | pd.Series):
        return f"{type(value).__name__} of {' × '.join(f'{side:,}' for side in value.shape)}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _cut(", ".join(map(_word, value)))
    return str(value) if isinstance(value, date) else _cut(str(value))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _curve(record: Any) -> str:
    """The account that the record tells point by point, if it does."""
    for value in _fields(record).values():
        if isinstance(value, list) and len(value) > 1 and all(hasattr(one, "equity") and hasattr(one, "time") for one in value):
            known = [(one.time, one.equity) for one in value if one.equity is not None]
            index = pd.DatetimeIndex([time for time, _ in known])
            return sparkline([pd.Series([equity for _, equity in known], index=index, dtype=np.float64)], "Account value")
    return ""
