"""A walk-forward validation as it is stored, and back."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aurelius_kernel.artifacts import Store
from aurelius_kernel.errors import InvalidField
from aurelius_kernel.hashing import content_hash
from aurelius_kernel.model import BacktestSpec, RunIdentity
from aurelius_kernel.research.sweep.combinations import combinations_hash
from aurelius_kernel.research.sweep.stored import column_of
from aurelius_kernel.research.sweep.where import Columns
from aurelius_kernel.typing import FloatArray

__all__ = ["KIND", "Fits", "fits_table", "index_of", "keep", "read", "stamps", "table_hash"]

KIND = "walk_forward_result"
PARQUET = "application/vnd.apache.parquet"
OWN = ("window", "objective", "sharpe", "failed")
"""Columns of the table of fits beside the parameters, whose names have a dot before them."""

Failed = Mapping[tuple[int, int], str]


class Fits(NamedTuple):
    """Every set in every window: parameters by name, and arrays of shape (windows, sets)."""

    columns: Columns
    objective: FloatArray
    sharpe: FloatArray
    failed: Failed


def fits_table(columns: Columns, objective: FloatArray, sharpe: FloatArray, failed: Failed) -> pd.DataFrame:
    """One row for each set in each window: parameters, objective and Sharpe ratio in training, and why there are none."""
    windows, sets = objective.shape
    reasons = np.full(objective.shape, None, dtype=object)
    for place, reason in failed.items():
        reasons[place] = reason
    own = {f".{name}": np.tile(column, windows) for name, column in columns.items()}
    return pd.DataFrame(
        {
            "window": np.repeat(np.arange(windows), sets),
            **own,
            "objective": objective.ravel(),
            "sharpe": sharpe.ravel(),
            "failed": pd.Series(reasons.ravel(), dtype="str"),
        }
    )


def table_hash(columns: Columns, objective: FloatArray, sharpe: FloatArray, failed: Failed) -> str:
    """The sha256 of the fits' content: parameters, numbers to the last bit, and the reasons of what failed."""
    digest = hashlib.sha256(combinations_hash(columns).encode())
    for values in (objective, sharpe):
        digest.update((np.where(np.isnan(values), np.nan, values) + 0.0).astype("<f8").tobytes())
    digest.update(content_hash([[*place, failed[place]] for place in sorted(failed)]).encode())
    return digest.hexdigest()


def stamps(index: pd.DatetimeIndex) -> NDArray[np.str_]:
    """The times as text in UTC, to the second where that is exact."""
    unit = "s" if (index.as_unit("ns").asi8 % 1_000_000_000 == 0).all() else "ns"
    return np.char.add(np.datetime_as_string(index.tz_convert(None).to_numpy(f"datetime64[{unit}]")), "Z")


def index_of(times: list[str]) -> pd.DatetimeIndex:
    """The times back from their text."""
    return pd.DatetimeIndex(pd.to_datetime(times, utc=True, format="ISO8601"), name="time").as_unit("ns")


def keep(store: Store, document: Mapping[str, Any], fits: pd.DataFrame, trades: pd.DataFrame, data: Mapping[str, Any]) -> str:
    """Store everything, remember the run, and return the hash of the manifest; raises RunFailed for another result before."""
    own = {
        "spec": store.put_document(document["spec"], kind="walk_forward_spec"),
        "data": store.put_document(data, kind="data_manifest"),
    }
    parts = {
        "fits": store.put(_parquet(fits), kind="walk_forward_fits", parents=own, media_type=PARQUET),
        "trades": store.put(_parquet(trades), kind="walk_forward_trades", parents=own, media_type=PARQUET),
    }
    address = store.put_document(document, kind=KIND, parents={**own, **parts})
    store.runs.record(RunIdentity.of(document["identity"]), address)
    return address


def read(store: Store, reference: str) -> tuple[dict[str, Any], Fits, pd.DataFrame, dict[str, Any]]:
    """Manifest (its base spec ready under `base`), fits, trades and data; raises InvalidField for another kind of artifact."""
    record = store.record(reference)
    if record.kind != KIND:
        raise InvalidField.of("artifact", f"{record.address[:12]} is of the kind {record.kind}, not {KIND}")
    parents = {parent.role: parent.address for parent in record.parents}
    told = store.document(record.address)
    table, trades = (pd.read_parquet(io.BytesIO(store.get(parents[role]))) for role in ("fits", "trades"))
    told["base"] = BacktestSpec.of(told["spec"]["base"])
    return told, _fits(table, len(told["windows"])), trades, store.document(parents["data"])


def _fits(table: pd.DataFrame, windows: int) -> Fits:
    sets = len(table) // windows
    first = table.iloc[:sets]
    reasons = enumerate(table["failed"].to_list())
    return Fits(
        columns={name[1:]: column_of(first[name]) for name in table.columns if name.startswith(".")},
        objective=table["objective"].to_numpy(np.float64).reshape(windows, sets),
        sharpe=table["sharpe"].to_numpy(np.float64).reshape(windows, sets),
        failed={divmod(row, sets): reason for row, reason in reasons if isinstance(reason, str)},
    )


def _parquet(table: pd.DataFrame) -> bytes:
    content = io.BytesIO()
    table.to_parquet(content, compression="zstd", index=False)
    return content.getvalue()
