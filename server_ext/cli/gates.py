"""`aurelius gates`: a result held to the rules and the gates, from a shell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from aurelius_kernel.artifacts import Store
from aurelius_kernel.errors import ImpossibleRequest
from aurelius_kernel.gates import policy_in_force, set_policy
from server_ext.cli.answer import Answer, facts
from server_ext.cli.command import CommandGroup
from server_ext.cli.progress import progress
from server_ext.cli.values import assignments
from server_ext.jobs.asking import ask

__all__ = ["command"]

JUDGE = "aurelius_kernel.research.judge_process"
NOT_PASSED = 1
UNIVERSE = click.option(
    "--universe", metavar="NAME=VALUE", multiple=True, help="name, members and delisted of what could have been traded; JSON."
)


@click.group(cls=CommandGroup)
def command() -> None:
    """Hold a result to the rules of verification and to the gates, and say how ready it is.

    REF is the hash of a backtest, its first eight characters or more, or a pinned name. A gate that is not passed exits 1.
    """


@command.command()
@click.argument("ref")
@click.option("--trials", type=click.IntRange(min=1), help="How many parameter sets were tried.  [default: what the ledger counts]")
@click.option("--probes", type=click.IntRange(min=1), help="How many futures are cut off.  [default: up to 2,400]")
@UNIVERSE
def verify(ref: str, trials: int | None, probes: int | None, universe: tuple[str, ...]) -> Answer:
    """Hold REF to every rule: leaks, warm-up, survivors, a second engine, numbers made again, limits, luck and costs.

    Exits 1 with any critical or high violation.
    """
    return _judged("verify", ref, trials=trials, probes=probes, universe=assignments(universe, "--universe"))


@command.command()
@click.argument("ref")
def dev(ref: str) -> Answer:
    """The dev gate: REF is the result of a named run, and gives itself again, bit for bit and on both paths."""
    return _judged("dev", ref)


@command.command()
@click.argument("ref")
@click.option("--report", metavar="HASH", help="The verification report on REF; made unless given.")
@UNIVERSE
def crv(ref: str, report: str | None, universe: tuple[str, ...]) -> Answer:
    """The crv gate: REF keeps the policy's Sharpe ratio, drawdown and return, and breaks no grave rule."""
    return _judged("crv", ref, report=report, universe=assignments(universe, "--universe"))


@command.command()
@click.argument("ref")
@click.option("--validation", metavar="HASH", help="The walk-forward validation of the strategy on these data.")
@UNIVERSE
def product(ref: str, validation: str | None, universe: tuple[str, ...]) -> Answer:
    """The product gate: dev and crv, a passed validation, more than luck, and a lineage without a gap.

    Verdicts of dev and crv are taken where they still hold, and made where not.
    """
    return _judged("product", ref, validation=validation, universe=assignments(universe, "--universe"))


@command.command()
@click.argument("ref")
@click.option("--report", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A report of REF, as a PDF.")
@click.option("--maturity", metavar="LABEL", help="How mature the strategy is, as candidate.")
def readiness(ref: str, report: Path | None, maturity: str | None) -> Answer:
    """How ready REF is, from the verdicts in the store: score, blockers, next actions, and the change since the last.

    Exits 1 unless it is Green, which alone may be promoted.
    """
    return _judged("readiness", ref, report=str(report.absolute()) if report else None, maturity=maturity)


@command.command()
@click.argument("ref")
@click.option("--by", required=True, metavar="NAME", help="Who grants it.")
@click.option("--reason", required=True, help="Why.")
def waive(ref: str, by: str, reason: str) -> Answer:
    """Let the product gate pass REF without its deflated Sharpe ratio, on the record; costs a letter of the grade."""
    told = ask(JUDGE, {"what": "waive", "result": Store().resolve(ref), "by": by, "reason": reason}, "The waiver failed")
    return Answer({"hash": told["hash"], **told["record"]}, [facts([("waiver", told["hash"]), ("by", by), ("reason", reason)])])


@command.command()
@click.option("--set", "limits", multiple=True, metavar="NAME=VALUE", help="A limit and its new value; may be repeated.")
@click.option("--by", metavar="NAME", help="Who changes it.")
@click.option("--reason", help="Why.")
def policy(limits: tuple[str, ...], by: str | None, reason: str | None) -> Answer:
    """Show the limits in force, or set others with a name and a reason; the policy before stays on record."""
    changes = assignments(limits, "--set")
    if (by or reason) and not changes:
        raise ImpossibleRequest.of("--set", "must name the limit that changes, as --set maximum_drawdown=0.2")
    now = set_policy(by=by or "", reason=reason or "", **changes) if changes else policy_in_force()
    lines = [*now.limits().items(), ("version", now.version), ("set by", now.set_by), ("reason", now.reason), ("hash", now.hash)]
    return Answer({"hash": now.hash, **now.document()}, [facts(lines)])


def _judged(what: str, ref: str, **options: Any) -> Answer:
    """Ask for a judgement on a stored result, and answer with its record."""
    address = Store().resolve(ref)
    given = {name: value for name, value in options.items() if value not in (None, {})}
    with progress(f"{what} of {address[:12]}"):
        told = ask(JUDGE, {"what": what, "result": address, **given}, f"The result could not be judged ({what})")
    record = told["record"]
    passed = record["band"] == "Green" if what == "readiness" else record["passed"]
    return Answer({"hash": told["hash"], **record}, [told["text"]], exit_code=0 if passed else NOT_PASSED)
