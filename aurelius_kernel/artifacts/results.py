"""Backtest results in the store: kept with their spec and data, found again by identity or hash."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from aurelius_kernel.artifacts.store import Parents, Store
from aurelius_kernel.clock import rfc3339
from aurelius_kernel.errors import InvalidField
from aurelius_kernel.model.bars import Provenance
from aurelius_kernel.model.result import BacktestResult
from aurelius_kernel.model.spec import RunIdentity

__all__ = ["find_result", "keep_result", "load_result"]

KIND = "backtest_result"


def keep_result(store: Store, result: BacktestResult, *, parents: Parents | None = None) -> str:
    """Store the result with its spec and a manifest of its data as parents, remember its run, and return its hash.

    `parents` adds to these, as the source of a strategy that is not the library's own under `code`. Raises RunFailed when the
    same run identity gave another result before.
    """
    own = {
        "spec": store.put_document(result.spec.document(), kind="backtest_spec"),
        "data": store.put_document(_data_manifest(result), kind="data_manifest"),
    }
    address = store.put(result.canonical_bytes, kind=KIND, parents={**own, **(parents or {})})
    store.runs.record(result.identity, address)
    return address


def find_result(store: Store, identity: RunIdentity) -> BacktestResult | None:
    """The stored result of a run that was asked before, or None."""
    address = store.runs.find(identity)
    return load_result(store, address) if address else None


def load_result(store: Store, reference: str) -> BacktestResult:
    """The result under a hash, a prefix of one or a pinned name; raises InvalidField when the artifact is something else.

    Its provenance is taken from the manifest of its data, which also knows when the bars were fetched.
    """
    record = store.record(reference)
    if record.kind != KIND:
        raise InvalidField.of("artifact", f"{record.address[:12]} is of the kind {record.kind}, not {KIND}")
    found = BacktestResult.from_document(store.document(record.address))
    manifest = next((parent.address for parent in record.parents if parent.role == "data"), None)
    if manifest is None:
        return found
    provenance = store.document(manifest)["provenance"]
    return replace(found, provenance={name: Provenance.of(source) for name, source in provenance.items()})


def _data_manifest(result: BacktestResult) -> dict[str, Any]:
    return {
        "data_hash": result.identity.data_hash,
        "instruments": list(result.spec.instruments),
        "frequency": result.spec.frequency,
        "source": result.spec.source,
        "bars": len(result.index),
        "first": rfc3339(result.index[0].to_pydatetime()),
        "last": rfc3339(result.index[-1].to_pydatetime()),
        "provenance": {name: source.document() for name, source in result.provenance.items()},
    }
