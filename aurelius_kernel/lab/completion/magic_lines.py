"""Completion in the line of a magic, and in the lines of parameters below it: `%bars GO`, `%%backtest tr`, `%sweep … fa`."""

from __future__ import annotations

import re

from aurelius_kernel.lab.completion import known
from aurelius_kernel.lab.magics.options import PARSERS

__all__ = ["words_in_magic"]

MAGIC = re.compile(r"(?:^|\n)[ \t]*(?:[\w, ]+=[ \t]*)?(%{1,2})(\w+)((?:[ \t][^\n]*)?)$")
CELL_MAGIC = re.compile(r"\s*%%(\w+)[ \t]*([^\n]*)\n(.*)", re.DOTALL)
PARAMETER_LINE = re.compile(r"[ \t]*(\w*)")
VALUE = re.compile(r"(\w+)=(['\"]?)([^'\"]*)")
RUNS = {"backtest", "sweep"}
BY_OPTION = {"--objective": known.metrics, "--interval": known.frequencies}


def words_in_magic(before: str) -> tuple[str, list[str]] | None:
    """What is typed of the last word, and what it may become; None where the text does not end in one of our magics."""
    if below := CELL_MAGIC.fullmatch(before):
        return _below(below[1], below[2], below[3])
    line = MAGIC.search(before)
    if line is None or line[2] not in PARSERS or not line[3]:
        return None
    words = line[3].split(" ")
    typed, done = words[-1], [word for word in words[:-1] if word]
    return _in_line(line[2], done, typed)


def _below(magic: str, line: str, cell: str) -> tuple[str, list[str]] | None:
    """In a cell of parameters, each line begins with a name."""
    last = cell.rpartition("\n")[2]
    if magic != "backtest" or not PARAMETER_LINE.fullmatch(last):
        return None
    family = next((word for word in line.split() if known.parameters(word)), None)
    names = [*known.parameters(family), *known.SETTINGS, *known.COSTS] if family else []
    return last.strip(), [f"{name} = " for name in names if not re.search(rf"^\s*{name}\s*=", cell, re.MULTILINE)]


def _in_line(magic: str, done: list[str], typed: str) -> tuple[str, list[str]]:
    if value := VALUE.fullmatch(typed):
        return value[3], known.choices(_family(done), value[1])
    if typed.startswith("--"):
        return typed, [name for name in PARSERS[magic].names if name not in done]
    option, values = _last_option(done)
    if option == "--on":
        return typed.rpartition(",")[2], [*known.instruments(), *(_positional(magic, done) if values else [])]
    if option in BY_OPTION and not values:
        return typed, BY_OPTION[option]()
    return typed, [] if option in PARSERS[magic].names and not values else _positional(magic, done)


def _last_option(done: list[str]) -> tuple[str, int]:
    """The last option on the line, and how many words follow it; an assignment ends its list."""
    values = 0
    for word in reversed(done):
        if word.startswith("--") or "=" in word:
            return word, values
        values += 1
    return "", values


def _positional(magic: str, done: list[str]) -> list[str]:
    if magic == "bars":
        return [] if _first_word(done) else known.instruments()
    if magic == "submit":
        return [] if done else ["this notebook"]
    if magic not in RUNS:
        return []
    family = _family(done)
    if family is None:
        return known.families()
    used = {word.partition("=")[0] for word in done}
    return [f"{name}=" for name in known.parameters(family) if name not in used]


def _first_word(done: list[str]) -> bool:
    """Whether a word stands there that is neither an option nor the value of one."""
    return any(
        not word.startswith("--") and (place == 0 or not done[place - 1].startswith("--")) for place, word in enumerate(done)
    )


def _family(done: list[str]) -> str | None:
    return next((word for word in done if known.parameters(word)), None)
