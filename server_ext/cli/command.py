"""What every command has in common: `--json`, an answer that is printed in one place, and names that are guessed when misspelt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from aurelius_kernel.errors import UnknownName

if TYPE_CHECKING:  # rich and numpy are not needed to print the help
    from server_ext.cli.answer import Answer

__all__ = ["AureliusCommand", "CommandGroup"]


class AureliusCommand(click.Command):
    """A command whose function returns an Answer."""

    def __init__(self, *positional: Any, **options: Any) -> None:
        super().__init__(*positional, **options)
        self.params.append(click.Option(["--json"], is_flag=True, help="Print JSON to standard output, for machines."))

    def invoke(self, ctx: click.Context) -> int:
        """Run the function, print its answer, and return the answer's exit code."""
        as_json = ctx.params.pop("json")
        answer: Answer = super().invoke(ctx)
        answer.print(as_json=as_json)
        return answer.exit_code


class CommandGroup(click.Group):
    """A group that offers the nearest names when it is asked for a command it does not have."""

    command_class = AureliusCommand

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first argument names."""
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            raise UnknownName("command", args[0], self.list_commands(ctx))
        return super().resolve_command(ctx, args)
