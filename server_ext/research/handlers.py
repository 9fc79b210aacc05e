"""The calls of backtests and sweeps."""

from __future__ import annotations

from typing import Any

from aurelius_kernel import mime
from aurelius_kernel.errors import NotFound
from server_ext.access.actor import Actor
from server_ext.jobs.intake import job_of, keep_source, store_of
from server_ext.jobs.notebooks import find_notebook
from server_ext.jobs.parameters import declared_parameters
from server_ext.jobs.queue import NewJob
from server_ext.jobs.requests import check_sweep
from server_ext.platform import Platform
from server_ext.research import backtests, findings, sweeps
from server_ext.research.backtests import BACKTESTS
from server_ext.research.question import Question, ask, window, wire_names, with_options
from server_ext.research.schemas import (
    BacktestDetail,
    BacktestFilter,
    BacktestList,
    BacktestQueued,
    BacktestStatus,
    NewBacktest,
    NewSweep,
    RunIdentityQuery,
    Sweep,
    SweepFilter,
    SweepList,
    SweepQueued,
    SweepTableQuery,
)
from server_ext.research.sweeps import SWEEPS
from server_ext.sharing import calls as sharing
from server_ext.sharing.schemas import NewShare, Share, ShareList
from server_ext.strategies import service as strategies
from server_ext.strategies.schemas import Strategy
from server_ext.web.call import Call
from server_ext.web.download import Download

__all__ = [
    "cancel_backtest",
    "get_backtest",
    "get_sweep",
    "list_backtest_shares",
    "list_backtests",
    "list_sweep_shares",
    "list_sweeps",
    "notebook_of_backtest",
    "replay_backtest",
    "run_backtest",
    "run_sweep",
    "share_backtest",
    "share_sweep",
    "status_of_backtest",
    "table_of_sweep",
    "unshare_backtest",
    "unshare_sweep",
]


async def run_backtest(call: Call, body: NewBacktest) -> BacktestQueued:
    """Run a strategy over bars as a job; a question that was asked before is answered at once."""
    strategy = await call.read(strategies.find, call.actor, body.strategy_id)
    new, question = await call.work(_asked, call.platform, call.actor, strategy, body)
    made = await call.once(backtests.run, call.platform, call.actor, strategy.id, new, question)
    call.headers["Location"] = f"/api/v1/backtests/{made.backtest_id}"
    return made


async def list_backtests(call: Call, query: BacktestFilter) -> BacktestList:
    """List backtests."""
    return await call.read(backtests.list_, call.actor, query)


async def get_backtest(call: Call, backtest_id: str) -> BacktestDetail:
    """Give one backtest with its trades and its equity."""
    found = await call.read(backtests.find, call.actor, backtest_id)
    return await call.work(findings.detail, store_of(call.platform.settings), found)


async def status_of_backtest(call: Call, backtest_id: str) -> BacktestStatus:
    """Say how far a backtest is."""
    return await call.read(backtests.status, call.actor, backtest_id)


async def cancel_backtest(call: Call, backtest_id: str) -> BacktestStatus:
    """Cancel a backtest that waits or runs."""
    await call.write(BACKTESTS.cancel, call.platform.log, call.actor, backtest_id)
    call.platform.jobs.wake()
    return await call.read(backtests.status, call.actor, backtest_id)


async def list_backtest_shares(call: Call, backtest_id: str) -> ShareList:
    """List whom a backtest of one's own is shared with."""
    return await sharing.listed(call, BACKTESTS.own, backtest_id)


async def share_backtest(call: Call, backtest_id: str, body: NewShare) -> Share:
    """Share a backtest with an account or a team, who may then read it and its files."""
    return await sharing.shared(call, BACKTESTS.own, backtest_id, body, where=f"/api/v1/backtests/{backtest_id}/shares/")


async def unshare_backtest(call: Call, backtest_id: str, share_id: str) -> None:
    """Take a share of a backtest back."""
    await sharing.taken_back(call, BACKTESTS.own, backtest_id, share_id)


async def replay_backtest(call: Call, query: RunIdentityQuery) -> BacktestDetail:
    """Give the backtest that was this very run."""
    found = await call.read(backtests.find_by_identity, call.actor, query)
    return await call.work(findings.detail, store_of(call.platform.settings), found)


