"""How often the hub does what."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Pace"]


@dataclass(frozen=True, kw_only=True)
class Pace:
    """In seconds: between two deliveries, two looks into the table, two rounds of the watch; until a failed read is tried again."""

    tick: float = 0.015
    poll: float = 0.5
    watch: float = 1.0
    retry: float = 1.0
    patience: float = 5.0
