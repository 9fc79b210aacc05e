"""`aurelius orchestrate`: a goal or a strategy taken to the gates, from a shell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from aurelius_kernel import data
from aurelius_kernel.artifacts import Store
from aurelius_kernel.assets import asset
from aurelius_kernel.errors import ImpossibleRequest, InvalidField
from aurelius_kernel.generation import read_goal
from aurelius_kernel.strategies import Strategy
from server_ext import jobs
from server_ext.cli.answer import Answer, facts, rows
from server_ext.cli.command import CommandGroup
from server_ext.cli.progress import progress
from server_ext.cli.values import assignments
from server_ext.jobs.asking import ask

__all__ = ["command"]

NOTEBOOK = "notebooks/orchestrate.ipynb"
MODULE = "aurelius_kernel.research.orchestrate"
NOT_PASSED = 1


@click.group(cls=CommandGroup)
def command() -> None:
    """Take a goal or a strategy through generation, backtest, validation and the three gates."""


@command.command()
@click.argument("goal", required=False)
@click.option("--strategy", metavar="FAMILY", help="A strategy to take through instead of a goal.")
@click.option("--param", "param", multiple=True, metavar="NAME=VALUE", help="A parameter of the strategy; may be repeated.")
@click.option("--risk", help="conservative, moderate or aggressive.  [default: moderate]")
@click.option("--tries", type=int, help="Candidates drawn for a goal; each counts as a trial.  [default: 60]")
@click.option("--instrument", "instruments", multiple=True, metavar="NAME", help="What to trade; may be repeated.")
@click.option("--start", metavar="DAY", help="First day, as 2004-08-19.")
@click.option("--end", metavar="DAY", help="Last day, included.")
@click.option("--train-days", type=int, help="Days of a training window of the validation.  [default: 180]")
@click.option("--test-days", type=int, help="Days of the test after it.  [default: 90]")
@click.option("--seed", type=int, help="What is drawn.  [default: 42]")
@click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE", help="Any other parameter of the notebook; the value is JSON."
)
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="End the run after that time.")
def run(goal: str | None, param: tuple[str, ...], settings: tuple[str, ...], timeout: float | None, **options: Any) -> Answer:
    """Take GOAL, in words, or a strategy to the verdict of the last gate that it reaches.

    Every stage is stored as it ends. Asked again after a kill, it goes on where it was. Exits 1 unless the product gate is passed.
    """
    named = {name: list(value) if name == "instruments" else value for name, value in options.items() if value not in (None, ())}
    named |= {"parameters": assignments(param, "--param")} if param else {}
    others = assignments(settings, "--set")
    if twice := sorted(named.keys() & others.keys()):
        raise InvalidField.of(twice[0], "is given twice: by --set and by an option of its own")
    given = {**({"goal": goal} if goal is not None else {}), **named, **others}
    _check(given)
    store = Store()
    with progress(goal or given["strategy"]) as tell:
        finished = jobs.run_notebook(
            asset(NOTEBOOK), given, store=store, timeout=timeout, on_progress=lambda at: tell(at.fraction, at.stage)
        )
    told = _asked("show", finished.result)
    return _answer({**told, "notebook": finished.notebook, "seconds": round(finished.seconds, 3), "kernel": finished.kernel})


@command.command()
@click.argument("run")
def show(run: str) -> Answer:
    """Show how far RUN is: its name, its first eight characters or more, or the hash of a finished one."""
    return _answer(_asked("show", run), judged=False)


@command.command()
@click.argument("run")
def resume(run: str) -> Answer:
    """Take RUN up again where it was. Exits 1 unless the product gate is passed."""
    with progress(f"resuming {run[:12]}"):
        return _answer(_asked("resume", run))


@command.command("list")
def list_runs() -> Answer:
    """Every run that was ever begun here."""
    runs = ask(MODULE, {"question": "list"}, "The runs cannot be listed")["runs"]
    lines = [[one["run"][:12], one["goal"] or one["strategy"], ", ".join(one["instruments"]), one["status"]] for one in runs]
    return Answer({"runs": runs}, [rows(("run", "goal or strategy", "instruments", "status"), lines)])


def _check(given: Mapping[str, Any]) -> None:
    """What can be told before a kernel starts."""
    goal, strategy = given.get("goal"), given.get("strategy")
    if (goal is None) == (strategy is None):
        raise ImpossibleRequest.of("goal", "or --strategy must be given, and not both")
    if goal is not None:
        read_goal(goal, set(data.instruments()["instrument"]))
    else:
        Strategy.create(str(strategy), **given.get("parameters", {}))


def _asked(question: str, run: str) -> dict[str, Any]:
    return ask(MODULE, {"question": question, "run": run}, "The orchestration cannot be read")


def _answer(told: Mapping[str, Any], *, judged: bool = True) -> Answer:
    about = facts(
        [
            ("goal" if told["goal"] else "strategy", told["goal"] or told["strategy"]),
            ("instruments", ", ".join(told["instruments"])),
            ("status", told["status"]),
            ("run", told["run"]),
            ("result", told["hash"]),
        ]
    )
    lines = [[one["stage"], one["state"], one["seconds"], one["message"]] for one in told["stages"]]
    stages = rows(("stage", "state", "seconds", "found"), lines, right=("seconds",))
    return Answer(dict(told), [about, "", stages], NOT_PASSED if judged and not told["passed"] else 0)
