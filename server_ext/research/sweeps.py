"""What can be done with sweeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row

from aurelius_kernel.artifacts import Store
from aurelius_kernel.artifacts.sweeps import KeptSweep, load_sweep
from aurelius_kernel.metrics import on_the_wire
from server_ext.access.actor import Actor
from server_ext.jobs.queue import NewJob
from server_ext.jobs.studies import Studies
from server_ext.platform import Platform
from server_ext.research.schemas import Sweep, SweepQueued
from server_ext.research.tables import sweeps
from server_ext.sharing.service import Kind

__all__ = ["SWEEPS", "as_sweep", "run"]

SHOWN = 2_000
"""So many rows of the surface are sent at most, the best first."""

SWEEPS = Studies(kind=Kind.SWEEP, table=sweeps, name_of=lambda row: f"of {row.strategy_type}")


def run(connection: Connection, platform: Platform, actor: Actor, strategy_type: str, new: NewJob) -> SweepQueued:
    """Take a sweep in as a job."""
    kept = {"strategy_type": strategy_type, "asked": dict(new.parameters)}
    sweep_id, queued = SWEEPS.run(connection, platform, actor, new, {}, **kept)
    return SweepQueued(sweep_id=sweep_id, job_id=queued.job_id, status=queued.status)


def as_sweep(store: Store, row: Row[Any]) -> Sweep:
    """A sweep as it leaves the platform, with what its result holds."""
    found: Mapping[str, Any] = row.found or {}
    kept = load_sweep(store, row.result) if row.result else None
    objective = row.asked["objective"]
    surface = _surface(kept, objective) if kept else []
    return Sweep.model_validate(
        {
            **{name: getattr(row, name) for name in ("id", "owner_id", "job_id", "strategy_type", "asked", "created_at")},
            **{name: getattr(row, name) for name in ("progress", "stage", "error", "result", "finished_at")},
            "status": row.state,
            "duration": row.seconds,
            "objective": objective if isinstance(objective, str) else objective[0],
            "trials": found.get("trials"),
            "failed": found.get("failed"),
            "best": _rows(kept, kept.manifest["top"][:1])[0] if kept and kept.manifest["top"] else None,
            "surface": surface,
        }
    )


def _surface(kept: KeptSweep, objective: str | list[str]) -> list[dict[str, Any]]:
    """Each combination with what it was ranked by, the best first."""
    objectives = [objective] if isinstance(objective, str) else objective
    wanted = [name for name in kept.table.columns if name == "instrument" or name in kept.manifest["spec"]["space"]]
    table = kept.table[[*wanted, *objectives]]
    ranks = table[objectives[0]].rank(ascending=False, na_option="bottom", method="first")
    return _plain(table.iloc[ranks.argsort().to_numpy()[:SHOWN]].to_dict("records"))


def _rows(kept: KeptSweep, which: Sequence[int]) -> list[dict[str, Any]]:
    return _plain(kept.table.iloc[list(which)].drop(columns="failed", errors="ignore").to_dict("records"))


def _plain(records: Sequence[Mapping[Any, Any]]) -> list[dict[str, Any]]:
    """Records in JSON's own types, rates as percent numbers."""
    items = ({str(name): getattr(value, "item", lambda value=value: value)() for name, value in row.items()} for row in records)
    return [on_the_wire(item) for item in items]
