"""The calls of reports."""

from __future__ import annotations

import csv
import io
from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import Any

from sqlalchemy import Connection

from aurelius_kernel.artifacts import Store
from aurelius_kernel.errors import InvalidField, NotFound
from aurelius_kernel.views.csv_cell import as_text
from server_ext.access.actor import Actor
from server_ext.errors import Conflict
from server_ext.evidence import validations
from server_ext.evidence.gates import latest
from server_ext.jobs import service as jobs
from server_ext.jobs.intake import keep_source, store_of
from server_ext.jobs.notebooks import find_notebook
from server_ext.jobs.schemas import OneNotebook
from server_ext.reports.rendering import FORMATS, drawn
from server_ext.reports.schemas import ComparisonQuery, PortfolioQuery
from server_ext.research import backtests
from server_ext.research.backtests import BACKTESTS
from server_ext.research.schemas import Backtest
from server_ext.strategies import service as strategies
from server_ext.web.call import Call
from server_ext.web.download import Download

__all__ = [
    "FORMATS",
    "TABLES",
    "Handler",
    "as_csv",
    "in_format",
    "of_backtest",
    "of_comparison",
    "of_portfolio",
    "of_validation",
    "paper_of_backtest",
    "paper_of_job",
    "paper_of_notebook",
]

TABLES = ("trades", "orders", "equity")
Handler = Callable[..., Awaitable[Download]]
CURVES = {"time": "time", "equity": "equity", "cash": "cash", "buy_and_hold": "benchmark"}


async def of_backtest(call: Call, backtest_id: str, format: str) -> Download:
    """Give the report of a backtest as pdf, xlsx, html or json."""
    result = _done(await call.read(backtests.find, call.actor, backtest_id))
    return await _drawn(call, f"backtest-{backtest_id}", format, {"kind": "backtest", "result": result})


async def of_comparison(call: Call, format: str, query: ComparisonQuery) -> Download:
    """Give several backtests side by side, over the bars that all of them have, as pdf, xlsx, html or json."""
    named = await call.read(_named, call.actor, query.ids)
    return await _drawn(call, "comparison", format, {"kind": "comparison", "results": named})


async def of_portfolio(call: Call, format: str, query: PortfolioQuery) -> Download:
    """Give several backtests held together as one portfolio, as pdf, xlsx, html or json."""
    named, shares = await call.read(_named, call.actor, query.ids), query.shares
    if shares is not None and len(shares) != len(named):
        raise InvalidField.of("weights", f"must hold a share for each of the {len(named)} backtests, and it holds {len(shares)}")
    weights = None if shares is None else dict(zip(named, shares, strict=True))
    asked = {"kind": "portfolio", "results": named, "weights": weights, "rebalance": query.rebalance}
    return await _drawn(call, "portfolio", format, asked)


async def of_validation(call: Call, validation_id: str, format: str) -> Download:
    """Give a validation, with what the gates said last of its strategy, as pdf, xlsx, html or json."""
    found = await call.read(validations.find, call.actor, validation_id)
    if found.result is None:
        raise Conflict(f"The validation is {found.status} and has no report.")
    said = await call.read(latest, call.actor, found.strategy_id)
    verdicts = [one[0].verdict for one in said.values() if one is not None]
    asked = {"kind": "validation", "result": found.result, "verdicts": verdicts}
    return await _drawn(call, f"validation-{validation_id}", format, asked)


async def paper_of_backtest(call: Call, backtest_id: str) -> Download:
    """Give the executed notebook of a backtest as PDF."""
    found = await call.read(BACKTESTS.row, call.actor, backtest_id)
    return await _paper(call, found.executed, f"backtest-{backtest_id}")


async def paper_of_job(call: Call, job_id: str) -> Download:
    """Give the executed notebook of a job as PDF."""
    found = await call.read(jobs.find, call.actor, job_id)
    return await _paper(call, found.executed_notebook, f"job-{job_id}")


async def paper_of_notebook(call: Call, query: OneNotebook) -> Download:
    """Give a notebook as PDF, with the outputs that were saved in it."""
    notebook = await call.work(find_notebook, call.actor, query.notebook, call.platform.folder)
    kept = await call.work(keep_source, call.platform.settings, notebook)
    return await _paper(call, kept, notebook.path.stem)


def in_format(handler: Handler, format: str) -> Handler:
    """The handler of a report, for one of its formats."""

    @wraps(handler)
    async def one(call: Call, **asked: Any) -> Download:
        return await handler(call, format=format, **asked)

    return one


def as_csv(table: str) -> Handler:
    """The handler of a backtest's table."""

    async def one(call: Call, backtest_id: str) -> Download:
        result = _done(await call.read(backtests.find, call.actor, backtest_id))
        content = await call.work(_csv, store_of(call.platform.settings), result, table)
        return Download(content=content, name=f"backtest-{backtest_id}-{table}.csv", media_type="text/csv; charset=utf-8")

    one.__doc__ = f"Give the {table} of a backtest as CSV."
    return one


async def _drawn(call: Call, name: str, format: str, asked: Mapping[str, Any]) -> Download:
    content = await call.apart(drawn, call.platform.settings.store, format, asked)
    return Download(content=content, name=f"{name}.{format}", media_type=FORMATS[format])


async def _paper(call: Call, executed: str | None, name: str) -> Download:
    if executed is None:
        raise NotFound("There is no executed notebook yet.")
    asked = {"kind": "notebook", "notebook": executed, "name": name}
    content = await call.apart(drawn, call.platform.settings.store, "pdf", asked)
    return Download(content=content, name=f"{name}.pdf", media_type=FORMATS["pdf"])


def _done(found: Backtest) -> str:
    if found.result is None:
        raise Conflict(f"The backtest is {found.status} and has no report.")
    return found.result


def _named(connection: Connection, actor: Actor, ids: list[str]) -> dict[str, str]:
    """Results by the names of their strategies, each told apart by a number where two are called alike."""
    named: dict[str, str] = {}
    for backtest_id in ids:
        found = backtests.find(connection, actor, backtest_id)
        base = _name(connection, actor, found)
        number = sum(name == base or name.startswith(f"{base} (") for name in named)
        named[f"{base} ({number + 1})" if number else base] = _done(found)
    return named


def _name(connection: Connection, actor: Actor, found: Backtest) -> str:
    """What the strategy is called, or its family where the strategy itself is not the reader's to see."""
    try:
        return strategies.find(connection, actor, found.strategy_id).name
    except NotFound:
        return str(found.spec["strategy"]["type"])


def _csv(store: Store, result: str, table: str) -> bytes:
    document = store.document(result)
    columns = {name: document[field] for name, field in CURVES.items()} if table == "equity" else document[table]
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in zip(*columns.values(), strict=True))
    return target.getvalue().encode()


def _cell(value: Any) -> Any:
    return as_text(value) if isinstance(value, str) else "" if value is None else value
