"""A sweep as it is stored, and back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aurelius_kernel.clock import rfc3339
from aurelius_kernel.hashing import content_hash
from aurelius_kernel.model import BacktestSpec
from aurelius_kernel.research.sweep.books import Books
from aurelius_kernel.research.sweep.combinations import combinations_hash
from aurelius_kernel.research.sweep.spec import SweepSpec
from aurelius_kernel.research.sweep.where import Columns
from aurelius_kernel.typing import FloatArray

__all__ = ["column_of", "content_of", "data_of", "spec_of"]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def content_of(columns: Columns, values: FloatArray, failed: Mapping[int, str]) -> str:
    """The sha256 of a table's content: its parameters, its metrics to the last bit, and the reasons of what failed."""
    digest = hashlib.sha256(combinations_hash(columns).encode())
    plain = np.where(np.isnan(values), np.nan, values) + 0.0  # every NaN the same, every zero positive
    digest.update(plain.astype("<f8").tobytes())
    digest.update(content_hash([[row, failed[row]] for row in sorted(failed)]).encode())
    return digest.hexdigest()


def data_of(books: Books, spec: BacktestSpec) -> dict[str, Any]:
    """The manifest of the data: what it was and how long; where it is from is told beside."""
    panel = max((book.market.panel for book in books.books), key=lambda panel: len(panel.index))
    stamps = panel.index.asi8
    return {
        "data_hash": books.data_hash,
        "instruments": list(spec.instruments),
        "frequency": spec.frequency,
        "source": spec.source,
        "bars": len(panel.index),
        "periods_per_year": panel.periods_per_year,
        "first": rfc3339(_moment(stamps[0])),
        "last": rfc3339(_moment(stamps[-1])),
    }


def _moment(nanoseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=int(nanoseconds) // 1_000)


def spec_of(document: Mapping[str, Any]) -> SweepSpec:
    """The spec back from its document."""
    return SweepSpec.of({**document, "base": BacktestSpec.of(document["base"])})


def column_of(series: pd.Series) -> NDArray[Any]:
    """A parameter's column as it was before it was stored."""
    values = series.to_list()
    if series.dtype.kind in "iufb":
        return series.to_numpy()
    return np.array(values) if all(isinstance(value, str) for value in values) else series.to_numpy(dtype=object)
