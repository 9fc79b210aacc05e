"""`aurelius backtest`: the backtest notebook, run from a shell."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from aurelius_kernel.artifacts import Store, load_result
from aurelius_kernel.assets import asset
from aurelius_kernel.errors import InvalidField
from aurelius_kernel.model import BacktestResult
from aurelius_kernel.reporting import write_json
from aurelius_kernel.views.metric_table import metric_table
from server_ext import jobs
from server_ext.cli.answer import Answer, facts, rows
from server_ext.cli.command import CommandGroup
from server_ext.cli.files import write_file
from server_ext.cli.progress import progress
from server_ext.cli.values import assignments

__all__ = ["command", "run_backtest"]

NOTEBOOK = "notebooks/backtest.ipynb"


@click.group(cls=CommandGroup)
def command() -> None:
    """Run a strategy over bars."""


@command.command()
@click.argument("strategy")
@click.option("--param", "param", multiple=True, metavar="NAME=VALUE", help="A parameter of the strategy; may be repeated.")
@click.option("--instrument", "instruments", multiple=True, metavar="NAME", help="What to trade; may be repeated.  [default: GOOG]")
@click.option("--start", metavar="DAY", help="First day, as 2004-08-19.")
@click.option("--end", metavar="DAY", help="Last day, included.")
@click.option("--capital", type=float, help="Money at the start.  [default: 100000]")
@click.option("--cost-bps", type=float, help="Commission, in basis points of a fill's value.  [default: 5]")
@click.option("--slippage-bps", type=float, help="Slippage, in basis points of the price.  [default: 5]")
@click.option("--direction", help="long, short or both.  [default: both for a family that needs both sides, else long]")
@click.option("--seed", type=int, help="What strategies that draw random numbers draw from.  [default: 42]")
@click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE", help="Any other parameter of the notebook; the value is JSON."
)
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="End the run after that time.")
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), help="A folder for the notebook and result.json.")
def run(strategy: str, settings: tuple[str, ...], timeout: float | None, output: Path | None, **options: Any) -> Answer:
    """Run STRATEGY through the backtest notebook; keep the result, its lineage and the executed notebook.

    Fills are at the next bar's open, after costs, unless --set execution=close says otherwise. What is asked is checked before
    anything starts. `aurelius strategies show STRATEGY` lists the parameters of the strategy.
    """
    named = _named(strategy, **options)
    others = assignments(settings, "--set")
    if twice := sorted(named.keys() & others.keys()):
        raise InvalidField.of(twice[0], "is given twice: by --set and by an option of its own")
    finished, result = run_backtest(named | others, timeout=timeout)
    paths = {"result": output / "result.json", "notebook": output / "backtest.ipynb"} if output else {}
    if output:
        write_file(paths["notebook"], finished.content)
        write_json(result, paths["result"])
    return _answer(finished, result, paths)


def run_backtest(given: Mapping[str, Any], *, timeout: float | None = None) -> tuple[jobs.FinishedRun, BacktestResult]:
    """Check what is asked, run the backtest notebook with a bar on standard error, and read the result from the store."""
    notebook, store = asset(NOTEBOOK), Store()
    spec = jobs.check_backtest(jobs.declared_parameters(notebook), given)
    with progress(f"{spec.strategy.type} on {', '.join(spec.instruments[:5])}") as tell:
        finished = jobs.run_notebook(
            notebook, given, store=store, timeout=timeout, on_progress=lambda at: tell(at.fraction, at.stage)
        )
    return finished, load_result(store, finished.result)


def _named(
    strategy: str,
    *,
    param: tuple[str, ...],
    instruments: tuple[str, ...],
    cost_bps: float | None,
    slippage_bps: float | None,
    **plain: Any,
) -> dict[str, Any]:
    """The notebook's parameters that have an option of their own, where it was used."""
    costs = {"commission_bps": cost_bps, "slippage_bps": slippage_bps}
    told = plain | {
        "strategy": strategy,
        "parameters": assignments(param, "--param") or None,
        "instruments": list(instruments) or None,
        "costs": {name: value for name, value in costs.items() if value is not None} or None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _answer(finished: jobs.FinishedRun, result: BacktestResult, paths: Mapping[str, Path]) -> Answer:
    spec, identity = result.spec, result.identity
    document = {
        "hash": finished.result,
        "identity": {**identity.document(), "key": identity.key},
        "notebook": finished.notebook,
        "seconds": round(finished.seconds, 3),
        "kernel": finished.kernel,
        "spec": spec.document(),
        "period": {"first": result.index[0], "last": result.index[-1], "bars": len(result.index)},
        "flags": list(result.flags),
        "metrics": dict(result.metrics),
        "benchmark_metrics": dict(result.benchmark_metrics),
        "paths": {name: str(path) for name, path in paths.items()},
    }
    about = facts(
        [
            ("strategy", f"{spec.strategy.type} {_in_words(spec.strategy.parameters)}"),
            ("instruments", ", ".join(spec.instruments)),
            ("bars", f"{len(result.index)}, {result.index[0]:%Y-%m-%d} to {result.index[-1]:%Y-%m-%d}"),
            ("flags", ", ".join(result.flags) or "none"),
            ("result", finished.result),
            ("notebook", finished.notebook),
            ("kernel", finished.kernel),
            *((f"wrote {name}", path) for name, path in paths.items()),
        ]
    )
    numbers = rows(
        ("metric", "strategy", "buy and hold"),
        metric_table(result.metrics, result.benchmark_metrics),
        right=("strategy", "buy and hold"),
    )
    return Answer(document, [about, "", numbers])


def _in_words(parameters: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in parameters.items())
