"""The entry of `aurelius`: which commands there are, and how an error leaves the process.

A new command is a file of this folder that defines `command`, and a line in COMMANDS.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from aurelius_kernel.errors import AureliusError, InvalidInput, NotFound, RunCancelled
from server_ext.cli.command import CommandGroup
from server_ext.cli.version import version

__all__ = ["COMMANDS", "main", "root"]

COMMANDS = {
    "demo": "Run a backtest on bundled bars and write its report: everything in one minute.",
    "serve": "Run JupyterLab, the API and the dashboards behind one login.",
    "data": "Bars: list them, fill the catalogue with samples, import and check files.",
    "strategies": "Strategy families and their parameters.",
    "backtest": "Run a strategy over bars.",
    "sweep": "Run a family under many parameter sets.",
    "gates": "Hold a result to the rules and the gates; say how ready it is.",
    "promotions": "The platform's policy, waivers and promotions: set, grant, ask, approve.",
    "validate": "Refit a family on the past, again and again, and judge it on what came next.",
    "holdout": "Lock a last stretch of data for gates alone; count the looks.",
    "generate": "Turn a goal in words into measured candidates.",
    "orchestrate": "Take a goal or a strategy through backtest, validation and the gates.",
    "report": "Write a stored result as a PDF tear sheet or as JSON.",
    "artifacts": "Everything that was found: show it, compare it, verify it, clean up.",
    "doctor": "Say what is installed, what is missing, and how to get it.",
    "jobs": "Jobs: list them, follow them, cancel them, run a notebook as one.",
    "schedules": "Schedules: list them, look at one, pause it, let it go on, delete it.",
    "users": "Accounts: make them, list them, change a role.",
    "db": "The database: upgrade, downgrade, back up, restore, check.",
    "warmup": "Compile and cache what a first backtest needs.",
}
FAILED, ASKED_WRONGLY, INTERRUPTED, TERMINATED = 1, 2, 130, 143


class Root(CommandGroup):
    """Finds each command in the file of its name, and imports no other."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's signature
        """The command of that name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"server_ext.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  click's signature
        """The table, without loading anything."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _show_version(ctx: click.Context, _option: click.Parameter, asked: bool) -> None:
    if asked:
        click.echo(f"aurelius {version()}")
        ctx.exit()


@click.command(cls=Root, name="aurelius", context_settings={"max_content_width": 110})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show the version.")
def root() -> None:
    """Research for systematic trading: backtests, reports and evidence that anyone can replay.

    Every command takes --json; it exits 0, 1 when it failed and 2 when it was asked wrongly.
    """


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and end the process with its exit code."""
    signal.signal(signal.SIGTERM, _terminate)
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = root.main(args=given, prog_name="aurelius", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        code = 0
    except BrokenPipeError:
        # Whoever read our output has left; Python's own flush at exit must not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = FAILED
    except (click.Abort, KeyboardInterrupt):
        code = _refuse(RunCancelled("Cancelled."), INTERRUPTED, given)
    except click.ClickException as error:
        code = _refuse(InvalidInput(" ".join(error.format_message().split())), ASKED_WRONGLY, given)
    except AureliusError as error:
        code = _refuse(error, ASKED_WRONGLY if isinstance(error, InvalidInput | NotFound) else FAILED, given)
    except Exception as error:  # noqa: BLE001  the last place that can turn a defect into a sentence
        sentence = f"Something went wrong inside Aurelius: {type(error).__name__}: {error}. AURELIUS_DEBUG=1 shows where."
        code = _refuse(AureliusError(sentence), FAILED, given)
    sys.exit(code if isinstance(code, int) else 0)


def _refuse(error: AureliusError, code: int, arguments: Sequence[str]) -> int:
    """Say what went wrong on standard error, as a sentence or as JSON, and return the exit code."""
    if os.environ.get("AURELIUS_DEBUG"):
        traceback.print_exc()
    if "--json" in arguments:
        document = {"error": {"code": error.code, "message": error.message, "fields": error.fields}}
        click.echo(json.dumps(document, ensure_ascii=False), err=True)
    else:
        click.echo(f"{click.style('Error:', fg='red', bold=True)} {error.message}", err=True)
    return code


def _terminate(_signal: int, _frame: Any) -> NoReturn:
    """Leave in order, so that a running kernel is ended and temporary files go."""
    sys.exit(TERMINATED)
