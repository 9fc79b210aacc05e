"""The fields that runs have in common, and how a run that was asked for stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from aurelius_kernel.client.records import UNFINISHED
from aurelius_kernel.views.pages.desk import asked, desk
from aurelius_kernel.views.pages.form import choice, field
from aurelius_kernel.views.pages.outcome import Outcome

__all__ = ["Status", "instruments_field", "is_asked_to", "run_fields", "standing", "strategy_field"]

MOST = 200


class Status(Protocol):
    """How far a run is."""

    @property
    def status(self) -> str:
        """Its state."""

    @property
    def progress(self) -> float:
        """From 0 to 1."""

    @property
    def stage(self) -> str:
        """What it does now."""

    @property
    def error(self) -> str | None:
        """Why it failed."""


def strategy_field() -> dict[str, Any]:
    """Which strategy; the one that the page's address names is chosen already."""
    found = desk().strategies(limit=MOST).strategies
    options = [(one.id, f"{one.name} · {one.strategy_type.replace('_', ' ')}") for one in found if one.status != "archived"]
    return choice("strategy_id", "Strategy", options, asked("strategy_id"), hint="" if options else "Make a strategy first.")


def run_fields() -> list[dict[str, Any]]:
    """Instruments, dates, capital and costs."""
    return [
        instruments_field(),
        field("start_date", "From", "date", hint="The first day there is, unless given"),
        field("end_date", "To", "date", hint="The last day there is, unless given"),
        field("initial_capital", "Capital", "number", 100_000, min=0),
        field("costs.commission_bps", "Commission, bps", "number", 5, min=0, hint="Of a fill's value; 100 are one percent"),
        field("costs.slippage_bps", "Slippage, bps", "number", 5, min=0, hint="How much worse than its price a fill is"),
    ]


def is_asked_to(what: str) -> bool:
    """Whether the page's address asks to open this form."""
    return asked("new") == what


def standing(noun: str, now: Status, href: str) -> Outcome:
    """How a run stands, with the way to its page."""
    if now.status in UNFINISHED:
        text = f"The {noun} is {now.status}" + (f": {now.stage}" if now.status == "running" else "")
        return Outcome(text=text, kind="soft", progress=now.progress, href=href, label=f"Open the {noun}")
    if now.status == "completed":
        return Outcome(text=f"The {noun} is complete.", href=href, label="See the result")
    return Outcome(text=now.error or f"The {noun} was {now.status}.", kind="bad", href=href, label=f"Open the {noun}")


def instruments_field(chosen: Sequence[str] | None = None) -> dict[str, Any]:
    """Instruments to choose from; typed where there are too many to show. Without a choice it is the address's, or the first."""
    found = desk().instruments(limit=MOST)
    names = sorted({one.instrument for one in found.instruments})
    if chosen is None:
        chosen = [asked("instrument") or ("GOOG" if "GOOG" in names else next(iter(names), ""))]
    if found.total > MOST:
        hint = f"Names with commas between; {found.total:,} are there"
        return field("instruments", "Instruments", "names", ", ".join(chosen), hint=hint)
    return choice("instruments", "Instruments", [(name, name) for name in names], list(chosen), kind="several")
