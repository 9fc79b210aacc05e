"""The end of the tear sheet: where the data comes from, what exactly was run, what every number means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aurelius_kernel.metrics import Metric
from aurelius_kernel.reporting.printable import abridged, clipped, printable
from aurelius_kernel.views.metric_table import label
from aurelius_kernel.views.numerals import count

__all__ = ["definitions", "identity", "named", "sources", "specification"]

ROOM_FOR_NAMES = 240
ADJUSTMENTS = {"raw": "nothing", "split": "splits", "total-return": "splits and dividends"}
FIDELITIES = {"tier0_close": "closes only", "tier1_bar": "open, high, low, close"}


def named(names: Sequence[str]) -> str:
    """As many of the names as fit in about three lines, at least one, and how many more there are."""
    shown, room = [], ROOM_FOR_NAMES
    for name in names:
        shown.append(abridged(name, 60))
        room -= len(shown[-1]) + 2
        if room < 0:
            break
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {count(more)} more" if more else "")


def sources(provenance: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Where the bars come from; instruments of one source stand together."""
    together: dict[str, list[str]] = {}
    for name, source in provenance.items():
        together.setdefault(repr(source), []).append(name)
    return [{"instruments": named(names), "facts": _source(provenance[names[0]])} for names in together.values()]


def identity(summary: Mapping[str, Any]) -> list[list[str]]:
    """Every hash in full, with seed and engine."""
    own = summary["identity"]
    rows = {
        "Result": summary["hash"],
        "Identity": own["key"],
        "Specification": own["spec_hash"],
        "Data": own["data_hash"],
        "Seed": own["seed"],
        "Engine": own["engine_version"],
    }
    return [[name, printable(value)] for name, value in rows.items()]


def specification(spec: Mapping[str, Any]) -> list[list[str]]:
    """Every setting of the run by its dotted name."""
    return [[printable(name), clipped(value, 2_000)] for name, value in _flat(spec, "")]


def definitions() -> list[list[str]]:
    """Label, formula and source of every metric."""
    return [[label(metric), metric.formula, "" if metric.source == "definition" else metric.source] for metric in Metric]


def _source(source: Mapping[str, Any]) -> list[list[str]]:
    rows = {
        "Provider": source["provider"],
        "Licence": source["licence"] or "not stated",
        "Adjusted for": ADJUSTMENTS[source["adjustment"]],
        "Bars hold": FIDELITIES[source["fidelity"]],
        "Calendar": f"{source['calendar']}, {source['venue_class']}",
        "Retrieved": source["retrieved_at"] or "not recorded",
        "Transforms": "; ".join(source["transforms"]) or "none",
        "Quality": "; ".join(source["quality_flags"]) or "nothing to report",
    }
    return [[name, clipped(value, 300)] for name, value in rows.items()]


def _flat(settings: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", _setting(value)


def _setting(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if value is None or isinstance(value, bool):
        return {None: "none", True: "yes", False: "no"}[value]
    return f"{value:,.12g}" if isinstance(value, float) else str(value)