async def notebook_of_backtest(call: Call, backtest_id: str) -> Download:
    """Give the executed notebook of a backtest."""
    found = await call.read(BACKTESTS.row, call.actor, backtest_id)
    if found.executed is None:
        raise NotFound("The backtest has no executed notebook yet.")
    content = await call.work(store_of(call.platform.settings).get, found.executed)
    return Download(content=content, name=f"backtest-{backtest_id}.ipynb", media_type=mime.NOTEBOOK)


async def run_sweep(call: Call, body: NewSweep) -> SweepQueued:
    """Run a family under many parameter sets as a job."""
    new = await call.work(_swept, call.platform, call.actor, body)
    made = await call.once(sweeps.run, call.platform, call.actor, body.strategy_type, new)
    call.headers["Location"] = f"/api/v1/sweeps/{made.sweep_id}"
    return made


async def get_sweep(call: Call, sweep_id: str) -> Sweep:
    """Give one sweep: its best, its surface, and how many trials it counted."""
    row = await call.read(SWEEPS.row, call.actor, sweep_id)
    return await call.work(sweeps.as_sweep, store_of(call.platform.settings), row)


async def list_sweeps(call: Call, query: SweepFilter) -> SweepList:
    """List sweeps."""
    return await call.read(sweeps.list_, call.actor, query)


async def table_of_sweep(call: Call, sweep_id: str, query: SweepTableQuery) -> Download:
    """Give every combination of a sweep with its metrics as CSV, the best first."""
    row = await call.read(SWEEPS.row, call.actor, sweep_id)
    content = await call.work(sweeps.table, store_of(call.platform.settings), row, query.limit)
    return Download(content=content, name=f"sweep-{sweep_id}.csv", media_type="text/csv; charset=utf-8")


async def list_sweep_shares(call: Call, sweep_id: str) -> ShareList:
    """List whom a sweep of one's own is shared with."""
    return await sharing.listed(call, SWEEPS.own, sweep_id)


async def share_sweep(call: Call, sweep_id: str, body: NewShare) -> Share:
    """Share a sweep with an account or a team, who may then read it."""
    return await sharing.shared(call, SWEEPS.own, sweep_id, body, where=f"/api/v1/sweeps/{sweep_id}/shares/")


async def unshare_sweep(call: Call, sweep_id: str, share_id: str) -> None:
    """Take a share of a sweep back."""
    await sharing.taken_back(call, SWEEPS.own, sweep_id, share_id)


def _asked(platform: Platform, actor: Actor, strategy: Strategy, body: NewBacktest) -> tuple[NewJob, Question]:
    """The job that is asked for, and the question it answers; raises InvalidInput, naming the field."""
    notebook = find_notebook(actor, body.notebook or "backtest.ipynb", platform.folder)
    source = keep_source(platform.settings, notebook)
    question = ask(declared_parameters(notebook.path), _parameters(strategy, body), source=source)
    new = job_of(
        platform.settings,
        actor,
        notebook,
        "backtest",
        question.parameters,
        timeout=body.timeout,
        priority=body.priority,
        source=source,
        identity=question.identity,
    )
    return new, question


def _swept(platform: Platform, actor: Actor, body: NewSweep) -> NewJob:
    """The job of a sweep that makes sense; raises InvalidInput, naming the field."""
    notebook = find_notebook(actor, "sweep.ipynb", platform.folder)
    parameters = _sweep_parameters(body)
    with wire_names():
        check_sweep(declared_parameters(notebook.path), parameters)
    return job_of(platform.settings, actor, notebook, "sweep", parameters, timeout=body.timeout, priority=body.priority)


def _sweep_parameters(body: NewSweep) -> dict[str, Any]:
    """What is asked, by the names of the notebook's parameters."""
    own = {
        "strategy": body.strategy_type,
        "grid": body.grid or {},
        "ranges": body.ranges or {},
        "samples": body.samples,
        "objective": body.objective,
        **window(body),
    }
    return with_options(own, body.options)


def _parameters(strategy: Strategy, body: NewBacktest) -> dict[str, Any]:
    """What is asked, by the names of the notebook's parameters."""
    own = {"strategy": strategy.strategy_type, "parameters": strategy.parameters, **window(body)}
    return with_options(own, body.options)
