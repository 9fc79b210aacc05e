"""Columns of text for a sweep's table, made at once where rows say the same."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.extensions import ExtensionArray

__all__ = ["in_runs", "reasons_of"]


def in_runs(names: NDArray[Any]) -> ExtensionArray:
    """Names that stand in long runs of the same, as an account's do: each run's is made once."""
    begun = np.flatnonzero(np.concatenate([[True], names[1:] != names[:-1]]))
    return pd.array(names[begun], dtype="str").take(np.repeat(np.arange(len(begun)), np.diff(np.append(begun, len(names)))))


def reasons_of(failed: Mapping[int, str], rows: int) -> ExtensionArray:
    """Why each of so many rows has no metrics; missing where it has."""
    if not failed:
        return _no_reasons(rows)
    reasons = np.full(rows, None, dtype=object)
    reasons[list(failed)] = list(failed.values())
    return pd.array(reasons, dtype="str")


@lru_cache(maxsize=1)
def _no_reasons(rows: int) -> ExtensionArray:
    return pd.array([None], dtype="str").take(np.zeros(rows, dtype=np.int64))
