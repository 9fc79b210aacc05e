"""How a run ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from aurelius_kernel.errors import AureliusError, RunCancelled, RunFailed

__all__ = ["Ending", "Outcome"]


class Outcome(StrEnum):
    """The ways in which a run comes to its end.

    Only LOST says nothing about the notebook: its kernel died or never came, and the same run may well succeed when tried again.
    """

    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    LOST = "lost"


@dataclass(frozen=True, kw_only=True)
class Ending:
    """An outcome that is not completion, and the error that tells it in a sentence."""

    outcome: Outcome
    error: AureliusError

    @classmethod
    def of(cls, outcome: Outcome, sentence: str) -> Self:
        """An ending told by that sentence."""
        kind = RunCancelled if outcome is Outcome.CANCELLED else RunFailed
        return cls(outcome=outcome, error=kind(sentence))
