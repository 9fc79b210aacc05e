"""Every error that Aurelius raises on purpose, each with a stable `code`.

AureliusError                     aurelius_error       the root: catch this to catch them all
├── InvalidInput                  invalid_input        the caller asked wrongly; nothing was done
│   ├── InvalidField              invalid_field        one or more named fields are malformed
│   ├── ImpossibleRequest         impossible_request   the fields are well formed but make no sense together
│   │   ├── UnknownName           unknown_name         no such instrument, family, parameter or metric
│   │   └── NotEnoughBars         not_enough_bars      the window is too short for what was asked
│   └── BarsRefused               bars_refused         an import was refused, row by row, with reasons
├── NotFound                      not_found            an artifact or file that does not exist
├── CorruptArtifact               corrupt_artifact     stored bytes no longer match their hash
├── StorageUnavailable            storage_unavailable  the disk is full, read-only or locked
├── RunFailed                     run_failed           a run started and could not finish
└── RunCancelled                  run_cancelled        a run was cancelled on request
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence

__all__ = [
    "AureliusError",
    "BarsRefused",
    "CorruptArtifact",
    "ImpossibleRequest",
    "InvalidField",
    "InvalidInput",
    "NotEnoughBars",
    "NotFound",
    "RunCancelled",
    "RunFailed",
    "StorageUnavailable",
    "UnknownName",
]


class AureliusError(Exception):
    """The root of the tree; `message` is one sentence a person can act on."""

    code = "aurelius_error"

    def __init__(self, message: str, *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields = dict(fields or {})


class InvalidInput(AureliusError):
    """The caller asked wrongly; nothing was read, written or run."""

    code = "invalid_input"


class InvalidField(InvalidInput):
    """One or more fields are malformed; `fields` maps each path to what is wrong with it."""

    code = "invalid_field"

    @classmethod
    def of(cls, field: str, problem: str) -> InvalidField:
        """Name the one field that is malformed and what would be right."""
        return cls(f"{field} {problem}.", fields={field: problem})


class ImpossibleRequest(InvalidInput):
    """Every field is well formed, but together they make no sense."""

    code = "impossible_request"

    @classmethod
    def of(cls, field: str, problem: str) -> ImpossibleRequest:
        """Name the field at fault and what would be right."""
        return cls(f"{field} {problem}.", fields={field: problem})


class UnknownName(ImpossibleRequest):
    """A name that is not known; the nearest known ones are offered."""

    code = "unknown_name"

    def __init__(self, kind: str, name: object, known: Iterable[str], *, field: str | None = None) -> None:
        choices = sorted(known)
        self.kind, self.name = kind, name
        self.nearest = nearest_names(str(name), choices)
        offered = self.nearest or choices[:5]
        hint = f"did you mean {' or '.join(offered)}?" if offered else "none is known yet."
        super().__init__(f"Unknown {kind} {name!r}: {hint}", fields={field or kind: f"unknown; {hint}"})


class NotEnoughBars(ImpossibleRequest):
    """The window holds fewer bars than the request needs; `missing` says how many more it would take."""

    code = "not_enough_bars"

    def __init__(self, needed: int, got: int, what: str) -> None:
        self.needed, self.got, self.missing = needed, got, needed - got
        super().__init__(
            f"{what} needs {needed} bars and the window holds {got}: {self.missing} are missing.",
            fields={"start_date": f"{self.missing} more bars are needed"},
        )


class BarsRefused(InvalidInput):
    """An import was refused; `reasons` lists the offending rows, and nothing was stored."""

    code = "bars_refused"

    def __init__(self, message: str, *, reasons: Sequence[str] = (), field: str = "file") -> None:
        self.reasons = list(reasons)
        super().__init__(message, fields={field: "; ".join(self.reasons[:5]) or message})


class NotFound(AureliusError):
    """An artifact or file that does not exist."""

    code = "not_found"


class CorruptArtifact(AureliusError):
    """Stored bytes no longer match the hash they are named by."""

    code = "corrupt_artifact"


class StorageUnavailable(AureliusError):
    """The store cannot be written: full, read-only or locked by another process."""

    code = "storage_unavailable"


class RunFailed(AureliusError):
    """A run started and could not finish."""

    code = "run_failed"


class RunCancelled(AureliusError):
    """A run was cancelled on request."""

    code = "run_cancelled"


def nearest_names(name: str, known: Sequence[str], limit: int = 3) -> list[str]:
    """The known names that look most like `name`, best first, letter case ignored; none that is much less like it than the best."""
    by_folded, folded = {candidate.casefold(): candidate for candidate in known}, name.casefold()
    found = difflib.get_close_matches(folded, by_folded, n=limit, cutoff=0.5)
    likeness = [difflib.SequenceMatcher(None, one, folded).ratio() for one in found]
    return [by_folded[one] for one, like in zip(found, likeness, strict=True) if like > 0.75 * likeness[0]]
