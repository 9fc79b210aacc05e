"""`aurelius generate`: the generate notebook, run from a shell."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from aurelius_kernel import data
from aurelius_kernel.artifacts import Store
from aurelius_kernel.assets import asset
from aurelius_kernel.errors import InvalidField
from aurelius_kernel.generation import preset, read_goal
from aurelius_kernel.hashing import canonical_json
from aurelius_kernel.metrics import Metric
from aurelius_kernel.views.metric_table import label, written
from aurelius_kernel.views.numerals import percent
from server_ext import jobs
from server_ext.cli.answer import Answer, facts, rows
from server_ext.cli.command import AureliusCommand
from server_ext.cli.files import write_file
from server_ext.cli.progress import progress
from server_ext.cli.values import assignments

__all__ = ["command"]

NOTEBOOK = "notebooks/generate.ipynb"
SHOWN = (Metric.SHARPE_RATIO, Metric.CAGR, Metric.MAX_DRAWDOWN, Metric.TOTAL_TRADES)


@click.command(cls=AureliusCommand)
@click.argument("goal")
@click.option("--risk", help="conservative, moderate or aggressive.  [default: moderate]")
@click.option("--count", type=int, help="How many candidates come back, at most 20.  [default: 5]")
@click.option("--tries", type=int, help="How many are drawn; each counts as a trial.  [default: 60]")
@click.option(
    "--instrument", "instruments", multiple=True, metavar="NAME", help="What to trade; may be repeated.  [default: the goal's]"
)
@click.option("--start", metavar="DAY", help="First day, as 2004-08-19.")
@click.option("--end", metavar="DAY", help="Last day, included.")
@click.option("--unseen", type=float, help="The share of the bars at the end that stays unseen.  [default: 0.3]")
@click.option("--seed", type=int, help="What is drawn.  [default: 42]")
@click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE", help="Any other parameter of the notebook; the value is JSON."
)
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="End the run after that time.")
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), help="A folder for the notebook and generation.json.")
def command(goal: str, settings: tuple[str, ...], timeout: float | None, output: Path | None, **options: Any) -> Answer:
    """Turn GOAL, in words, into candidates that are measured, each with the probability that it is not luck.

    Words vote for families; limits as "drawdown < 20%" are read. Candidates are run on the first part of the data; the last part
    stays unseen for validation.
    """
    named = {name: list(value) if name == "instruments" else value for name, value in options.items() if value not in (None, ())}
    others = assignments(settings, "--set")
    if twice := sorted(named.keys() & others.keys()):
        raise InvalidField.of(twice[0], "is given twice: by --set and by an option of its own")
    given = {"goal": goal, **named, **others}
    preset(given.get("risk", "moderate"))
    read_goal(goal, set(data.instruments()["instrument"]))
    store = Store()
    with progress(f"candidates for “{goal[:60]}”") as tell:
        finished = jobs.run_notebook(
            asset(NOTEBOOK), given, store=store, timeout=timeout, on_progress=lambda at: tell(at.fraction, at.stage)
        )
    document = store.document(finished.result)
    paths = {"generation": output / "generation.json", "notebook": output / "generate.ipynb"} if output else {}
    if output:
        write_file(paths["notebook"], finished.content)
        write_file(paths["generation"], canonical_json(document))
    return _answer(finished, document, paths)


def _answer(finished: jobs.FinishedRun, document: Mapping[str, Any], paths: Mapping[str, Path]) -> Answer:
    spec, stretch = document["spec"], document["spec"]["stretch"]
    about = facts(
        [
            ("goal", spec["goal"]["text"]),
            ("instruments", ", ".join(spec["instruments"])),
            (
                "seen",
                f"{stretch['start']} to {stretch['seen_until']}; {stretch['unseen_bars']} bars to {stretch['end']} stay unseen",
            ),
            ("tried", f"{document['trials']:,}, {document['failed']:,} of them failed"),
            *(("note", note) for note in document["notes"]),
            ("result", finished.result),
            ("notebook", finished.notebook),
            ("kernel", finished.kernel),
            *((f"wrote {name}", path) for name, path in paths.items()),
        ]
    )
    told = {
        "hash": finished.result,
        "notebook": finished.notebook,
        "seconds": round(finished.seconds, 3),
        "kernel": finished.kernel,
    }
    kept = {name: document[name] for name in ("identity", "trials", "failed", "notes", "candidates", "spec")}
    return Answer({**told, **kept, "paths": {name: str(path) for name, path in paths.items()}}, [about, "", _candidates(document)])


def _candidates(document: Mapping[str, Any]) -> Any:
    titles = ["rank", "family", "not luck", *(label(metric) for metric in SHOWN), "limits", "parameters"]
    lines = [
        [
            rank,
            one["spec"]["strategy"]["type"],
            percent(one["confidence"], 1),
            *(written(metric, one["metrics"].get(metric)) for metric in SHOWN),
            "broken" if one["broken"] else "kept",
            ", ".join(f"{name}={value}" for name, value in one["spec"]["strategy"]["parameters"].items()),
        ]
        for rank, one in enumerate(document["candidates"], start=1)
    ]
    return rows(titles, lines, right=["rank", "not luck", *(label(metric) for metric in SHOWN)])
