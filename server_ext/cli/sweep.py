"""`aurelius sweep`: the sweep notebook, run from a shell."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import pandas as pd

from aurelius_kernel.artifacts import Store
from aurelius_kernel.artifacts.sweeps import KeptSweep, load_sweep
from aurelius_kernel.assets import asset
from aurelius_kernel.errors import ImpossibleRequest, InvalidField
from aurelius_kernel.metrics import Metric
from aurelius_kernel.views.metric_table import label, written
from server_ext import jobs
from server_ext.cli.answer import Answer, facts, rows
from server_ext.cli.command import CommandGroup
from server_ext.cli.files import write_file
from server_ext.cli.progress import progress
from server_ext.cli.searched import searched
from server_ext.cli.values import assignments
from server_ext.jobs.asking import ask
from server_ext.jobs.requests import check_family, check_searched

__all__ = ["command"]

NOTEBOOK = "notebooks/sweep.ipynb"
PLAN = "aurelius_kernel.research.sweep"
SHOWN = (Metric.SHARPE_RATIO, Metric.TOTAL_RETURN, Metric.CAGR, Metric.MAX_DRAWDOWN, Metric.TOTAL_TRADES)


@click.group(cls=CommandGroup)
def command() -> None:
    """Run a family under many parameter sets."""


@command.command()
@click.argument("family")
@click.option("--grid", multiple=True, metavar="NAME=VALUES", help="5:55:5 for 5, 10 … 55, or sma,ema; may be repeated.")
@click.option("--range", "ranges", multiple=True, metavar="NAME=LOW:HIGH", help="An interval to draw from; may be repeated.")
@click.option("--samples", type=int, help="Draw so many combinations.")
@click.option("--trials", type=int, help="Let Optuna choose so many combinations.")
@click.option("--where", help='Which combinations are wanted, as "fast < slow".')
@click.option("--fix", "fixed", multiple=True, metavar="NAME=VALUE", help="A parameter that is the same in all; may be repeated.")
@click.option("--instrument", "instruments", multiple=True, metavar="NAME", help="What to trade; may be repeated.  [default: GOOG]")
@click.option("--separate", is_flag=True, help="Each instrument in an account of its own.")
@click.option("--start", metavar="DAY", help="First day, as 2004-08-19.")
@click.option("--end", metavar="DAY", help="Last day, included.")
@click.option("--capital", type=float, help="Money at the start.  [default: 100000]")
@click.option("--cost-bps", type=float, help="Commission, in basis points of a fill's value.  [default: 5]")
@click.option("--slippage-bps", type=float, help="Slippage, in basis points of the price.  [default: 5]")
@click.option("--direction", help="long, short or both.  [default: long, unless the family needs both]")
@click.option("--objective", help="The metric that ranks.  [default: sharpe_ratio]")
@click.option("--memory", metavar="AMOUNT", help="What it may take at most, beside the bars.  [default: 500MB]")
@click.option("--executor", help="threads, or dask for a cluster.  [default: as proves faster]")
@click.option("--seed", type=int, help="What is drawn.  [default: 42]")
@click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE", help="Any other parameter of the notebook; the value is JSON."
)
@click.option("--plan", is_flag=True, help="Only say what it would take.")
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="End the run after that time.")
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), help="A folder for the notebook and table.csv.")
def run(family: str, settings: tuple[str, ...], plan: bool, timeout: float | None, output: Path | None, **options: Any) -> Answer:
    """Run FAMILY under every combination of its grid; keep the table, its lineage and the executed notebook.

    Each row is equal to the backtest of it, and counts as a trial. `aurelius strategies show FAMILY` lists what can be swept, and
    stop_loss, take_profit and trailing_stop can too.
    """
    named = _named(family, **options)
    others = assignments(settings, "--set")
    if twice := sorted(named.keys() & others.keys()):
        raise InvalidField.of(twice[0], "is given twice: by --set and by an option of its own")
    given = named | others
    _check_names(given)
    if plan:
        return _planned(given)
    notebook, store = asset(NOTEBOOK), Store()
    with progress(f"{family} on {', '.join(given.get('instruments', ['GOOG'])[:5])}") as tell:
        finished = jobs.run_notebook(
            notebook, given, store=store, timeout=timeout, on_progress=lambda at: tell(at.fraction, at.stage)
        )
    found = load_sweep(store, finished.result)
    paths = {"table": output / "table.csv", "notebook": output / "sweep.ipynb"} if output else {}
    if output:
        write_file(paths["notebook"], finished.content)
        write_file(paths["table"], found.table.to_csv(index_label="row").encode())
    return _answer(finished, found, paths)


def _named(family: str, *, separate: bool, **options: Any) -> dict[str, Any]:
    """The notebook's parameters that have an option of their own, where it was used."""
    search = "tpe" if options["trials"] is not None else None
    return searched(family, search=search, accounts="separate" if separate else None, **options)


