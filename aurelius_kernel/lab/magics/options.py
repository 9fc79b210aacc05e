"""What each magic takes: one parser a magic, whose help is what `%bars?` shows and what the reference page says."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from aurelius_kernel.errors import ImpossibleRequest, InvalidField, UnknownName

__all__ = ["PARSERS", "Asked", "MagicParser"]

ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.+)", re.DOTALL)
WIDTH = 100


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A line as it was understood: options that the magic knows, and `name=value` for everything else."""

    options: argparse.Namespace
    assigned: dict[str, str]


class MagicParser(argparse.ArgumentParser):
    """Reads the line of a magic; what it does not understand is one of our errors, and never ends the process."""

    def __init__(self, prog: str, takes: str, description: str, epilog: str, *, takes_assignments: bool = False) -> None:
        told: dict[str, Any] = {"usage": f"%(prog)s {takes}", "description": description, "epilog": epilog}
        super().__init__(prog, **told, add_help=False, allow_abbrev=False, formatter_class=_Help)
        self.takes_assignments = takes_assignments

    @property
    def names(self) -> list[str]:
        """The options that there are."""
        return list(self._option_string_actions)

    def asked(self, line: str) -> Asked:
        """The line's options and assignments; raises UnknownName for an option that there is not, InvalidField for a bad one."""
        try:
            words = shlex.split(line)
        except ValueError as error:
            raise InvalidField.of("line", f"cannot be read ({str(error).lower()}): quotes come in pairs") from None
        known, assigned = self._parted(words)
        return Asked(options=self.parse_intermixed_args(known), assigned=assigned)

    def error(self, message: str) -> NoReturn:
        """Raise InvalidField with argparse's sentence, and how the magic is used."""
        raise InvalidField.of(self.prog, f"cannot be read: {message}. {self.prog}? shows what it takes")

    def _parted(self, words: Sequence[str]) -> tuple[list[str], dict[str, str]]:
        """The words that argparse knows, and the assignments: `fast=10`, or `--fast 10` for an option that is not the magic's."""
        known: list[str] = []
        assigned: dict[str, str] = {}
        waiting = list(words)
        while waiting:
            word = waiting.pop(0)
            name, equals, value = word.partition("=")
            if name in self._option_string_actions:
                known.append(word)
                if not equals and self._option_string_actions[name].nargs is None and waiting:
                    known.append(waiting.pop(0))
            elif name.startswith("--"):
                if not equals and (not waiting or waiting[0].startswith("--")):
                    raise UnknownName("option", name, self._option_string_actions, field=self.prog)
                self._assign(assigned, name[2:].replace("-", "_"), value if equals else waiting.pop(0))
            elif found := ASSIGNMENT.fullmatch(word):
                self._assign(assigned, found[1], found[2])
            else:
                known.append(word)
        return known, assigned

    def _assign(self, assigned: dict[str, str], name: str, value: str) -> None:
        if not self.takes_assignments:
            raise UnknownName("option", f"--{name}", self._option_string_actions, field=self.prog)
        if name in assigned:
            raise ImpossibleRequest.of(name, "is given twice")
        assigned[name] = value


class _Help(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28, width=WIDTH)


def _bars() -> MagicParser:
    parser = MagicParser(
        "%bars",
        "INSTRUMENT [--start DAY] [--end DAY] [--interval LENGTH] [--source NAME] [--as NAME]",
        "The bars of an instrument, as a frame that shows itself.",
        "  prices = %bars GOOG --start 2010-01-01",
    )
    parser.add_argument("instrument", metavar="INSTRUMENT", help="its name in the catalogue, as GOOG")
    _days(parser)
    parser.add_argument("--interval", metavar="LENGTH", default="1d", help="the length of a bar, as 1d or 15min (default: 1d)")
    parser.add_argument("--source", metavar="NAME", default="default", help="where the bars come from, as ak.instruments() lists")
    _bound(parser)
    return parser


