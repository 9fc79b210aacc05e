"""The trial ledger: every parameter set that was ever evaluated on a data set, so that luck can be told from skill.

The more sets are tried, the better the best of them looks by chance. The ledger therefore counts all of them, failed ones too, by
owner, family and data set: a line for each sweep or backtest, in files that only grow. A line holds a sketch of its parameter sets,
from which the number of different ones over many lines is exact up to `SKETCH` and within about 1/√SKETCH beyond.

A data set is what was there to be tried on, whole: the same instruments of the same origin, whatever dates a run took of them. Its
runs have different data hashes, and are counted together.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, reduce
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from aurelius_kernel.artifacts.files import Files
from aurelius_kernel.clock import rfc3339, utc_now
from aurelius_kernel.hashing import canonical_json, content_hash, sha256_hex
from aurelius_kernel.model.spec import BacktestSpec

__all__ = [
    "Clusters",
    "EffectiveCount",
    "Fingerprints",
    "Trial",
    "TrialLedger",
    "fingerprints",
    "fingerprints_of_each",
    "smallest_of_each",
]

Fingerprints: TypeAlias = NDArray[np.uint64]
"""One number a parameter set; different sets have different ones, but for one pair in 10¹⁹."""

SKETCH = 512
ROWS_AT_A_TIME = 16_384
"""Few enough that their fingerprints stay in the processor's cache while they are made."""
WHOLE = 2.0**64
CLUSTERS = ".clusters.jsonl"
LINE = b'{"data":%b,"dataset":%b,"identity":%b,"evaluated":%d,"failed":%d,"at":%b,"sketch":"%b"}'
"""A trial in JSON, put together by hand: a sweep may have hundreds of them, and an encoder takes twice as long."""
PLACE = "\0 where the instruments stand"
EXITS = ("stop_loss", "take_profit", "trailing_stop")
SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,99}")


@dataclass(frozen=True, kw_only=True, eq=False)
class Trial:
    """One sweep or backtest: how many sets it evaluated, failed ones included, and the smallest fingerprints among them.

    `data_hash` is over the bars it saw, `dataset` stands for the data set they are from.
    """

    data_hash: str
    dataset: str
    identity: str
    evaluated: int
    failed: int
    at: datetime
    sketch: Fingerprints

    @classmethod
    def of(cls, data_hash: str, identity: str, sets: Fingerprints, failed: int = 0, *, dataset: str = "") -> Trial:
        """What was evaluated just now; bars that belong to no data set are one of their own."""
        return cls.sketched(data_hash, identity, smallest(sets), len(sets), failed, dataset=dataset)

    @classmethod
    def sketched(cls, data_hash: str, identity: str, sketch: Fingerprints, evaluated: int, failed: int, *, dataset: str) -> Trial:
        """What was evaluated just now, by the sketch of it."""
        named = dataset or data_hash
        return cls(
            data_hash=data_hash, dataset=named, identity=identity, evaluated=evaluated, failed=failed, at=utc_now(), sketch=sketch
        )

    def line(self) -> bytes:
        """The trial as one line of the ledger."""
        names = map(canonical_json, (self.data_hash, self.dataset, self.identity))
        sketch = base64.b64encode(self.sketch.astype("<u8", copy=False).tobytes())
        return LINE % (*names, self.evaluated, self.failed, canonical_json(rfc3339(self.at)), sketch)

    @classmethod
    def from_line(cls, line: bytes) -> Trial | None:
        """The trial in a line; None for a line that a crash cut off."""
        try:
            told = json.loads(line)
            return cls(
                data_hash=told["data"],
                dataset=told["dataset"],
                identity=told["identity"],
                evaluated=told["evaluated"],
                failed=told["failed"],
                at=datetime.fromisoformat(told["at"]),
                sketch=np.frombuffer(base64.b64decode(told["sketch"], validate=True), dtype="<u8").astype(np.uint64),
            )
        except (ValueError, KeyError, TypeError):
            return None


@dataclass(frozen=True, kw_only=True)
class Clusters:
    """So many parameter sets of a data set were as good as so few: `clusters` whose Sharpe ratios per bar have this variance."""

    dataset: str
    clusters: float
    among: int
    variance: float

    def line(self) -> bytes:
        """The measurement as one line of the ledger."""
        return canonical_json(vars(self))

    @classmethod
    def from_line(cls, line: bytes) -> Clusters | None:
        """The measurement in a line; None for a line that a crash cut off."""
        try:
            found = cls(**json.loads(line))
        except (ValueError, TypeError):
            return None
        return found if isinstance(found.among, int) and 1.0 <= float(found.clusters) <= found.among else None


