"""A strategy: its rule in a sentence, and its parameters with what each of them is."""

from __future__ import annotations

from html import escape
from typing import Any

from aurelius_kernel.strategies import Strategy, describe
from aurelius_kernel.views.folds import facts_table

__all__ = ["strategy_bundle"]


def strategy_bundle(strategy: Strategy) -> dict[str, str]:
    """The strategy as HTML and as text; every text is escaped."""
    rows = [(f"{row['parameter']} = {getattr(strategy, row['parameter'])!r}", _said(row)) for row in describe(type(strategy))]
    head = f"{strategy.type}: {strategy.summary}"
    note = f"decides from bar {strategy.warm_up + 1} on"
    width = max((len(name) for name, _ in rows), default=0)
    text = "\n".join([head, *(f"  {name:<{width}}  {said}" for name, said in rows), f"  {note}"])
    html = (
        f"<div style='max-width:56em'><div><b>{escape(strategy.type)}</b>: {escape(strategy.summary)}</div>"
        f"{facts_table(rows)}<div style='opacity:.7'>{escape(note)}</div></div>"
    )
    return {"text/html": html, "text/plain": text}


def _said(row: dict[str, Any]) -> str:
    low, high, choices = row["low"], row["high"], row["choices"]
    if choices:
        ends = f" One of {', '.join(map(str, choices))}."
    else:
        ends = (
            "" if low is None and high is None else f" {'' if low is None else f'{low:g}'} … {'' if high is None else f'{high:g}'}"
        )
    return f"{row['description']}{ends}"
