"""What can be done with sweeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection, Row

from aurelius_kernel.artifacts import Store
from aurelius_kernel.artifacts.sweeps import KeptSweep, load_sweep
from aurelius_kernel.errors import NotFound
from aurelius_kernel.metrics import PERCENT, Metric, better_high, on_the_wire
from server_ext.access.actor import Actor
from server_ext.jobs.queue import NewJob
from server_ext.jobs.studies import Studies
from server_ext.platform import Platform
from server_ext.research.schemas import Sweep, SweepFilter, SweepList, SweepQueued, SweepSummary
from server_ext.research.tables import sweeps
from server_ext.sharing.service import Kind

__all__ = ["SWEEPS", "as_sweep", "list_", "run", "table"]

SHOWN = 2_000
"""So many rows of the surface are sent at most, the best first."""

SWEEPS = Studies(kind=Kind.SWEEP, table=sweeps, name_of=lambda row: f"of {row.strategy_type}")


def run(connection: Connection, platform: Platform, actor: Actor, strategy_type: str, new: NewJob) -> SweepQueued:
    """Take a sweep in as a job."""
    kept = {"strategy_type": strategy_type, "asked": dict(new.parameters)}
    sweep_id, queued = SWEEPS.run(connection, platform, actor, new, {}, **kept)
    return SweepQueued(sweep_id=sweep_id, job_id=queued.job_id, status=queued.status)


def list_(connection: Connection, actor: Actor, query: SweepFilter) -> SweepList:
    """The sweeps that the filter matches, newest first."""
    total, rows = SWEEPS.page(connection, actor, query)
    return SweepList(total=total, sweeps=[SweepSummary(**_told(row)) for row in rows])


def as_sweep(store: Store, row: Row[Any]) -> Sweep:
    """A sweep as it leaves the platform, with what its result holds."""
    kept = load_sweep(store, row.result) if row.result else None
    best = _rows(kept, kept.manifest["top"][:1])[0] if kept and kept.manifest["top"] else None
    return Sweep(**_told(row), best=best, surface=_surface(kept, _objectives(row)) if kept else [])


def table(store: Store, row: Row[Any], limit: int) -> bytes:
    """The sweep's table as CSV, rates as percent numbers, the best first; raises NotFound for a sweep that has none yet."""
    if row.result is None:
        raise NotFound("The sweep has no table yet.")
    kept = load_sweep(store, row.result).table
    found = kept.iloc[_order(kept, _objectives(row)[0])[:limit]].drop(columns="failed", errors="ignore")
    rates = [name for name in found.columns if name in PERCENT]
    return found.assign(**{name: found[name] * 100.0 for name in rates}).to_csv(index=False).encode()


def _told(row: Row[Any]) -> dict[str, Any]:
    """What a row says of its sweep."""
    found: Mapping[str, Any] = row.found or {}
    return {
        **{name: getattr(row, name) for name in ("id", "owner_id", "job_id", "strategy_type", "asked", "created_at")},
        **{name: getattr(row, name) for name in ("progress", "stage", "error", "result", "finished_at")},
        "status": row.state,
        "duration": row.seconds,
        "objective": _objectives(row)[0],
        "trials": found.get("trials"),
        "failed": found.get("failed"),
    }


def _objectives(row: Row[Any]) -> list[str]:
    objective = row.asked["objective"]
    return [objective] if isinstance(objective, str) else list(objective)


def _order(table: pd.DataFrame, objective: str) -> NDArray[np.int64]:
    """The rows from the best to the worst, those without a number last."""
    metric = next(metric for metric in Metric if metric == objective)
    sign = -1.0 if better_high(metric) else 1.0
    return np.argsort(sign * table[objective].to_numpy(dtype=float), kind="stable")


def _surface(kept: KeptSweep, objectives: list[str]) -> list[dict[str, Any]]:
    """Each combination with what it was ranked by, the best first."""
    wanted = [name for name in kept.table.columns if name == "instrument" or name in kept.manifest["spec"]["space"]]
    found = kept.table[[*wanted, *objectives]]
    return _plain(found.iloc[_order(found, objectives[0])[:SHOWN]].to_dict("records"))


def _rows(kept: KeptSweep, which: Sequence[int]) -> list[dict[str, Any]]:
    return _plain(kept.table.iloc[list(which)].drop(columns="failed", errors="ignore").to_dict("records"))


def _plain(records: Sequence[Mapping[Any, Any]]) -> list[dict[str, Any]]:
    """Records in JSON's own types, rates as percent numbers."""
    items = ({str(name): getattr(value, "item", lambda value=value: value)() for name, value in row.items()} for row in records)
    return [on_the_wire(item) for item in items]
