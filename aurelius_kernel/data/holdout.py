"""Locked last stretches of data: bars that research does not see until a gate looks at them.

A lock belongs to an instrument at a frequency, whatever source its bars come from. It cannot be moved or taken away: a stretch that
may be looked at whenever one likes is no holdout. It keeps honest people from fooling themselves; whoever may read the catalogue's
files can read the bars.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Annotated

import pandas as pd
from pydantic import Field

from aurelius_kernel.clock import rfc3339, utc_now
from aurelius_kernel.data.catalogue import Catalogue
from aurelius_kernel.data.content import stamps
from aurelius_kernel.data.manifest import Entry
from aurelius_kernel.data.window import Moment, slice_of, window
from aurelius_kernel.durable import storage_errors, write_whole
from aurelius_kernel.errors import CorruptArtifact, ImpossibleRequest
from aurelius_kernel.hashing import canonical_json, sha256_hex
from aurelius_kernel.model import Record

__all__ = ["HOLDOUT_CUT", "HOLDOUT_OPENED", "Holdout", "key_of", "locked", "locks", "opened", "put_lock", "within_lock"]

HOLDOUT_CUT, HOLDOUT_OPENED = "holdout_cut", "holdout_opened"
"""How bars are flagged that end where a lock begins, and bars that a gate was shown past it."""

_open: ContextVar[frozenset[str]] = ContextVar("open_holdouts", default=frozenset())


class Holdout(Record):
    """A lock: the bars of an instrument at a frequency from the day `start` on, in UTC, are for gates only."""

    instrument: str
    frequency: str
    start: Annotated[date, Field(strict=False)]
    locked_at: str


def key_of(instrument: str, frequency: str) -> str:
    """The name under which the lock of an instrument is kept."""
    return sha256_hex(f"{instrument} {frequency}".encode())[:32]


def locked(instrument: str, frequency: str, catalogue: Catalogue | None = None) -> Holdout | None:
    """The lock of an instrument, or None; raises CorruptArtifact where it cannot be read."""
    path = (catalogue or Catalogue()).folder / "holdouts" / f"{key_of(instrument, frequency)}.json"
    with storage_errors(path.parent):
        try:
            return Holdout.of(json.loads(path.read_bytes()))
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise CorruptArtifact(f"The lock in {path} cannot be read: {error}.") from error


def locks(catalogue: Catalogue | None = None) -> list[Holdout]:
    """Every lock, by instrument and frequency."""
    folder = (catalogue or Catalogue()).folder / "holdouts"
    found = [Holdout.of(json.loads(path.read_bytes())) for path in folder.glob("*.json") if not path.name.startswith(".")]
    return sorted(found, key=lambda one: (one.instrument, one.frequency))


def put_lock(instrument: str, frequency: str, start: date, catalogue: Catalogue | None = None) -> Holdout:
    """Lock an instrument from that day on, durably; the lock that is there already, when it is the same.

    Raises ImpossibleRequest for a lock from another day.
    """
    catalogue = catalogue or Catalogue()
    with catalogue.writing():
        before = locked(instrument, frequency, catalogue)
        if before is None:
            lock = Holdout.of(instrument=instrument, frequency=frequency, start=start, locked_at=rfc3339(utc_now()))
            folder = catalogue.folder / "holdouts"
            folder.mkdir(exist_ok=True)
            write_whole(folder / f"{key_of(instrument, frequency)}.json", canonical_json(lock.document()))
            return lock
    if before.start != start:
        raise ImpossibleRequest.of("start", f"({start}) differs from {before.start}, where {instrument} is locked; a lock stays")
    return before


@contextmanager
def opened(keys: Collection[str]) -> Iterator[None]:
    """Let locked bars be read inside, by this thread of work alone. `validation.open_holdout` is the door: it counts the look."""
    token = _open.set(_open.get() | frozenset(keys))
    try:
        yield
    finally:
        _open.reset(token)


def within_lock(
    bars: Mapping[str, pd.DataFrame], entries: Mapping[str, Entry], frequency: str, start: Moment, catalogue: Catalogue
) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
    """The bars as far as they may be seen, and by instrument the flag of those that a lock has to do with.

    Raises ImpossibleRequest when nothing is left: the window that was asked for, from `start` on, is locked.
    """
    seen, flags = dict(bars), dict[str, str]()
    if not (catalogue.folder / "holdouts").is_dir():
        return seen, flags
    for name, frame in bars.items():
        lock = locked(name, frequency, catalogue)
        if lock is None:
            continue
        free = frame.iloc[: slice_of(stamps(frame), *window(lock.start, None)).start]
        if len(free) == len(frame):
            continue
        if key_of(name, frequency) in _open.get():
            flags[name] = HOLDOUT_OPENED
        elif free.empty:
            raise _refused(lock, entries[name], start)
        else:
            seen[name], flags[name] = free, HOLDOUT_CUT
    return seen, flags


def _refused(lock: Holdout, entry: Entry, start: Moment) -> ImpossibleRequest:
    sentence = (
        f"{lock.instrument} is locked from {lock.start} on, and all bars asked for{f' from {start}' if start else ''} lie there: "
        f"only a gate may look at them. What is free begins on {entry.first[:10]}."
    )
    return ImpossibleRequest(sentence, fields={"start": f"must be before {lock.start}, where a holdout begins"})