def _check_names(given: Mapping[str, Any]) -> None:
    """What can be told before a kernel starts: families and parameters that do not exist."""
    if not (given["grid"] or given.get("ranges")):
        raise ImpossibleRequest.of("grid", "is empty: name at least one parameter and its values, as --grid fast=5:55:5")
    check_family(given)
    check_searched(given)


def _planned(given: Mapping[str, Any]) -> Answer:
    """Ask for the plan in a process of its own, as everything that needs the engine runs."""
    declared = jobs.declared_parameters(asset(NOTEBOOK))
    asked = {name: parameter.default for name, parameter in declared.items()} | jobs.checked_parameters(declared, given)
    asked.pop("executor")
    with progress("planning"):
        told = ask(PLAN, asked, "The sweep could not be planned")
    return Answer(told["plan"], [facts([(name, value) for name, value in told["facts"]])])


def _answer(finished: jobs.FinishedRun, found: KeptSweep, paths: Mapping[str, Path]) -> Answer:
    manifest, spec = found.manifest, found.manifest["spec"]
    best = found.table.iloc[manifest["top"]]
    document = {
        "hash": finished.result,
        "identity": manifest["identity"],
        "notebook": finished.notebook,
        "seconds": round(finished.seconds, 3),
        "kernel": finished.kernel,
        "spec": spec,
        "trials": manifest["trials"],
        "failed": manifest["failed"],
        "top": [{"row": row, **_defined(values)} for row, values in zip(manifest["top"], best.to_dict("records"), strict=True)],
        "paths": {name: str(path) for name, path in paths.items()},
    }
    about = facts(
        [
            ("family", spec["base"]["strategy"]["type"]),
            ("instruments", ", ".join(spec["base"]["instruments"])),
            ("bars", f"{found.data['bars']}, {found.data['first'][:10]} to {found.data['last'][:10]}"),
            ("combinations", f"{manifest['trials']:,}, {manifest['failed']:,} of them failed"),
            ("result", finished.result),
            ("notebook", finished.notebook),
            ("kernel", finished.kernel),
            *((f"wrote {name}", path) for name, path in paths.items()),
        ]
    )
    return Answer(document, [about, "", _best_rows(best, spec)])


def _best_rows(best: pd.DataFrame, spec: Mapping[str, Any]) -> Any:
    swept = [name for name in best.columns if name == "instrument" or name in spec["space"]]
    wanted = dict.fromkeys([*spec["objectives"], *map(str, SHOWN)])
    metrics = [metric for metric in Metric if metric in wanted and metric in best.columns]
    titles = ["row", *swept, *(label(metric) for metric in metrics)]
    lines = [
        [row, *(values[name] for name in swept), *(written(metric, values[metric]) for metric in metrics)]
        for row, values in zip(best.index, best.to_dict("records"), strict=True)
    ]
    return rows(titles, lines, right=titles)


def _defined(values: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: None if isinstance(value, float) and math.isnan(value) else value for name, value in values.items()}
    return {name: value for name, value in plain.items() if name != "failed"}
