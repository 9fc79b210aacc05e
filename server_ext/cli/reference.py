"""The reference page of the command line, made from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator

import click

from server_ext.cli.main import root

__all__ = ["reference_page"]

OPENING = """# Command line

`aurelius` is the platform from a shell. Every command takes `--json`: JSON on standard output and nothing else, fractions where
people see percent. Without it, commands print tables. Progress goes to standard error, as a bar at a terminal.

| exit code | means |
| --- | --- |
| 0 | it worked |
| 1 | it was asked rightly and failed |
| 2 | it was asked wrongly: one sentence on standard error says what would be right, and nothing was done |
| 130, 143 | it was interrupted or terminated; what it had started is gone |

An error is one sentence on standard error; with `--json`, an object `{"error": {"code", "message", "fields"}}` there.
`AURELIUS_DEBUG=1` adds the traceback.
"""


def reference_page() -> str:
    """Every command with its arguments and options, as Markdown."""
    with click.Context(root, info_name="aurelius") as context:
        return "\n".join([OPENING, *_sections(root, context)])


def _sections(command: click.Command, context: click.Context) -> Iterator[str]:
    if not isinstance(command, click.Group):
        yield _section(command, context)
        return
    for name in command.list_commands(context):
        child = command.get_command(context, name)
        if child is not None:
            with click.Context(child, info_name=name, parent=context) as inner:
                yield from _sections(child, inner)


def _section(command: click.Command, context: click.Context) -> str:
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    named = [one for one in command.params if isinstance(one, click.Option)]
    options = [record for one in named if (record := one.get_help_record(context))]
    table = [f"| `{names}` | {_cell(text)} |" for names, text in options]
    lines = [f"## {context.command_path}", f"```\n{usage}\n```", _prose(command.help or "")]
    return "\n\n".join([*lines, "\n".join(["| option | |", "| --- | --- |", *table])]) + "\n"


def _prose(text: str) -> str:
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("  ", " ")