@dataclass(frozen=True, kw_only=True)
class EffectiveCount:
    """How many parameter sets were tried, and how many independent ones they are worth.

    `variance` is that of the independent ones' Sharpe ratios per bar; None where it was never measured.
    """

    count: int
    effective: float
    variance: float | None


class TrialLedger:
    """The trials of every owner, beside the artifacts."""

    def __init__(self, files: Files) -> None:
        self.files = files

    def record(self, family: str, trials: list[Trial], *, owner: str = "local") -> None:
        """Add what was evaluated; raises StorageUnavailable."""
        self.files.append(_path(owner, family), b"\n".join(trial.line() for trial in trials))

    def all(self, family: str, *, owner: str = "local") -> Iterator[Trial]:
        """Every sweep and backtest of a family, oldest first; the same one asked again is there again."""
        for line in self.files.lines(_path(owner, family)):
            if (trial := Trial.from_line(line)) is not None:
                yield trial

    def count(self, family: str, data: str, *, owner: str = "local") -> int:
        """How many different parameter sets of a family were evaluated on a data set.

        `data` is the data set's own name, or the hash of any bars of it that were tried on. The same parameters under other costs,
        sizes or sides are another set; over other dates they are the same one.
        """
        return different(self._sketch(family, data, owner)[1])

    def note_clusters(self, family: str, clusters: Clusters, *, owner: str = "local") -> None:
        """Remember how alike some of the sets were; raises StorageUnavailable."""
        self.files.append(_path(owner, family, CLUSTERS), clusters.line())

    def effective(self, family: str, data: str, *, owner: str = "local") -> EffectiveCount:
        """The trials of a family on a data set, and how many independent ones they are worth.

        Where clusters of correlated sets were measured, the widest measurement stands for all sets: each counts for as much as one
        of those did. Where none were, every set counts.
        """
        names, sketch = self._sketch(family, data, owner)
        count = different(sketch)
        told = (Clusters.from_line(line) for line in self.files.lines(_path(owner, family, CLUSTERS)))
        found = [one for one in told if one is not None and one.dataset in names]
        if not found:
            return EffectiveCount(count=count, effective=float(count), variance=None)
        widest = max(found, key=lambda one: one.among)
        effective = max(widest.clusters * max(count / widest.among, 1.0), 1.0)
        return EffectiveCount(count=max(count, widest.among), effective=effective, variance=widest.variance)

    def _sketch(self, family: str, data: str, owner: str) -> tuple[set[str], Fingerprints]:
        """The names of the data set, and the sketch of all sets that were tried on it."""
        lines = self.files.lines(_path(owner, family))
        names = {data} | {trial.dataset for trial in _naming(lines, {data}) if trial.data_hash == data}
        sketches = [trial.sketch for trial in _naming(lines, names) if trial.dataset in names]
        return names, reduce(joined, sketches, np.empty(0, dtype=np.uint64))


def _naming(lines: Iterable[bytes], names: Iterable[str]) -> Iterator[Trial]:
    """The trials in the lines that have one of the names in them somewhere; only those lines are parsed."""
    wanted = [name.encode() for name in names]
    for line in lines:
        if any(name in line for name in wanted) and (trial := Trial.from_line(line)) is not None:
            yield trial


def smallest(sets: Fingerprints) -> Fingerprints:
    """The sketch of parameter sets: their `SKETCH` smallest fingerprints, rising, each once."""
    for share in (2 * SKETCH, 16 * SKETCH):
        # Fingerprints lie evenly, so about `share` of them are below the cut. Sets may repeat: then it is widened.
        if len(sets) > 2 * share:
            found = _each_once(sets[sets < np.uint64(share / len(sets) * WHOLE)])
            if len(found) >= SKETCH:
                return found[:SKETCH]
    return _each_once(sets)[:SKETCH]


def smallest_of_each(sets: Fingerprints) -> list[Fingerprints]:
    """The sketch of each row."""
    if sets.shape[1] > SKETCH:
        return [smallest(row) for row in sets]
    rising = np.sort(sets, axis=1)
    repeats = (rising[:, 1:] == rising[:, :-1]).any(axis=1)
    return [smallest(row) if twice else row for row, twice in zip(rising, repeats.tolist(), strict=True)]


def _each_once(sets: Fingerprints) -> Fingerprints:
    """The different ones, rising; sorting numbers is faster here than numpy's own `unique`, which hashes them."""
    rising = np.sort(sets)
    return rising[np.concatenate([[True], rising[1:] != rising[:-1]])] if len(rising) else rising


def joined(one: Fingerprints, other: Fingerprints) -> Fingerprints:
    """The sketch of the sets of two sketches together."""
    return np.union1d(one, other)[:SKETCH]


