"""Sweeps in the store: a manifest that names them, their table as Parquet, what was asked and of which data."""

from __future__ import annotations

import io
from typing import Any, NamedTuple

import pandas as pd

from aurelius_kernel.artifacts.store import Store
from aurelius_kernel.errors import InvalidField
from aurelius_kernel.model.spec import RunIdentity

__all__ = ["KeptSweep", "keep_sweep", "load_sweep"]

KIND = "sweep_result"
PARQUET = "application/vnd.apache.parquet"


class KeptSweep(NamedTuple):
    """A sweep as it is stored: its manifest, its table, and the manifest of its data."""

    manifest: dict[str, Any]
    table: pd.DataFrame
    data: dict[str, Any]


def keep_sweep(store: Store, kept: KeptSweep) -> str:
    """Store the sweep, remember its run, and return the hash of its manifest.

    Raises RunFailed when the same identity gave another sweep before.
    """
    own = {
        "spec": store.put_document(kept.manifest["spec"], kind="sweep_spec"),
        "data": store.put_document(kept.data, kind="data_manifest"),
    }
    table = store.put(_parquet(kept.table), kind="sweep_table", parents=own, media_type=PARQUET)
    address = store.put_document(kept.manifest, kind=KIND, parents={**own, "table": table})
    store.runs.record(RunIdentity.of(kept.manifest["identity"]), address)
    return address


def load_sweep(store: Store, reference: str) -> KeptSweep:
    """The sweep under a hash, a prefix of one or a pinned name; raises InvalidField when the artifact is something else."""
    record = store.record(reference)
    if record.kind != KIND:
        raise InvalidField.of("artifact", f"{record.address[:12]} is of the kind {record.kind}, not {KIND}")
    parents = {parent.role: parent.address for parent in record.parents}
    table = pd.read_parquet(io.BytesIO(store.get(parents["table"])))
    return KeptSweep(store.document(record.address), table, store.document(parents["data"]))


def _parquet(table: pd.DataFrame) -> bytes:
    content = io.BytesIO()
    table.to_parquet(content, compression="zstd", index=False)
    return content.getvalue()