def _run_options(parser: MagicParser, *, family_help: str) -> None:
    parser.add_argument("family", nargs="?", metavar="FAMILY", help=family_help)
    parser.add_argument("--on", nargs="+", action="extend", metavar="INSTRUMENT", help="what to trade, as GOOG or AAPL MSFT")
    _days(parser)
    parser.add_argument("--interval", metavar="LENGTH", help="the length of a bar, as 1d or 15min (default: 1d)")


def _days(parser: MagicParser) -> None:
    parser.add_argument("--start", metavar="DAY", help="the first day, as 2010-01-01")
    parser.add_argument("--end", metavar="DAY", help="the last day, included")


def _bound(parser: MagicParser) -> None:
    parser.add_argument("--as", dest="name", metavar="NAME", help="the variable that holds the result afterwards")


def _backtest() -> MagicParser:
    parser = MagicParser(
        "%%backtest",
        "[FAMILY] --on INSTRUMENT … [--start DAY] [--end DAY] [--interval LENGTH] [--as NAME] [name=value …]",
        "A backtest, shown and bound to a name. Parameters of the family and settings of ak.backtest are given as\n"
        "name=value or --name value, in the line or below it, one a line. A cell that defines a strategy runs that one.",
        "  %%backtest trend_following --on GOOG --as r\n  fast = 10\n  slow = 30\n\n"
        "  %backtest trend_following --on GOOG --start 2010-01-01 fast=10 slow=30 commission_bps=2",
        takes_assignments=True,
    )
    _run_options(parser, family_help="as trend_following; the strategy that the cell defines unless given")
    _bound(parser)
    return parser


def _sweep() -> MagicParser:
    parser = MagicParser(
        "%sweep",
        "FAMILY --on INSTRUMENT … name=LOW:HIGH:STEP … [--where RULE] [--objective METRIC] [--samples COUNT] [--as NAME]",
        "A family under many parameter sets. fast=5:50:5 is 5, 10 … 50, average=sma,ema a list, and a single value is the\n"
        "same in all sets. Settings of ak.sweep are given as name=value or --name value.",
        "  %sweep trend_following --on GOOG fast=5:50:5 slow=20:200:10 --where 'fast < slow' --as w",
        takes_assignments=True,
    )
    _run_options(parser, family_help="as trend_following")
    parser.add_argument("--where", metavar="RULE", help="which sets are wanted, as 'fast < slow'")
    parser.add_argument("--objective", metavar="METRIC", help="the metric that ranks (default: sharpe_ratio)")
    parser.add_argument("--samples", type=int, metavar="COUNT", help="draw so many sets instead of running all")
    parser.add_argument("--trials", type=int, metavar="COUNT", help="let Optuna choose so many sets")
    _bound(parser)
    return parser


def _jobs() -> MagicParser:
    parser = MagicParser(
        "%jobs",
        "[--status STATUS] [--limit COUNT] [--once]",
        "My jobs, newest first, in a table that follows them while they run.",
        "  %jobs --status running",
    )
    parser.add_argument("--status", metavar="STATUS", help="only these: queued, running, completed, failed or cancelled")
    parser.add_argument("--limit", type=int, default=10, metavar="COUNT", help="so many at most (default: 10)")
    parser.add_argument("--once", action="store_true", help="do not follow them")
    return parser


def _submit() -> MagicParser:
    parser = MagicParser(
        "%submit",
        "NOTEBOOK [--timeout SECONDS] [name=value …]",
        "Queue a notebook as a job, as it was saved last. Parameters of its cell tagged `parameters` are given as\n"
        "name=value or --name value.",
        "  %submit this notebook fast=20\n  %submit research/daily.ipynb universe=tech\n  %submit backtest.ipynb instrument=GOOG",
        takes_assignments=True,
    )
    parser.add_argument(
        "notebook", nargs="+", metavar="NOTEBOOK", help="`this notebook`, a path from the server's folder, or a shipped one's name"
    )
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="end the run after that time")
    return parser


PARSERS: dict[str, MagicParser] = {
    "bars": _bars(),
    "backtest": _backtest(),
    "sweep": _sweep(),
    "jobs": _jobs(),
    "submit": _submit(),
}
"""What each magic takes, by its name."""