def different(sketch: Fingerprints) -> int:
    """The number of different sets behind a sketch: exact below `SKETCH`, beyond that from how dense the smallest ones lie.

    Source: Z. Bar-Yossef et al., Counting distinct elements in a data stream (2002); the unbiased (k − 1)/v is that of K. Beyer et
    al., On synopses for distinct-value estimation under multiset operations (2007).
    """
    if len(sketch) < SKETCH:
        return len(sketch)
    return round((SKETCH - 1) * WHOLE / float(sketch[-1]))


def fingerprints(spec: BacktestSpec, columns: Mapping[str, NDArray[Any]] | None = None) -> Fingerprints:
    """The fingerprint of the spec's own parameter set, or of each row of `columns`, which replace parameters or exits of the spec.

    A combination of a sweep has the same fingerprint as a backtest of it alone, and so has either over other dates: where they
    share bars they decide alike, so that one cannot be luckier there than the other.
    """
    begun, swept = np.array([_number_of(content_hash(_rest(spec)))]), columns or {}
    rows = max((len(column) for column in swept.values()), default=0)
    parts = [slice(at, at + ROWS_AT_A_TIME) for at in range(0, max(rows, 1), ROWS_AT_A_TIME)]
    return np.concatenate([_scattered(spec, begun, {name: column[part] for name, column in swept.items()}) for part in parts])


def fingerprints_of_each(spec: BacktestSpec, instruments: Sequence[str], columns: Mapping[str, NDArray[Any]]) -> Fingerprints:
    """The fingerprints of each row of `columns` for every instrument alone, of shape (instruments, rows)."""
    around = canonical_json({**_rest(spec), "instruments": PLACE}).split(canonical_json(PLACE))
    if len(around) != 2:
        return np.array([fingerprints(spec.on((name,)), columns) for name in instruments])
    before, after = around
    begun = [_number_of(sha256_hex(before + canonical_json([name]) + after)) for name in instruments]
    return _scattered(spec, np.array(begun)[:, None], columns)


def _rest(spec: BacktestSpec) -> dict[str, Any]:
    """What makes sets of the same parameters different ones."""
    rest = spec.document()
    rest["strategy"].pop("parameters")
    for name in (*EXITS, "start", "end"):
        rest.pop(name)
    return rest


def _scattered(spec: BacktestSpec, begun: Fingerprints, swept: Mapping[str, NDArray[Any]]) -> Fingerprints:
    """The numbers begun with, and every parameter's, made into one for each row."""
    fixed, found = {**{name: getattr(spec, name) for name in EXITS}, **spec.strategy.parameters}, begun
    with np.errstate(over="ignore"):
        for name in sorted({*fixed, *swept}):
            values = _valued(name, swept[name]) if name in swept else _fixed(name, fixed[name], type(fixed[name]).__name__)
            found = _mixed(found * np.uint64(0x9E3779B97F4A7C15) + values)
    return found


@lru_cache(maxsize=1024)
def _fixed(name: str, value: Any, _kind: str) -> Any:
    """A number for a parameter of that value; equal values of different kinds are different ones."""
    with np.errstate(over="ignore"):
        return _valued(name, value)


def _valued(name: str, values: Any) -> Any:
    """A number for a parameter of that value, or for each of a column of values; it goes by the value and not by its company."""
    column = np.asarray(values)
    if column.dtype.kind in "iu":
        return _mixed(column.astype(np.int64).view(np.uint64) ^ _kind_of(name, "whole"))
    if column.dtype.kind == "f":
        bits = np.where(np.isnan(column), 0.0, column).astype(np.float64) + 0.0
        numbers = _mixed(bits.view(np.uint64) ^ _kind_of(name, "real"))
        return np.where(np.isnan(column), _kind_of(name, None), numbers)
    if column.ndim == 0:
        return _number_of(content_hash([name, column.item()]))
    known = {value: _valued(name, value) for value in set(column.tolist())}
    return np.array([known[value] for value in column.tolist()], dtype=np.uint64)


def _mixed(numbers: Any) -> Any:
    """Each number scattered over all 64 bits, by the last steps of SplitMix64."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))


@lru_cache(maxsize=1024)
def _kind_of(name: str, kind: str | None) -> np.uint64:
    return _number_of(content_hash([name, kind]))


def _number_of(digest: str) -> np.uint64:
    return np.uint64(int(digest[:16], 16))


def _path(owner: str, family: str, ending: str = ".jsonl") -> str:
    folder = owner if SAFE.fullmatch(owner) else sha256_hex(owner.encode())[:32]
    return f"trials/{folder}/{family}{ending}"
