"""What came of something that was asked on a page, as one sentence with a way on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import httpx

from aurelius_kernel.errors import AureliusError

__all__ = ["Act", "Outcome", "attempt"]

AWAY = "The platform does not answer; nothing was changed. Try again in a moment."


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A sentence, of which kind it is (good, bad or soft), how far the work is, and where it can be looked at."""

    text: str
    kind: str = "good"
    href: str = ""
    label: str = ""
    progress: float | None = None
    fields: dict[str, str] | None = None

    def document(self) -> dict[str, Any]:
        """The outcome as it is sent to the browser."""
        return asdict(self)


Act = Callable[[str], Outcome]
"""What a button does with the id that it stands for."""


def attempt(work: Callable[[], Outcome]) -> Outcome:
    """What came of `work`: its own outcome, or why the platform refused, with the fields that the refusal names."""
    try:
        return work()
    except AureliusError as error:
        return Outcome(text=error.message, kind="bad", fields=dict(error.fields))
    except httpx.TransportError:
        return Outcome(text=AWAY, kind="bad")
