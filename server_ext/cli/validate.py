"""`aurelius validate`: the walk-forward notebook, run from a shell."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from aurelius_kernel.artifacts import Store
from aurelius_kernel.assets import asset
from aurelius_kernel.errors import InvalidField
from aurelius_kernel.metrics import Metric
from aurelius_kernel.views.metric_table import label, written
from aurelius_kernel.views.numerals import percent, plural, ratio
from server_ext import jobs
from server_ext.cli.answer import Answer, facts, rows
from server_ext.cli.command import AureliusCommand
from server_ext.cli.files import write_file
from server_ext.cli.progress import progress
from server_ext.cli.searched import searched
from server_ext.cli.values import assignments
from server_ext.jobs.requests import check_family, check_searched

__all__ = ["command"]

NOTEBOOK = "notebooks/walk_forward.ipynb"
SHOWN = (Metric.TOTAL_RETURN, Metric.CAGR, Metric.SHARPE_RATIO, Metric.MAX_DRAWDOWN, Metric.TOTAL_TRADES)


@click.command(cls=AureliusCommand)
@click.argument("family")
@click.option("--grid", multiple=True, metavar="NAME=VALUES", help="5:55:5 for 5, 10 … 55, or sma,ema; may be repeated.")
@click.option("--range", "ranges", multiple=True, metavar="NAME=LOW:HIGH", help="An interval to draw from; may be repeated.")
@click.option("--samples", type=int, help="Draw so many combinations.")
@click.option("--where", help='Which combinations are wanted, as "fast < slow".')
@click.option("--fix", "fixed", multiple=True, metavar="NAME=VALUE", help="A parameter that is not fitted; may be repeated.")
@click.option("--train-days", type=int, help="Days with bars in a training window.  [default: 180]")
@click.option("--test-days", type=int, help="Days with bars in the test after it.  [default: 90]")
@click.option("--anchored", is_flag=True, help="Training windows grow from the first bar.")
@click.option("--embargo", type=int, help="Days between the two.  [default: the longest trade of the first fit]")
@click.option("--instrument", "instruments", multiple=True, metavar="NAME", help="What to trade; may be repeated.  [default: GOOG]")
@click.option("--start", metavar="DAY", help="First day, as 2004-08-19.")
@click.option("--end", metavar="DAY", help="Last day, included.")
@click.option("--capital", type=float, help="Money at the start.  [default: 100000]")
@click.option("--cost-bps", type=float, help="Commission, in basis points of a fill's value.  [default: 5]")
@click.option("--slippage-bps", type=float, help="Slippage, in basis points of the price.  [default: 5]")
@click.option("--direction", help="long, short or both.  [default: long, unless the family needs both]")
@click.option("--objective", help="The metric by which a window chooses.  [default: sharpe_ratio]")
@click.option("--executor", help="threads, or dask for a cluster.  [default: as proves faster]")
@click.option("--seed", type=int, help="What is drawn.  [default: 42]")
@click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE", help="Any other parameter of the notebook; the value is JSON."
)
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="End the run after that time.")
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), help="A folder for the executed notebook.")
def command(family: str, settings: tuple[str, ...], timeout: float | None, output: Path | None, **options: Any) -> Answer:
    """Refit FAMILY on each training window, judge it on the days that follow, and say whether it passes.

    Passed is a stability of at least 75 of 100 and a Sharpe ratio above 0 out of sample; a validation that is not passed exits with
    0 too. Without --grid or --range, values around the family's defaults are fitted. Every parameter set counts as a trial.
    """
    named = _named(family, **options)
    others = assignments(settings, "--set")
    if twice := sorted(named.keys() & others.keys()):
        raise InvalidField.of(twice[0], "is given twice: by --set and by an option of its own")
    given = named | others
    check_family(given)
    check_searched(given)
    notebook, store = asset(NOTEBOOK), Store()
    with progress(f"{family} on {', '.join(given.get('instruments', ['GOOG'])[:5])}") as tell:
        finished = jobs.run_notebook(
            notebook, given, store=store, timeout=timeout, on_progress=lambda at: tell(at.fraction, at.stage)
        )
    paths = {"notebook": output / "walk_forward.ipynb"} if output else {}
    if output:
        write_file(paths["notebook"], finished.content)
    return _answer(finished, store.document(finished.result), paths)


def _named(family: str, *, anchored: bool, **options: Any) -> dict[str, Any]:
    """The notebook's parameters that have an option of their own, where it was used."""
    return searched(family, anchored=anchored or None, **options)


def _answer(finished: jobs.FinishedRun, found: Mapping[str, Any], paths: Mapping[str, Path]) -> Answer:
    kept = ("identity", "spec", "passed", "stability", "degradation", "embargo_days", "metrics", "windows", "flags", "trials")
    evidence = {name: value for name, value in found["overfitting"].items() if name not in {"logits", "fan"}}
    document = {
        "hash": finished.result,
        "notebook": finished.notebook,
        "seconds": round(finished.seconds, 3),
        "kernel": finished.kernel,
        **{name: found[name] for name in kept},
        "overfitting": evidence,
        "paths": {name: str(path) for name, path in paths.items()},
    }
    about = [*_verdict(found), *((f"wrote {name}", path) for name, path in paths.items())]
    about += [("result", finished.result), ("notebook", finished.notebook), ("kernel", finished.kernel)]
    return Answer(document, [facts(about), "", _windows(found["windows"])])


def _verdict(found: Mapping[str, Any]) -> list[tuple[str, Any]]:
    lost, luck = found["degradation"], found["overfitting"]
    told = [
        ("verdict", "passed" if found["passed"] else "not passed"),
        ("stability", f"{found['stability']:.0f} of 100, 75 to pass"),
        ("degradation", "undefined" if lost is None else f"{lost:,.0f}%"),
    ]
    for metric in SHOWN:
        tried = f", of {plural(luck['combinations'], 'parameter set')}" if metric is Metric.SHARPE_RATIO else ""
        told.append((label(metric), f"{written(metric, found['metrics'][metric])}{tried}"))
    probabilities = (("more than luck", luck["dsr"]), ("overfitted", luck["pbo"]), ("no set better than cash", luck["p_value"]))
    return told + [(name, "undefined" if value is None else percent(value, 1)) for name, value in probabilities]


def _windows(windows: list[dict[str, Any]]) -> Any:
    fitted = list(next((step["parameters"] for step in windows if step["parameters"]), {}))
    titles = ["window", "test", "to", "Sharpe in training", "in test", "return", "trades", *fitted]
    lines = [
        [
            number,
            step["test_start"],
            step["test_end"],
            ratio(step["train_sharpe"]),
            ratio(step["test_sharpe"]),
            percent(step["test_return"], 1),
            step["trades"],
            *((step["parameters"] or {}).get(name, "none") for name in fitted),
        ]
        for number, step in enumerate(windows)
    ]
    return rows(titles, lines, right=[title for title in titles if title not in {"test", "to"}])
