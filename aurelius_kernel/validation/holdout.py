"""The holdout vault: a last stretch of data that only a gate may look at, and what each look costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

import pandas as pd

from aurelius_kernel import data
from aurelius_kernel.artifacts import Store
from aurelius_kernel.artifacts.holdout import Look
from aurelius_kernel.data.holdout import Holdout, key_of, locked, locks, opened, put_lock
from aurelius_kernel.errors import ImpossibleRequest, InvalidField
from aurelius_kernel.home import owner
from aurelius_kernel.metrics.sample import between

__all__ = ["holdout_grade", "holdout_looks", "holdouts", "lock_holdout", "open_holdout"]

GRADES = "ABCDE"
LEVEL = 0.05
COLUMNS = ("instrument", "frequency", "start", "locked_at", "looks", "grade", "level", "last_look")


def lock_holdout(instrument: str, start: date | str | None = None, *, share: float = 0.2, frequency: str = "1d") -> Holdout:
    """Lock an instrument's bars from `start` on, its last fifth unless told; from then on only a gate sees them.

    A lock is for good: the same one again changes nothing, and one from another day is refused with ImpossibleRequest.

    Parameters
    ----------
    instrument, frequency : of the catalogue
    start : the first locked day, in UTC
    share : how much of the bars is locked where no day is given, between 0 and 1

    Raises
    ------
    UnknownName, InvalidField, ImpossibleRequest
        For what is not in the catalogue, for a share out of range, and for a day that leaves no bar on either side of it.
    """
    portion = between("share", share, 0, 1)
    if (before := locked(instrument, frequency)) is not None and start is None:
        return before
    bars = data.load([instrument], frequency)[0][instrument] if before is None else pd.DataFrame()
    day = _day(start) if start is not None else bars.index[min(round(len(bars) * (1 - portion)), len(bars) - 1)].date()
    if before is None and not bars.index[0].date() < day <= bars.index[-1].date():
        edges = f"{bars.index[0]:%Y-%m-%d} and {bars.index[-1]:%Y-%m-%d}"
        raise ImpossibleRequest.of("start", f"({day}) must lie between {edges}, with bars of {instrument} on either side")
    return put_lock(instrument, frequency, day)


@contextmanager
def open_holdout(
    instruments: Sequence[str] | str, *, reason: str, evidence: str = "", frequency: str = "1d", store: Store | None = None
) -> Iterator[list[Look]]:
    """Let a gate read past the locks inside the block; each locked instrument is charged with one look, before the first bar.

    This is the only door. `reason` says which gate looks, `evidence` is the hash of what it judges. Whatever is loaded inside the
    block is flagged `holdout_opened`. Instruments without a lock cost nothing.

    Raises InvalidField for an empty reason, StorageUnavailable when a look cannot be written down: nothing is opened then.
    """
    names = [instruments] if isinstance(instruments, str) else list(instruments)
    looks = (store or Store()).looks
    keys = {key_of(name, frequency): name for name in names if locked(name, frequency) is not None}
    told = {"frequency": frequency, "owner": owner(), "reason": reason, "evidence": evidence}
    taken = [looks.record(key, {"instrument": name, **told}) for key, name in keys.items()]
    with opened(keys):
        yield taken


def holdout_looks(instruments: Sequence[str] | str, *, frequency: str = "1d", store: Store | None = None) -> int | None:
    """How often the most looked-at of the instruments' locked stretches was looked at; None where none of them has one."""
    names = [instruments] if isinstance(instruments, str) else list(instruments)
    looks = (store or Store()).looks
    counts = [looks.count(key_of(name, frequency)) for name in names if locked(name, frequency) is not None]
    return max(counts) if counts else None


def holdout_grade(looks: int) -> str:
    """What a verdict on locked data is worth after so many looks: A for the first, a letter less for each further one, down to E.

    Each look is another test on the same data. Where the first may be believed at 5 %, the k-th of them has to be significant at
    5 %/k for the same risk of being wrong once (Bonferroni); that is `level` in `holdouts`.
    """
    if isinstance(looks, bool) or not isinstance(looks, int) or looks < 0:
        raise InvalidField.of("looks", f"must be a whole number of at least 0, not {looks!r:.40}")
    return GRADES[min(max(looks - 1, 0), len(GRADES) - 1)]


def holdouts(store: Store | None = None) -> pd.DataFrame:
    """One row a lock: since when, how often it was looked at, when last, the grade, and the level a further test must reach."""
    looks, rows = (store or Store()).looks, []
    for lock in locks():
        taken = looks.all(key_of(lock.instrument, lock.frequency))
        grade, level = holdout_grade(len(taken)), LEVEL / (len(taken) + 1)
        last = taken[-1].at if taken else None
        rows.append((lock.instrument, lock.frequency, lock.start, lock.locked_at, len(taken), grade, level, last))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _day(start: date | str) -> date:
    try:
        return date.fromisoformat(start[:10]) if isinstance(start, str) else date(start.year, start.month, start.day)
    except (ValueError, AttributeError, TypeError):
        raise InvalidField.of("start", f"must be a day like 2010-01-31, not {start!r:.60}") from None
