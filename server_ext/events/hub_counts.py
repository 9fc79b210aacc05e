"""What a hub did since it began."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Counts"]


@dataclass
class Counts:
    """`queue_high_water` is the most events that a listener was behind without having been away."""

    messages_sent: int = 0
    queue_high_water: int = 0
    replays: int = 0
