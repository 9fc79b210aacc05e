"""The code blocks of a page, in the order in which a reader would run them.

A comment right before a block says what a test has to do about it: `<!-- before: code -->` runs that code first, in the block's
language, for names that a reader would know; `<!-- not run: why -->` leaves the block out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Block", "blocks", "python_of", "script_of"]

FENCE = re.compile(r"(?:^<!-- (before|not run): (.*?) -->\n)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LANGUAGES = ("ipython", "python", "sh")
PRELUDE = """\
set -euo pipefail
field() { python3 -c 'import functools, json, sys
deeper = lambda found, name: found[int(name) if name.isdigit() else name]
print(functools.reduce(deeper, sys.argv[1:], json.load(sys.stdin)))' "$@"; }
"""
"""What the shell blocks of a page run under: the first command that fails ends it; `field` takes one field out of JSON."""


@dataclass(frozen=True)
class Block:
    """One block: its language, its text, what is run before it, and why it is not run, if it is not."""

    language: str
    text: str
    before: str = ""
    reason: str = ""


def blocks(page: str) -> Iterator[Block]:
    """Every code block of a page that names its language."""
    for word, said, language, text in FENCE.findall(page):
        yield Block(language, text, **{"before": said} if word == "before" else {}, **{"reason": said} if word == "not run" else {})


def python_of(page: str) -> list[str]:
    """The Python of a page that is run, a cell for each block."""
    found = [block for block in blocks(page) if block.language in {"ipython", "python"} and not block.reason]
    return [cell for block in found for cell in (block.before, block.text) if cell]


def script_of(page: str) -> str:
    """The shell of a page that is run, as one script; empty where there is none."""
    found = [block for block in blocks(page) if block.language == "sh" and not block.reason]
    return "\n".join([PRELUDE, *(part for block in found for part in (block.before, block.text))]) if found else ""
